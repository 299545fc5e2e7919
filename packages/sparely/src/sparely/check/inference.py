"""Golden rows in the words of the Open Inference Protocol V2, and its answers back as predictions."""

from collections.abc import Mapping, Sequence
from typing import Any

from sparely.bundle import Bundle
from sparely.kinds import Prediction, read_predictions
from sparely.manifest import Manifest


class Untranslatable(Exception):
    """An answer lacks what a prediction is made of."""


def to_infer_request(model: Bundle) -> dict[str, Any]:
    """Write the golden rows as a V2 request: those that the bare model takes."""
    return {"id": "deployment-check", "inputs": input_tensors(model.manifest, model.prepared)}


def input_tensors(manifest: Manifest, prepared: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """
    Write n rows as the model's inputs.

    Returns:
        V2 tensors of shape (n, k), row-major: n rows, k features of the input; an absent or null feature is
        null, which the service reads as the manifest says.
    """
    return [
        {
            "name": each.name,
            "shape": [len(prepared), len(each.features)],
            "datatype": each.datatype,
            "data": [_element(row.get(name), each.datatype) for row in prepared for name in each.features],
        }
        for each in manifest.inputs
    ]


def _element(value: Any, datatype: str) -> Any:
    """A feature's value in a tensor: true and false are 1 and 0 in one of numbers."""
    return int(value) if isinstance(value, bool) and datatype != "BOOL" else value


def from_infer_response(model: Bundle, document: Any) -> list[Prediction]:
    """
    Read a V2 response as predictions.

    Raises:
        Untranslatable: an output is missing or not of the length that the others have.
    """
    manifest = model.manifest
    try:
        tensors = {each["name"]: each["data"] for each in document["outputs"]}
        outputs = {role: tensors[name] for role, name in manifest.outputs.items()}
        return read_predictions(manifest.kind, outputs, manifest.labels, flags=manifest.flags)
    except (KeyError, TypeError, ValueError) as error:
        raise Untranslatable(f"the tensors cannot be read: {type(error).__name__}: {error}") from error
