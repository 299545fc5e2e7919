"""What a model answers, in one form for the estimator and for ONNX, so that both can be compared."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np

from sparely.kinds import KINDS, are_flags, read_predictions
from sparely_export.conversion import ConversionError, Converted
from sparely_export.features import Feature, Instance
from sparely_export.fitted_tables import as_known, fitted_with_none
from sparely_export.graph import open_session
from sparely_export.inputs import Input, to_frame, to_tensors
from sparely_export.tasks import Task, plain, task_of

SIGNIFICANT_DIGITS = 10
"""Written predictions keep these digits; the ones after them depend on the processor's linear algebra."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers to n rows: n labels, if the kind has any, and values of shape (n, m) with a name a column."""

    labels: list[Any] | None
    columns: tuple[str, ...]
    values: np.ndarray
    task: Task | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """Where each column stands in a prediction, such as `probabilities.spam`."""
        if self.task is None:
            return self.columns
        numeric = next((member for member in self.task.members if member.is_numeric), None)
        if numeric is None or not numeric.has_columns:
            return self.columns
        return tuple(f"{numeric.name}.{name}" for name in self.columns)

    def at(self, rows: Sequence[int]) -> "Answers":
        """Return the answers to some of the rows."""
        labels = None if self.labels is None else [self.labels[row] for row in rows]
        return replace(self, labels=labels, values=self.values[list(rows)])

    def predictions(self) -> list[dict[str, Any]]:
        """Return the answers as the API gives them."""
        task = self.task or Task("regressor" if self.labels is None else "classifier", self.columns)
        numbers = [_rounded(value) for value in self.values.ravel().tolist()]
        labels = self.labels or []
        chosen = list(chain.from_iterable(labels)) if task.kind == "multilabel" else labels
        outputs = {member.role: numbers if member.is_numeric else chosen for member in task.members}
        return read_predictions(task.kind, outputs, task.names, flags=are_flags(task.labels))


def ask_estimator(
    estimator: Any, features: Sequence[Feature], rows: Sequence[Instance], task: Task | None = None
) -> Answers:
    """Answer the rows by the fitted estimator, in float64, without its warnings of rows that are the export's own."""
    table = as_fitted(estimator, features, rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        predicted = np.asarray(estimator.predict(table))
        task = task or task_of(estimator, predicted)
        values = _estimator_values(estimator, table, predicted, task)
    return Answers(_labels(predicted, task), task.columns, values, task)


def as_fitted(estimator: Any, features: Sequence[Feature], rows: Sequence[Instance]) -> Any:
    """Return the rows as the estimator takes them: a frame, or an array if it was fitted without names."""
    frame = to_frame(rows, features, fitted_with_none(estimator))
    known = getattr(estimator, "feature_names_in_", None)
    known = getattr(estimator, "feature_names_", None) if known is None else known
    named = known is not None and set(frame.columns) <= set(known)
    table = as_known(estimator, frame)
    return table if named or table is not frame else frame.to_numpy()


def _estimator_values(estimator: Any, table: Any, predicted: np.ndarray, task: Task) -> np.ndarray:
    if not task.columns:
        return np.empty((len(predicted), 0))
    if task.kind == "outlier-detector":
        predicted = estimator.decision_function(table)
    elif task.kind in ("classifier", "multilabel"):
        predicted = estimator.predict_proba(table)
        if isinstance(predicted, list):
            known = estimator.classes_
            predicted = np.stack([_of_one(each, list(own)) for each, own in zip(predicted, known, strict=True)], axis=1)
    return np.asarray(predicted, dtype=np.float64).reshape(-1, len(task.columns))


def _of_one(probabilities: np.ndarray, classes: list[Any]) -> np.ndarray:
    """The probability of 1 of one column, which is 0 where training saw only zeros."""
    return probabilities[:, classes.index(1)] if 1 in classes else np.zeros(len(probabilities))


def _labels(predicted: np.ndarray, task: Task) -> list[Any] | None:
    if task.kind == "multilabel":
        return [tuple(int(value) for value in row) for row in np.asarray(predicted).tolist()]
    if all(member.is_numeric for member in task.members):
        return None
    return [plain(value) for value in np.asarray(predicted).ravel().tolist()]


def ask_onnx(converted: Converted, inputs: Sequence[Input], rows: Sequence[Instance]) -> Answers:
    """Answer the rows by onnxruntime's Python module, from tensors of the inputs' types."""
    session, task = open_session(converted.content), converted.task
    roles = list(converted.outputs)
    tensors = to_tensors(rows, inputs)
    results = dict(zip(roles, session.run([converted.outputs[role] for role in roles], tensors), strict=True))
    members = [member for member in KINDS[task.kind] if member.role in results]
    numbers = next((results[member.role] for member in members if member.is_numeric), None)
    named = next((results[member.role] for member in members if not member.is_numeric), None)
    values = np.empty((len(rows), 0)) if numbers is None else np.asarray(numbers, dtype=np.float64)
    width = len(task.columns)
    labels = None if named is None else _labels(np.asarray(named), task)
    if values.size != len(rows) * width:
        reason = f"the converted model answers {values.size} numbers for {len(rows)} rows of {width}"
        raise ConversionError(reason, is_foreign=True)
    return Answers(labels, task.columns, values.reshape(len(rows), width), task)


def _rounded(value: float) -> float:
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")
