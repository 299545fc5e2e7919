"""Rows as the two sides of the parity gate read them: the estimator's columns and ONNX' tensors."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from sparely_export.features import NEVER_SENT, Feature, Instance, Token

WIDE = 64
"""From so many features on they share tensors; 2,000 of their own took 28 ms a row where one takes 5."""

ARRAY_TYPES: dict[str, Any] = {"FP32": np.float32, "FP64": np.float64, "INT64": np.int64, "BYTES": object}


@dataclass(frozen=True, slots=True)
class Input:
    """One tensor of shape (n, k) that ONNX takes: k features of one Open Inference datatype."""

    name: str
    datatype: str
    features: tuple[Feature, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the input's entry in manifest.json."""
        names = [feature.name for feature in self.features]
        return {"name": self.name, "datatype": self.datatype, "features": names}


def inputs_of(features: Sequence[Feature], datatype: str = "FP32", *, by_column: bool = False) -> tuple[Input, ...]:
    """
    Give features of one type one tensor together, and features of mixed types one tensor each.

    Of more than `WIDE` features neighbours of one type share a tensor: a tensor each takes longer than the model.

    Args:
        datatype: of numbers, "FP32" or "FP64".
        by_column: one tensor each in any case, as estimators need that choose columns by name.
    """
    kinds = {_datatype(feature, datatype) for feature in features}
    if len(kinds) == 1 and (not by_column or len(features) > WIDE):
        return (Input("features", kinds.pop(), tuple(features)),)
    if len(features) > WIDE:
        return _in_runs(features, datatype)
    return tuple(Input(feature.name, _datatype(feature, datatype), (feature,)) for feature in features)


def _in_runs(features: Sequence[Feature], datatype: str) -> tuple[Input, ...]:
    """Neighbours of one type together, so that all tensors side by side have the features' order."""
    runs = [tuple(each) for _, each in groupby(features, key=lambda feature: feature.numeric)]
    names = ["numbers" if run[0].numeric else "words" for run in runs]
    numbered = [name if names.count(name) == 1 else f"{name}_{place}" for place, name in enumerate(names, 1)]
    return tuple(Input(name, _datatype(run[0], datatype), run) for name, run in zip(numbered, runs, strict=True))


def _datatype(feature: Feature, numbers: str) -> str:
    return numbers if feature.numeric else "BYTES"


def to_frame(rows: Sequence[Instance], features: Sequence[Feature], with_none: Collection[str] = ()) -> pd.DataFrame:
    """
    Return the rows as the estimator was fitted on them: numbers in float64, null as NaN or its token.

    Args:
        with_none: columns of words in which null is None.
    """
    return pd.DataFrame({each.name: _as_fitted(rows, each, with_none) for each in features})


def to_tensors(rows: Sequence[Instance], inputs: Sequence[Input]) -> dict[str, np.ndarray]:
    """Return the rows as the service packs them: numbers rounded to the input's type, n rows a tensor."""
    return {entry.name: _tensor(rows, entry) for entry in inputs}


def _tensor(rows: Sequence[Instance], entry: Input) -> np.ndarray:
    columns = [_column(rows, feature) for feature in entry.features]
    return np.stack(columns, axis=1).astype(ARRAY_TYPES[entry.datatype])


def _as_fitted(rows: Sequence[Instance], feature: Feature, with_none: Collection[str]) -> np.ndarray | pd.Series:
    """Whole columns of booleans stay booleans: encoders know their categories by type."""
    column = _column(rows, feature)
    if feature.null == Token(NEVER_SENT):
        missing = None if feature.name in with_none else np.nan
        return pd.Series([missing if value == NEVER_SENT else value for value in column], dtype=object)
    if feature.type == "boolean" and not np.isnan(column).any():
        return column.astype(bool)
    return column


def _column(rows: Sequence[Instance], feature: Feature) -> np.ndarray:
    values = [row.get(feature.name) for row in rows]
    if feature.numeric:
        return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)
    token = feature.null.token if isinstance(feature.null, Token) else None
    return np.array([token if value is None else value for value in values], dtype=object)
