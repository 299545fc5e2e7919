"""The columns that a model predicts."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from sparely_export.targets import InvalidTarget, check_fits, check_no_feature, check_target, unlike
from sparely_export.tasks import Task

FRAME = pd.DataFrame({"a": [1.0, 2.0, 3.0], "gaps": [1.0, None, None], "word": ["x", "y", "x"]})
SEVERAL = Task("multi-regressor", targets=("a", "b"))
CLASSES = Task("classifier", ("x", "y"))
NUMBERED = Task("classifier", (0, 1))


@pytest.mark.parametrize(
    ("targets", "told"),
    [
        (["b"], r"^rows\.csv has no column b; it has a, gaps, word\.$"),
        (["a", "gaps"], r'^rows\.csv: the target "gaps" is empty in 2 of 3 rows, first in row 2; leave out rows'),
    ],
    ids=["missing", "gaps"],
)
def test_a_target_without_values_is_named(targets: list[str], told: str) -> None:
    """Columns that are not there, and cells that are empty."""
    with pytest.raises(InvalidTarget, match=told):
        check_target(Path("rows.csv"), FRAME, targets)


def test_of_many_columns_some_are_listed() -> None:
    """A file of pixels has hundreds."""
    wide = pd.DataFrame([range(100)], columns=[f"p{number}" for number in range(100)])

    with pytest.raises(InvalidTarget, match=r"it has p0, .*, p29 and 70 more\.$"):
        check_target(Path("rows.csv"), wide, ["y"])


@pytest.mark.parametrize(
    ("task", "columns", "told"),
    [
        (SEVERAL, ["a"], r"a multi-regressor that answers 2 columns a row, and --target names 1: a\."),
        (CLASSES, ["word", "a"], r"a classifier that answers 1 column a row, and --target names 2: word, a\."),
        (Task("regressor"), ["word"], r"a regressor, which answers numbers, and the target \"word\" holds .* 'x'"),
    ],
    ids=["too few", "too many", "words"],
)
def test_a_target_that_the_model_does_not_answer_is_refused(task: Task, columns: list[str], told: str) -> None:
    """Both numbers of columns are told, or a value that is no number."""
    with pytest.raises(InvalidTarget, match=told):
        check_fits(task, FRAME[columns])


@pytest.mark.parametrize(
    ("task", "columns"),
    [(CLASSES, ["word"]), (SEVERAL, ["a", "gaps"]), (Task("clusterer"), ["word", "a"]), (Task("regressor"), ["a"])],
    ids=["label", "numbers", "uncompared", "number"],
)
def test_a_target_that_the_model_answers_is_taken(task: Task, columns: list[str]) -> None:
    """As many columns as answers; clusters are compared with nothing."""
    check_fits(task, FRAME[columns])
    check_fits(task, None)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (range(40), r'^the target "y" holds 40 different values, such as 0, and the model has 2 classes: 0, 1\. Name'),
        ([f"w{n}" for n in range(40)], r"such as 'w0', and the model has 2 classes: 0, 1\."),
        ([0.1, 0.2, 0.3] * 10, r'^the target "y" holds 3 different values, such as 0\.1, '),
    ],
    ids=["numbers of rows", "words", "a measure"],
)
def test_another_column_is_no_target_of_a_classifier(values: Sequence[object], told: str) -> None:
    """It has more values than the model has classes, and most are none of them."""
    with pytest.raises(InvalidTarget, match=told):
        check_fits(NUMBERED, pd.DataFrame({"y": values}))


@pytest.mark.parametrize(
    ("values", "task", "said"),
    [
        ([0, 1, 1, 2], NUMBERED, 'the target "y" is 2 in some rows, which is none of the model\'s classes (0, 1), so '),
        (["no", "yes"], NUMBERED, "the target \"y\" is 'no' in some rows, which is none of the model's classes (0, 1)"),
        ([0.0, 1.0], NUMBERED, None),
        (["x", "y"], CLASSES, None),
        ([True, False], Task("classifier", (False, True)), None),
        ([3.5, 4.5], Task("regressor"), None),
    ],
    ids=["another class", "words for numbers", "floats", "words", "booleans", "regressor"],
)
def test_values_that_are_no_classes_are_told(values: Sequence[object], task: Task, said: str | None) -> None:
    """The model is taken, for its numbers may stand for the data's words; how good it is, is not known."""
    column = pd.DataFrame({"y": values})

    check_fits(task, column)
    assert (unlike(task, column) or "").startswith(said or "")
    assert (unlike(task, column) is None) is (said is None)


def test_a_feature_is_no_target() -> None:
    """Its metrics would be a comparison with what goes in."""
    with pytest.raises(InvalidTarget, match=r'^the target "b" is a feature of the model: --target names the column'):
        check_no_feature(["a", "b"], ["b"])
    check_no_feature(["a", "b"], ["y"])
