"""What kind of answer a fitted estimator gives, and how each kind is shown to callers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from sklearn.base import is_classifier, is_clusterer, is_outlier_detector

from sparely_export.refusals import Refusal

Kind: TypeAlias = Literal[
    "classifier", "multilabel", "regressor", "multi-regressor", "ranker", "outlier-detector", "clusterer"
]

OUTLIER = -1
"""What scikit-learn's detectors call an outlier; what fits is 1."""


class UnknownTask(Refusal):
    """The estimator gives no answer that the service could show."""


@dataclass(frozen=True, slots=True)
class Task:
    """
    A kind of answer.

    `labels` are the classes in the order of the probabilities' columns, of a multilabel model the names of its
    columns; `targets` are those of a multi-regressor.
    """

    kind: Kind
    labels: tuple[Any, ...] = ()
    targets: tuple[str, ...] = ()
    probabilities: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the numbers that an answer holds."""
        if self.kind in ("classifier", "multilabel"):
            return tuple(str(label) for label in self.labels) if self.probabilities else ()
        return {
            "regressor": ("value",),
            "multi-regressor": self.targets,
            "ranker": ("score",),
            "outlier-detector": ("score",),
            "clusterer": (),
        }[self.kind]

    def as_json(self) -> dict[str, Any]:
        """Return what manifest.json tells of labels or targets."""
        if self.labels:
            return {"labels": list(self.labels)}
        return {"targets": list(self.targets)} if self.targets else {}


def task_of(estimator: Any, predicted: np.ndarray | None = None, names: Sequence[str] = ()) -> Task:
    """
    Tell what a fitted estimator does.

    Args:
        predicted: what it predicts for some rows; without it, one answer a row is assumed.
        names: of the columns, when it predicts several.

    Raises:
        UnknownTask: it predicts nothing, or several classes in several columns.
    """
    if not hasattr(estimator, "predict"):
        raise UnknownTask(f"{type(estimator).__name__} has no predict; a service answers with predictions")
    width = predicted.shape[1] if predicted is not None and predicted.ndim == 2 else 1
    columns = tuple(names) if len(names) == width else tuple(f"output_{index}" for index in range(width))
    if type(final_step(estimator)).__name__.endswith("Ranker"):
        return Task("ranker")
    if is_classifier(estimator):
        return _classification(estimator, width, columns)
    if is_outlier_detector(estimator):
        return Task("outlier-detector")
    if is_clusterer(estimator) or type(final_step(estimator)).__name__.endswith("GaussianMixture"):
        return Task("clusterer")
    return Task("regressor") if width == 1 else Task("multi-regressor", targets=columns)


def final_step(estimator: Any) -> Any:
    """Return the last step of a pipeline, or the estimator itself."""
    while hasattr(estimator, "steps"):
        estimator = estimator.steps[-1][1]
    return estimator


def plain(value: Any) -> Any:
    """Return a class as ONNX has it: a string, or a whole number (of booleans too)."""
    if isinstance(value, str):
        return str(value)
    if int(value) != value:
        raise UnknownTask(f"its class {value!r} is neither a string nor a whole number")
    return int(value)


def _classification(estimator: Any, width: int, columns: tuple[str, ...]) -> Task:
    probabilities = hasattr(estimator, "predict_proba")
    classes = estimator.classes_
    if width == 1 and not isinstance(classes, list):
        return Task("classifier", tuple(plain(value) for value in classes), probabilities=probabilities)
    if isinstance(classes, list) and any(not set(np.asarray(each).tolist()) <= {0, 1} for each in classes):
        raise UnknownTask("it predicts several columns of several classes; train one model a column")
    return Task("multilabel", columns, probabilities=probabilities)


Shown: TypeAlias = Callable[[Task, Any, Mapping[str, float]], dict[str, Any]]

SHOWN: dict[Kind, Shown] = {
    "classifier": lambda task, label, numbers: _with_probabilities({"label": label}, numbers),
    "multilabel": lambda task, label, numbers: _with_probabilities(
        {"labels": [name for name, given in zip(task.labels, label, strict=True) if given]}, numbers
    ),
    "regressor": lambda task, label, numbers: dict(numbers),
    "multi-regressor": lambda task, label, numbers: {"values": dict(numbers)},
    "ranker": lambda task, label, numbers: dict(numbers),
    "outlier-detector": lambda task, label, numbers: {"outlier": label == OUTLIER, **numbers},
    "clusterer": lambda task, label, numbers: {"cluster": label},
}
"""By kind: one row's label and numbers as `POST /predict` shows them."""


def _with_probabilities(shown: dict[str, Any], numbers: Mapping[str, float]) -> dict[str, Any]:
    return {**shown, "probabilities": dict(numbers)} if numbers else shown
