"""A new model beside the one that it would replace."""

from pathlib import Path

import pytest

from sparely.archive import replace_folder, to_text
from sparely.bundle import MANIFEST
from sparely.manifest import Manifest, parse_manifest
from sparely_toolkit.models.comparing import Limit, Worse, WrongLimit, check_not_worse
from sparely_toolkit.project import Project
from support.toys import toy_manifest


def manifest(**metrics: float) -> bytes:
    """The manifest of toys/sum with these metrics."""
    return to_text(toy_manifest("toys", "sum", b"", metrics=metrics))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A service with a model of r2 0.9 and log loss 0.3."""
    replace_folder(tmp_path / "src" / "models" / "toys" / "sum", {MANIFEST: manifest(r2=0.9, log_loss=0.3)})
    return Project(tmp_path)


def new(**metrics: float) -> Manifest:
    """A new model of that name."""
    return parse_manifest(manifest(**metrics))


@pytest.mark.parametrize(
    ("metrics", "limit"),
    [
        ({"r2": 0.91}, "r2"),
        ({"r2": 0.9}, "r2"),
        ({"r2": 0.89}, "r2=0.02"),
        ({"log_loss": 0.2}, "log_loss"),
        ({"log_loss": 0.31}, "log_loss=0.02"),
    ],
)
def test_model_within_its_limit_passes(project: Project, metrics: dict[str, float], limit: str) -> None:
    """Of some metrics more is better, of others less."""
    check_not_worse(project, new(**metrics), [Limit.parse(limit)])


@pytest.mark.parametrize(
    ("metrics", "limit", "sentence"),
    [
        ({"r2": 0.89}, "r2", "r2 is 0.89, and 0.9 in the model that it would replace."),
        ({"r2": 0.8}, "r2=0.02", "r2 is 0.8, and 0.9 in the model that it would replace, and at most 0.02 worse was allowed."),
        ({"log_loss": 0.4}, "log_loss", "log_loss is 0.4, and 0.3 in the model that it would replace."),
    ],
)  # fmt: skip
def test_worse_model_is_refused(project: Project, metrics: dict[str, float], limit: str, sentence: str) -> None:
    """With both values."""
    with pytest.raises(Worse) as caught:
        check_not_worse(project, new(**metrics), [Limit.parse(limit)])

    assert str(caught.value) == f"toys/sum: {sentence} Nothing was written."


def test_metric_must_be_told_by_both(project: Project) -> None:
    """A comparison that cannot be made is no pass."""
    with pytest.raises(WrongLimit) as caught:
        check_not_worse(project, new(r2=0.9), [Limit("log_loss")])

    assert str(caught.value) == "toys/sum: the new model tells no log_loss, which --no-worse compares; it tells r2."


def test_first_model_of_its_name_passes(tmp_path: Path) -> None:
    """There is nothing to compare it with."""
    check_not_worse(Project(tmp_path), new(r2=0.1), [Limit("r2")])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "beauty",
            '--no-worse names "beauty"; the metrics are accuracy, f1_micro, r2, ndcg, roc_auc, log_loss, '
            "mean_absolute_error, root_mean_squared_error.",
        ),
        ("r2=much", '--no-worse r2 may be worse by "much", which is no number from 0 on.'),
        ("r2=-1", '--no-worse r2 may be worse by "-1", which is no number from 0 on.'),
        ("r2=nan", '--no-worse r2 may be worse by "nan", which is no number from 0 on.'),
    ],
)
def test_limit_that_says_nothing_is_refused(text: str, sentence: str) -> None:
    """Before anything is opened."""
    with pytest.raises(WrongLimit) as caught:
        Limit.parse(text)

    assert str(caught.value) == sentence
