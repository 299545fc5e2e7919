"""Golden rows in the words of the Open Inference Protocol V2, and its answers back as predictions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import batched, compress
from typing import Any

from sparely.check.tensors import input_tensors
from sparely.golden import GoldenModel

Outputs = Mapping[str, Sequence[Any]]
Predictions = list[dict[str, Any]]
Reader = Callable[[GoldenModel, Outputs], Predictions]

OUTLIER = -1


class Untranslatable(Exception):
    """An answer lacks what a prediction is made of."""


def to_infer_request(model: GoldenModel) -> dict[str, Any]:
    """Write the golden rows as a V2 request."""
    return {"id": "deployment-check", "inputs": input_tensors(model.manifest, model.instances)}


def from_infer_response(model: GoldenModel, document: Any) -> Predictions:
    """
    Read a V2 response as predictions.

    Raises:
        Untranslatable: an output is missing or not of the length that the others have.
    """
    try:
        tensors = {each["name"]: each["data"] for each in document["outputs"]}
        outputs = {role: tensors[name] for role, name in model.manifest["outputs"].items()}
        return READERS[model.manifest["kind"]](model, outputs)
    except (KeyError, TypeError, ValueError) as error:
        raise Untranslatable(f"the tensors cannot be read: {type(error).__name__}: {error}") from error


def _names(model: GoldenModel) -> list[str]:
    """What the columns of a tensor of shape (n, m) are called."""
    return [str(name) for name in model.manifest.get("labels", model.manifest.get("targets", ()))]


def _by_name(model: GoldenModel, values: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """The rows of a tensor of shape (n, m), row-major, each by the names of its m columns."""
    names = _names(model)
    return (dict(zip(names, row, strict=True)) for row in batched(values, len(names)))


def _with_probabilities(model: GoldenModel, outputs: Outputs, shown: Predictions) -> Predictions:
    if "probabilities" not in outputs:
        return shown
    probabilities = _by_name(model, outputs["probabilities"])
    return [{**each, "probabilities": row} for each, row in zip(shown, probabilities, strict=True)]


def _read_classes(model: GoldenModel, outputs: Outputs) -> Predictions:
    return _with_probabilities(model, outputs, [{"label": label} for label in outputs["label"]])


def _read_labels(model: GoldenModel, outputs: Outputs) -> Predictions:
    chosen = (list(compress(row, row.values())) for row in _by_name(model, outputs["labels"]))
    return _with_probabilities(model, outputs, [{"labels": labels} for labels in chosen])


def _read_several_values(model: GoldenModel, outputs: Outputs) -> Predictions:
    return [{"values": row} for row in _by_name(model, outputs["values"])]


def _read_outliers(model: GoldenModel, outputs: Outputs) -> Predictions:
    pairs = zip(outputs["label"], outputs["score"], strict=True)
    return [{"outlier": label == OUTLIER, "score": score} for label, score in pairs]


def _of_one_number(role: str) -> Reader:
    """A reader of an output whose every row is one number, shown under its role's name."""
    return lambda model, outputs: [{role: value} for value in outputs[role]]


READERS: dict[str, Reader] = {
    "classifier": _read_classes,
    "multilabel": _read_labels,
    "regressor": _of_one_number("value"),
    "multi-regressor": _read_several_values,
    "ranker": _of_one_number("score"),
    "outlier-detector": _read_outliers,
    "clusterer": _of_one_number("cluster"),
}
