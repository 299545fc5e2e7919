"""JSON schemas of what models take as tensors, by the Open Inference Protocol V2."""

from collections.abc import Sequence

from sparely.bundle import Bundle
from sparely.engine import ElementType
from sparely.handler.values import ELEMENT_TYPES, LONGEST_STRING, TENSORS
from sparely.manifest import Feature, Input
from sparely_toolkit.contract.schemas import Document, ref, value_schema


def inference(model: Bundle, most_rows: int) -> Document:
    """An Open Inference Protocol request of a model; that data fits its shape cannot be said here."""
    inputs = [_tensor(each, model.manifest.prepared, most_rows) for each in model.manifest.inputs]
    return {
        "type": "object",
        "properties": {
            "id": {
                "type": ["string", "null"],
                "maxLength": LONGEST_STRING,
                "description": "Comes back in the answer.",
            },
            "parameters": ref("Parameters"),
            "inputs": {
                "type": "array",
                "items": inputs[0] if len(inputs) == 1 else {"oneOf": inputs},
                "minItems": len(inputs),
                "maxItems": len(inputs),
            },
            "outputs": {
                "type": ["array", "null"],
                "items": ref("RequestedOutput"),
                "description": "All, if left out, null or empty.",
            },
        },
        "required": ["inputs"],
    }


def _tensor(taken: Input, features: Sequence[Feature], most_rows: int) -> Document:
    k, element_type = len(taken.features), ELEMENT_TYPES[taken.datatype]
    columns = [feature for feature in features if feature.name in taken.features]
    element = _element(element_type, takes_null=any(column.takes_null for column in columns))
    rows = {"type": "integer", "minimum": 1, "maximum": most_rows}
    return {
        "type": "object",
        "properties": {
            "name": {"const": taken.name},
            "datatype": {"const": taken.datatype},
            "shape": {"type": "array", "prefixItems": [rows, {"const": k}], "minItems": 2, "maxItems": 2},
            "parameters": ref("Parameters"),
            "data": {
                "description": _description(element_type, columns),
                "oneOf": [
                    {"type": "array", "items": element, "minItems": k},
                    {"type": "array", "items": {"type": "array", "items": element, "minItems": k}, "minItems": 1},
                ],
            },
        },
        "required": ["name", "datatype", "shape", "data"],
    }


def _description(element_type: ElementType, columns: Sequence[Feature]) -> str:
    as_numbers = element_type is not ElementType.BOOL and any(column.type == "boolean" for column in columns)
    parts = [
        "Row by row, flat or as one list a row",
        "true and false as 1 and 0" if as_numbers else "",
        "null where the feature takes it" if any(column.takes_null for column in columns) else "",
    ]
    return "; ".join(part for part in parts if part) + "."


def _element(element_type: ElementType, *, takes_null: bool) -> Document:
    kinds = {ElementType.STRING: "string", ElementType.BOOL: "boolean"}
    element = value_schema(TENSORS[element_type], kinds.get(element_type, ""))
    return {**element, "type": [element["type"], "null"]} if takes_null else element
