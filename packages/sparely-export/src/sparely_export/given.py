"""What a caller of `export` has in memory: rows of any common form, a target by its name or by its values."""

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from sparely_export.refusals import WRONG_CALL, Refusal
from sparely_export.rows import read_rows

Rows: TypeAlias = (
    "pd.DataFrame | pd.Series | np.ndarray | Sequence[Mapping[str, Any]] | Sequence[str] | str | PathLike[str] | Any"
)
"""
A frame (of pandas, or with to_pandas), an array of shape (n, k), a list of dictionaries, or a file's path; of a model
of one column of text a series, or a list of strings.
"""
Target: TypeAlias = "str | Sequence[str] | pd.Series | pd.DataFrame | np.ndarray | None"
"""The names of columns of the rows, or n values for the n rows."""
UNNAMED, TEXT = "target", "text"


class WrongRows(Refusal):
    """What was given as rows, or as target, is none."""

    exit_code = WRONG_CALL


def frame_of(rows: Rows, estimator: Any) -> pd.DataFrame:
    """
    The rows as a frame of their own, with columns named by text.

    Args:
        estimator: names the columns of an array, if it was fitted with names.

    Raises:
        WrongRows: they are of another form, or there is none.
        Refusal: a file of them cannot be read.
    """
    if isinstance(rows, str | PathLike):
        return read_rows(Path(rows))
    frame = _frame(rows, estimator)
    if frame.empty:
        raise WrongRows("rows holds no rows; give some hundred of training.")
    frame.columns = pd.Index([str(name) for name in frame.columns], dtype=object)
    if doubled := frame.columns[frame.columns.duplicated()].tolist():
        raise WrongRows(f'rows has the column "{doubled[0]}" twice; a feature has one value.')
    return frame.reset_index(drop=True)


def with_target(frame: pd.DataFrame, target: Target) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """
    The rows with the target among their columns, and its names.

    Raises:
        WrongRows: there are not as many values as rows, or a name is taken.
    """
    if target is None:
        return frame, ()
    if isinstance(target, str):
        return frame, (target,)
    if isinstance(target, list | tuple) and all(isinstance(name, str) for name in target):
        if len(target) == len(frame) and not set(target) <= {*frame.columns}:
            return with_target(frame, np.array(target, dtype=object))
        return frame, tuple(target)
    values = target.to_frame() if isinstance(target, pd.Series) else pd.DataFrame(target)
    if len(values) != len(frame):
        raise WrongRows(f"target has {len(values)} values for {len(frame)} rows.")
    unnamed = not isinstance(target, pd.Series | pd.DataFrame) or values.columns.tolist() == [None]
    names = _names(len(values.columns)) if unnamed else [str(name) for name in values.columns]
    if taken := [name for name in names if name in frame.columns]:
        raise WrongRows(f'target is called "{taken[0]}", as a column of rows is; leave it out of one of them.')
    return frame.assign(**{name: values.iloc[:, place].to_numpy() for place, name in enumerate(names)}), tuple(names)


def _frame(rows: Any, estimator: Any) -> pd.DataFrame:
    if isinstance(rows, pd.DataFrame):
        return rows.copy()
    if isinstance(rows, pd.Series):
        return rows.to_frame(TEXT if rows.name is None else rows.name)
    if _are_texts(rows):
        return pd.DataFrame({TEXT: list(rows)})
    if hasattr(rows, "to_pandas"):
        return pd.DataFrame(rows.to_pandas())
    if isinstance(rows, np.ndarray) and rows.ndim == 2:
        fitted = list(getattr(estimator, "feature_names_in_", ()))
        names = fitted if len(fitted) == rows.shape[1] else [f"x{place}" for place in range(rows.shape[1])]
        return pd.DataFrame(rows, columns=names)
    if isinstance(rows, list | tuple) and all(isinstance(row, Mapping) for row in rows):
        return pd.DataFrame([dict(row) for row in rows])
    shape = f" of shape {rows.shape}" if hasattr(rows, "shape") else ""
    raise WrongRows(
        f"rows is a {type(rows).__name__}{shape}; give a DataFrame, an array of shape (n, k), a list of dictionaries, "
        "or the path of a file of rows."
    )


def _are_texts(rows: Any) -> bool:
    """Strings one after another, as a vectorizer takes them."""
    listed = isinstance(rows, list | tuple) or (isinstance(rows, np.ndarray) and rows.ndim == 1)
    return listed and len(rows) > 0 and all(isinstance(row, str) for row in rows)


def _names(count: int) -> list[str]:
    return [UNNAMED] if count == 1 else [f"{UNNAMED}_{place}" for place in range(count)]
