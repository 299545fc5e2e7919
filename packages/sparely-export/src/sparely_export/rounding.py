"""Fitted parameters to few digits, so that a sample model has the same bytes on every processor."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline

SIGNIFICANT_DIGITS = 6
PARAMETERS = ("coef_", "intercept_", "mean_", "scale_")


def round_parameters(estimator: Any) -> None:
    """
    Round, in place, what linear algebra has computed; the estimator then predicts by the rounded parameters.

    Without it the last bits of a regression's coefficients differ between processors
    (seen with OPENBLAS_CORETYPE=SkylakeX beside Haswell), and so would the hash of model.onnx.
    """
    for step in _steps(estimator):
        for name in PARAMETERS:
            if hasattr(step, name):
                setattr(step, name, _rounded(getattr(step, name)))


def _steps(estimator: Any) -> Iterator[Any]:
    if isinstance(estimator, Pipeline):
        for _, step in estimator.steps:
            yield from _steps(step)
    elif isinstance(estimator, ColumnTransformer):
        for _, step, _ in estimator.transformers_:
            yield from _steps(step)
    else:
        yield estimator


def _rounded(values: Any) -> Any:
    rounded = np.vectorize(lambda value: float(f"{value:.{SIGNIFICANT_DIGITS}g}"), otypes=[np.float64])(values)
    return rounded if rounded.ndim else float(rounded)
