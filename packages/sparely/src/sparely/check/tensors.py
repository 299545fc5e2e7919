"""Golden rows as the input tensors of the Open Inference Protocol V2."""

from collections.abc import Mapping, Sequence
from typing import Any


def input_tensors(manifest: Mapping[str, Any], instances: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """
    Write n rows as the model's inputs.

    Returns:
        V2 tensors of shape (n, k), row-major: n rows, k features of the input; an absent or null feature is
        null, which the service reads as the manifest says.
    """
    return [
        {
            "name": each["name"],
            "shape": [len(instances), len(each["features"])],
            "datatype": each["datatype"],
            "data": [_element(row.get(name), each["datatype"]) for row in instances for name in each["features"]],
        }
        for each in manifest["inputs"]
    ]


def _element(value: Any, datatype: str) -> Any:
    """A feature's value in a tensor: true and false are 1 and 0 in one of numbers."""
    return int(value) if isinstance(value, bool) and datatype != "BOOL" else value
