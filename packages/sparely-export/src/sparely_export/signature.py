"""What a model's signature in MLflow takes: it types the columns of the rows, and is held against them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sparely_export.features import FeatureType
from sparely_export.invalid import InvalidRows, quoted

TYPES: dict[str, FeatureType] = {
    "boolean": "boolean",
    "integer": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
    "string": "string",
}
"""
MLflow's types of columns, and what callers send for them.

Source: https://mlflow.org/docs/latest/ml/model/signatures/ (read 2026-11-28).
"""


class AgainstSignature(InvalidRows):
    """The rows are not what the model's signature takes."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a signature; `type` is MLflow's word for it."""

    name: str
    type: str
    required: bool = True


def words_of(columns: Sequence[Column]) -> list[str]:
    """The columns that hold words, whatever they look like: 00123 is no number then."""
    return [column.name for column in columns if TYPES.get(column.type) == "string"]


def typed(frame: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """
    The rows with the types that the signature says: whole numbers of a `double` are numbers, also where all are whole.

    Raises:
        AgainstSignature: a column is missing, of a type that JSON has not, or holds what the signature does not take.
    """
    missing = [column.name for column in columns if column.required and column.name not in frame]
    if missing:
        raise AgainstSignature(
            f"the rows have no column {quoted(missing)}, which the model's signature in MLflow requires; "
            f"they have {', '.join(map(str, frame.columns))}."
        )
    known = [column for column in columns if column.name in frame]
    return frame.assign(**{column.name: _typed(frame[column.name], column) for column in known})


def _typed(values: pd.Series, column: Column) -> pd.Series:
    kind = TYPES.get(column.type)
    if kind is None:
        raise AgainstSignature(
            f'column "{column.name}" is {column.type} in the model\'s signature in MLflow, which JSON has no type for; '
            f"served are {', '.join(TYPES)}. Derive numbers or words from it before the model, and log that model."
        )
    seen = values.dropna()
    wrong = next((place for place, value in zip(seen.index, seen, strict=True) if not FITS[kind](value)), None)
    if wrong is not None:
        raise AgainstSignature(
            f'column "{column.name}" holds {_shown(seen[wrong])} in row {values.index.get_loc(wrong) + 1} of the data, '
            f"and is {column.type} in the model's signature in MLflow. Give the rows that the model was fitted on."
        )
    return CONVERTED[kind](values)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_)


def _whole(values: pd.Series) -> pd.Series:
    return values.astype("Int64" if values.isna().any() else "int64")


def _shown(value: Any) -> str:
    return repr(value.item() if hasattr(value, "item") else value)[:60]


FITS: dict[FeatureType, Callable[[Any], bool]] = {
    "boolean": lambda value: isinstance(value, bool | np.bool_),
    "integer": lambda value: _is_number(value) and float(value).is_integer(),
    "number": _is_number,
    "string": lambda value: isinstance(value, str),
}
CONVERTED: dict[FeatureType, Callable[[pd.Series], pd.Series]] = {
    "boolean": lambda values: values,
    "integer": _whole,
    "number": lambda values: values.astype("float64"),
    "string": lambda values: values,
}
