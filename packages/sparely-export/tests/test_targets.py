"""The columns that a model predicts."""

from pathlib import Path

import pandas as pd
import pytest

from sparely_export.targets import InvalidTarget, check_fits, check_target
from sparely_export.tasks import Task

FRAME = pd.DataFrame({"a": [1.0, 2.0, 3.0], "gaps": [1.0, None, None], "word": ["x", "y", "x"]})
SEVERAL = Task("multi-regressor", targets=("a", "b"))
CLASSES = Task("classifier", ("x", "y"))


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
