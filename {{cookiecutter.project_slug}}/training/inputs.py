"""Rows as the two sides of the parity gate read them: the estimator's columns and ONNX' tensors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from training.features import Feature, Instance, Token


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


def inputs_of(features: Sequence[Feature]) -> tuple[Input, ...]:
    """Give numeric features one tensor together, and features of mixed types one tensor each."""
    if all(feature.numeric for feature in features):
        return (Input("features", "FP32", tuple(features)),)
    return tuple(
        Input(feature.name, "FP32" if feature.numeric else "BYTES", (feature,)) for feature in features
    )


def to_frame(rows: Sequence[Instance], features: Sequence[Feature]) -> pd.DataFrame:
    """Return the rows as the estimator was fitted on them: numbers in float64, null as NaN or its token."""
    return pd.DataFrame({feature.name: _column(rows, feature) for feature in features})


def to_tensors(rows: Sequence[Instance], inputs: Sequence[Input]) -> dict[str, np.ndarray]:
    """Return the rows as the service packs them: numbers rounded to float32, n rows a tensor."""
    return {entry.name: _tensor(rows, entry) for entry in inputs}


def _tensor(rows: Sequence[Instance], entry: Input) -> np.ndarray:
    columns = [_column(rows, feature) for feature in entry.features]
    return np.stack(columns, axis=1).astype(np.float32 if entry.datatype == "FP32" else object)


def _column(rows: Sequence[Instance], feature: Feature) -> np.ndarray:
    values = [row.get(feature.name) for row in rows]
    if feature.numeric:
        return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)
    token = feature.null.token if isinstance(feature.null, Token) else None
    return np.array([token if value is None else value for value in values], dtype=object)
