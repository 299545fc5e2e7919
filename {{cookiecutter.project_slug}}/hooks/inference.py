"""Golden rows in the words of the Open Inference Protocol V2, and its answers back as predictions."""

from collections.abc import Mapping, Sequence
from itertools import batched
from typing import Any

from hooks.golden import GoldenModel


class Untranslatable(Exception):
    """An answer lacks what a prediction is made of."""


def to_infer_request(model: GoldenModel) -> dict[str, Any]:
    """
    Write the golden rows as the model's input tensors.

    Returns:
        A V2 request whose tensors have shape (n, k), row-major: n rows, k features of the input; an absent
        or null feature is null, which the service reads as the manifest says.
    """
    inputs = [
        {
            "name": each["name"],
            "datatype": each["datatype"],
            "shape": [len(model.instances), len(each["features"])],
            "data": [row.get(feature) for row in model.instances for feature in each["features"]],
        }
        for each in model.manifest["inputs"]
    ]
    return {"id": "deployment-check", "inputs": inputs}


def from_infer_response(model: GoldenModel, document: Any) -> list[dict[str, Any]]:
    """
    Read a V2 response as predictions.

    Raises:
        Untranslatable: an output is missing or not of the length that the others have.
    """
    try:
        tensors = {each["name"]: each["data"] for each in document["outputs"]}
        outputs = {role: tensors[name] for role, name in model.manifest["outputs"].items()}
        return _READERS[model.manifest["kind"]](model, outputs)
    except (KeyError, TypeError, ValueError) as error:
        raise Untranslatable(f"the tensors cannot be read: {type(error).__name__}: {error}") from error


def _read_classes(model: GoldenModel, outputs: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    labels: Sequence[Any] = model.manifest["labels"]
    by_row = batched(outputs["probabilities"], len(labels))
    return [
        {"label": label, "probabilities": dict(zip(labels, row, strict=True))}
        for label, row in zip(outputs["label"], by_row, strict=True)
    ]


def _read_values(model: GoldenModel, outputs: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    return [{"value": value} for value in outputs["value"]]


_READERS = {"classifier": _read_classes, "regressor": _read_values}
