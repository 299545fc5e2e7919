"""JSON schemas of what models take as tensors, by the Open Inference Protocol V2."""

from collections.abc import Sequence

from sparely.bundle import Bundle
from sparely.handler.values import LONGEST_STRING, in_tensor
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
    k = len(taken.features)
    known = {feature.name: feature for feature in features}
    columns = [known[name] for name in taken.features]
    element = _element(columns, taken.datatype)
    rows = {"type": "integer", "minimum": 1, "maximum": most_rows}
    return {
        "type": "object",
        "properties": {
            "name": {"const": taken.name},
            "datatype": {"const": taken.datatype},
            "shape": {"type": "array", "prefixItems": [rows, {"const": k}], "minItems": 2, "maxItems": 2},
            "parameters": ref("Parameters"),
            "data": {
                "description": _description(taken.datatype, columns),
                "oneOf": [
                    {"type": "array", "items": element, "minItems": k},
                    {"type": "array", "items": {"type": "array", "items": element, "minItems": k}, "minItems": 1},
                ],
            },
        },
        "required": ["name", "datatype", "shape", "data"],
    }


def _description(datatype: str, columns: Sequence[Feature]) -> str:
    kinds = {column.type for column in columns}
    parts = [
        "Row by row, flat or as one list a row",
        "each value as in a record" if len(kinds) > 1 or any(column.accepts for column in columns) else "",
        "true and false as 1 and 0" if "boolean" in kinds and datatype != "BOOL" else "",
        "null where the feature takes it" if any(column.takes_null for column in columns) else "",
    ]
    return "; ".join(part for part in parts if part) + "."


def _element(columns: Sequence[Feature], datatype: str) -> Document:
    """Any element: which column it is in cannot be said of data that is flat, so the widest of them."""
    schemas = [value_schema(in_tensor(column.type, datatype), column.type) for column in columns]
    widest = max(schemas, key=lambda schema: (schema["type"] == "number", schema.get("maximum", 0)))
    takes_null = any(column.takes_null for column in columns)
    return {**widest, "type": [widest["type"], "null"]} if takes_null else widest
