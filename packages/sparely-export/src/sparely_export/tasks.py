"""What kind of answer a fitted estimator gives, and how each kind is shown to callers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import ClusterMixin, is_classifier, is_outlier_detector

from sparely.kinds import KINDS, Member, label_name
from sparely_export.refusals import Refusal


class UnknownTask(Refusal):
    """The estimator gives no answer that the service could show."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"The model cannot be served: {problem}. Nothing was written.")


@dataclass(frozen=True, slots=True)
class Task:
    """
    A kind of answer, one of `sparely.kinds`.

    `labels` are the classes in the order of the probabilities' columns, of a multilabel model the names of its
    columns; `targets` are those of a multi-regressor.
    """

    kind: str
    labels: tuple[Any, ...] = ()
    targets: tuple[str, ...] = ()
    probabilities: bool = True

    @property
    def has_target(self) -> bool:
        """Whether it is learned from a target, which answers can be compared with."""
        return self.kind not in ("outlier-detector", "clusterer")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of an output's columns, where it has several."""
        return tuple(map(label_name, self.labels)) or self.targets

    @property
    def members(self) -> tuple[Member, ...]:
        """The members of an answer."""
        probabilities = self.probabilities and bool(self.labels)
        return tuple(member for member in KINDS[self.kind] if probabilities or not member.is_optional)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the numbers that an answer holds."""
        numeric = [member for member in self.members if member.is_numeric]
        return tuple(name for member in numeric for name in (self.names if member.has_columns else (member.name,)))

    def as_json(self) -> dict[str, Any]:
        """Return what manifest.json tells of labels or targets."""
        if self.labels:
            return {"labels": list(self.labels)}
        return {"targets": list(self.targets)} if self.targets else {}


def task_of(estimator: Any, predicted: np.ndarray | None = None, names: Sequence[str] = ()) -> Task:
    """
    Tell what a fitted estimator does.

    Args:
        predicted: what it predicts for some rows; without it, one answer a row is assumed.
        names: of the columns, when it predicts several.

    Raises:
        UnknownTask: it predicts nothing, or several classes in several columns.
    """
    if not hasattr(estimator, "predict"):
        kind = type(estimator).__name__
        raise UnknownTask(
            f"{kind} has no predict, and a service answers with predictions; fit a last step that has one"
        )
    width = predicted.shape[1] if predicted is not None and predicted.ndim == 2 else 1
    columns = tuple(names) if len(names) == width else tuple(f"output_{index}" for index in range(width))
    last = final_step(estimator)
    if type(last).__name__.endswith("Ranker"):
        return Task("ranker")
    if is_classifier(estimator):
        return _classification(estimator, width, columns)
    if is_outlier_detector(estimator):
        return Task("outlier-detector")
    if isinstance(last, ClusterMixin) or type(last).__name__.endswith("GaussianMixture"):
        return Task("clusterer")
    return Task("regressor") if width == 1 else Task("multi-regressor", targets=columns)


def final_step(estimator: Any) -> Any:
    """Return the last step of a pipeline, or the estimator itself."""
    while hasattr(estimator, "steps"):
        estimator = estimator.steps[-1][1]
    return estimator


def plain(value: Any) -> Any:
    """Return a class as JSON has it: a string, true or false (of which ONNX has 1 and 0), or a whole number."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if int(value) != value:
        raise UnknownTask(
            f"its class {value!r} is neither a string nor a whole number; fit it on labels of one of these kinds"
        )
    return int(value)


def _classification(estimator: Any, width: int, columns: tuple[str, ...]) -> Task:
    probabilities = hasattr(estimator, "predict_proba")
    classes = estimator.classes_
    if width == 1 and not isinstance(classes, list):
        if len(classes) == 1:
            raise UnknownTask(
                f"it has met the class {plain(classes[0])!r} alone and answers it for every row; fit it on rows of "
                "two classes or more"
            )
        return Task("classifier", tuple(plain(value) for value in classes), probabilities=probabilities)
    if isinstance(classes, list) and any(not set(np.asarray(each).tolist()) <= {0, 1} for each in classes):
        raise UnknownTask("it predicts several columns of several classes; train one model a column")
    return Task("multilabel", columns, probabilities=probabilities)
