"""The columns that a model predicts, as the rows have them."""

from collections.abc import Sequence

import pandas as pd

from sparely_export.invalid import InvalidRows
from sparely_export.refusals import WRONG_CALL
from sparely_export.tasks import Task

COLUMNS_SHOWN = 30


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
    Check that the target's columns are as many as the model answers, and numbers where it answers numbers.

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


def _listed(columns: Sequence[object]) -> str:
    shown = ", ".join(map(str, list(columns)[:COLUMNS_SHOWN]))
    return shown if len(columns) <= COLUMNS_SHOWN else f"{shown} and {len(columns) - COLUMNS_SHOWN} more"
