"""The columns that a model predicts, as the rows have them."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from sparely_export.invalid import InvalidRows
from sparely_export.refusals import WRONG_CALL
from sparely_export.tasks import Task

COLUMNS_SHOWN = 30
LEAST_KNOWN = 0.5
"""A column of more values than the model has classes is another where fewer of its rows hold one."""


class InvalidTarget(InvalidRows):
    """What --target names is not what the model answers, or is not in every row."""


class NoTarget(InvalidTarget):
    """--target names a column that is not there."""

    exit_code = WRONG_CALL


def check_named(path: object, frame: pd.DataFrame, targets: Sequence[str]) -> None:
    """
    Check that the data have the columns.

    Raises:
        NoTarget: one is missing.
    """
    missing = [name for name in targets if name not in frame.columns]
    if missing:
        raise NoTarget(f"{path} has no column {', '.join(missing)}; it has {_listed(frame.columns)}.")


def check_target(path: object, frame: pd.DataFrame, targets: Sequence[str]) -> None:
    """
    Check that the data have the columns, with a value in every row.

    Args:
        path: where the rows are from, as sentences name it.

    Raises:
        NoTarget: a column is missing.
        InvalidTarget: it has gaps.
    """
    check_named(path, frame, targets)
    for name in targets:
        empty = frame[name].isna()
        if empty.any():
            raise InvalidTarget(
                f'{path}: the target "{name}" is empty in {empty.sum()} of {len(frame)} rows, first in row '
                f"{int(empty.argmax()) + 1}; leave out rows without an answer to compare with."
            )


def check_labels(task: Task, target: pd.DataFrame | None) -> None:
    """
    Check of a ready .onnx file that the classes of its numbers are told, where the target holds words.

    Raises:
        InvalidTarget: they are not; the sentence has them as the target knows them.
    """
    if target is None or task.labels or len(target.columns) != 1:
        return
    column = target.iloc[:, 0]
    if pd.api.types.is_numeric_dtype(column.dtype) and task.kind != "multi-regressor":
        return
    found = sorted({str(value) for value in column.unique()})
    if len(found) <= COLUMNS_SHOWN:
        raise InvalidTarget(
            f'the file does not tell which classes its numbers stand for, and the target "{column.name}" holds '
            f"{', '.join(found)}; name the classes in the order of the numbers: --labels {','.join(found)}."
        )


def check_fits(task: Task, target: pd.DataFrame | None) -> None:
    """
    Check that the target's columns are as many as the model answers, and numbers or classes as it answers.

    Raises:
        InvalidTarget: they are not.
    """
    if target is None or not task.has_target:
        return
    answers = {"multilabel": len(task.labels), "multi-regressor": len(task.targets)}.get(task.kind, 1)
    if len(target.columns) != answers:
        raise InvalidTarget(
            f"the model is a {task.kind} that answers {answers} column{'s' * (answers > 1)} a row, and --target names "
            f"{len(target.columns)}: {', '.join(target.columns)}. Name as many, with commas between."
        )
    words = [name for name in target.columns if not pd.api.types.is_numeric_dtype(target[name].dtype)]
    if words and not task.labels:
        raise InvalidTarget(
            f'the model is a {task.kind}, which answers numbers, and the target "{words[0]}" holds values like '
            f"{target[words[0]].iloc[0]!r}."
        )
    if task.labels and task.kind != "multilabel":
        _check_classes(task, target.iloc[:, 0])


def _check_classes(task: Task, column: pd.Series) -> None:
    """
    Check that a column may be what a classifier answers: most of its values are classes, or as few as there are.

    Raises:
        InvalidTarget: it has more values than the model has classes, and most rows have one that is none.
    """
    found = column.nunique()
    if found > len(task.labels) and column.isin(task.labels).mean() < LEAST_KNOWN:
        raise InvalidTarget(
            f'the target "{column.name}" holds {found} different values, such as {plainly(column.iloc[0])}, and the '
            f"model has {len(task.labels)} classes: {_listed(task.labels)}. Name the column that the model predicts."
        )


def check_no_feature(features: Collection[str], targets: Sequence[str]) -> None:
    """
    Check that no target is what the model takes.

    Raises:
        InvalidTarget: one is.
    """
    if taken := [name for name in targets if name in features]:
        raise InvalidTarget(
            f'the target "{taken[0]}" is a feature of the model: --target names the column that the model predicts.'
        )


def plainly(value: object) -> str:
    """A value of a column as people write it."""
    return repr(value.item() if isinstance(value, np.generic) else value)


def unlike(task: Task, target: pd.DataFrame | None) -> str | None:
    """What is said of a target whose values are no classes of the model: how good it is, is not told then."""
    if target is None or not task.labels or task.kind == "multilabel":
        return None
    column = target.iloc[:, 0]
    strange = column[~column.isin(task.labels)]
    if strange.empty:
        return None
    return (
        f'the target "{column.name}" is {plainly(strange.iloc[0])} in some rows, which is none of the model\'s classes '
        f"({_listed(task.labels)}), so its accuracy is not told."
    )


def _listed(columns: Sequence[object]) -> str:
    shown = ", ".join(map(str, list(columns)[:COLUMNS_SHOWN]))
    return shown if len(columns) <= COLUMNS_SHOWN else f"{shown} and {len(columns) - COLUMNS_SHOWN} more"
