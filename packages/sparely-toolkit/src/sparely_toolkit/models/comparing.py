"""A new model beside the one that it would replace: by the metrics that both manifests tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, nan

from sparely.bundle import ModelLoadError, read_manifest
from sparely.manifest import Manifest
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project

GREATER = ("accuracy", "f1_micro", "r2", "ndcg", "roc_auc")
SMALLER = ("log_loss", "mean_absolute_error", "root_mean_squared_error")


class WrongLimit(Problem):
    """A limit names no metric, or no number."""

    exit_code = ExitCode.WRONG_CALL


class Worse(Problem):
    """The new model is worse than the one that it would replace."""

    exit_code = ExitCode.NO

    def __init__(self, path: str, metric: str, new: float, old: float, by: float) -> None:
        allowed = f", and at most {by:g} worse was allowed" if by else ""
        before = f"{old:g} in the model that it would replace{allowed}"
        super().__init__(f"{path}: {metric} is {new:g}, and {before}. Nothing was written.")


@dataclass(frozen=True, slots=True)
class Limit:
    """By how much a metric may be worse than before."""

    metric: str
    by: float = 0.0

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """
        Read `METRIC` or `METRIC=BY`.

        Raises:
            WrongLimit: it is neither.
        """
        metric, _, by = text.partition("=")
        if metric not in (*GREATER, *SMALLER):
            raise WrongLimit(f'--no-worse names "{metric}"; the metrics are {", ".join((*GREATER, *SMALLER))}.')
        try:
            allowed = float(by or 0)
        except ValueError:
            allowed = nan
        if not 0 <= allowed < inf:
            raise WrongLimit(f'--no-worse {metric} may be worse by "{by}", which is no number from 0 on.')
        return cls(metric, allowed)

    def worse_by(self, new: float, old: float) -> float:
        """How much worse the new value is; below 0 it is better."""
        return old - new if self.metric in GREATER else new - old


def standing(project: Project, path: str) -> Manifest | None:
    """The manifest of the model that stands under a name; None where there is none, or none that can be read."""
    try:
        return read_manifest(project.models / path)
    except ModelLoadError:
        return None


def check_not_worse(project: Project, manifest: Manifest, limits: Sequence[Limit]) -> None:
    """
    Hold a new model against the one of its name; where there is none, nothing is said.

    Raises:
        Worse: a metric is worse than a limit allows.
        WrongLimit: one of the two manifests does not tell the metric.
    """
    before = standing(project, manifest.path)
    for limit in limits if before else ():
        assert before
        values = []
        for what, each in (("the new model", manifest), ("the model that it would replace", before)):
            metrics = each.document.get("metrics", {})
            if limit.metric not in metrics:
                raise WrongLimit(
                    f"{manifest.path}: {what} tells no {limit.metric}, which --no-worse compares; "
                    f"it tells {', '.join(metrics) or 'nothing'}."
                )
            values.append(float(metrics[limit.metric]))
        new, old = values
        if not limit.worse_by(new, old) <= limit.by:  # of NaN too
            raise Worse(manifest.path, limit.metric, new, old, limit.by)
