"""What a model answers, in one form for the estimator and for ONNX, so that both can be compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnxruntime
from sklearn.base import is_classifier

from training.conversion import Converted
from training.features import Feature, Instance
from training.inputs import Input, to_frame, to_tensors

SIGNIFICANT_DIGITS = 10
"""Written predictions keep these digits; the ones after them depend on the processor's linear algebra."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers to n rows: n labels (classifiers only), and values of shape (n, m) with a name a column."""

    labels: list[Any] | None
    columns: tuple[str, ...]
    values: np.ndarray

    def predictions(self) -> list[dict[str, Any]]:
        """Return the answers as the API gives them."""
        rows = [[_rounded(value) for value in row] for row in self.values.tolist()]
        if self.labels is None:
            return [dict(zip(self.columns, row, strict=True)) for row in rows]
        return [
            {"label": label, "probabilities": dict(zip(self.columns, row, strict=True))}
            for label, row in zip(self.labels, rows, strict=True)
        ]


def ask_estimator(estimator: Any, features: Sequence[Feature], rows: Sequence[Instance]) -> Answers:
    """Answer the rows by the fitted estimator, in float64."""
    frame = to_frame(rows, features)
    predicted = estimator.predict(frame)
    if not is_classifier(estimator):
        return Answers(None, ("value",), np.asarray(predicted, dtype=np.float64).reshape(-1, 1))
    columns = tuple(str(label) for label in estimator.classes_)
    return Answers(predicted.tolist(), columns, estimator.predict_proba(frame))


def ask_onnx(converted: Converted, inputs: Sequence[Input], rows: Sequence[Instance]) -> Answers:
    """Answer the rows by onnxruntime's Python module, in float32."""
    session = open_session(converted.content)
    names = list(converted.outputs.values())
    results = session.run(names, to_tensors(rows, inputs))
    if converted.kind == "regressor":
        return Answers(None, ("value",), results[0].astype(np.float64).reshape(-1, 1))
    columns = tuple(str(label) for label in converted.labels)
    return Answers(results[0].tolist(), columns, results[1].astype(np.float64))


def open_session(content: bytes) -> onnxruntime.InferenceSession:
    """Open a session as the service does: one thread, on the processor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _rounded(value: float) -> float:
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")
