"""JSON schemas of what models take and give, from their manifests. Dialect: JSON Schema 2020-12, as in OpenAPI 3.1."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sparely.bundle import Bundle
from sparely.handler.accepted import NOTHING
from sparely.handler.errors import LISTED_FAULTS
from sparely.handler.tensor_documents import DATATYPE_NAMES
from sparely.handler.validation import Column, Schema
from sparely.handler.values import LONGEST_STRING, Flag, Number, ValueType, Whole
from sparely.kinds import KINDS
from sparely.manifest import Accepts, Manifest
from sparely_toolkit.contract.description import title

Document = dict[str, Any]

LABEL_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}
SHOWN_WORDS = 50
"""Of the categories that training saw, so many stand in a feature's description."""
ANY_LABEL: Document = {"type": ["string", "number", "boolean"]}


def ref(name: str) -> Document:
    """A reference to a schema of components."""
    return {"$ref": f"#/components/schemas/{name}"}


def instance(models: Sequence[Bundle], subject: str) -> Document:
    """One instance as a model, or all models of an area together, take it."""
    schema = Schema.of(subject, [model.manifest for model in models])
    seen = {each["name"]: each for model in models for each in model.manifest.document["features"]}
    return {
        "type": "object",
        "description": " ".join([f"What {subject} takes.", *_refused_once_prepared(models, schema)]),
        "properties": {column.name: _feature(column, seen[column.name]) for column in schema.columns},
        "required": [column.name for column in schema.columns if column.required],
        "additionalProperties": False,
    }


def _refused_once_prepared(models: Sequence[Bundle], schema: Schema) -> Iterator[str]:
    """What no schema of callers' rows can say: values that an estimator refuses of what `prepare` makes of them."""
    said = {column.name for column in schema.columns if column.accepts}
    for model in models:
        if model.manifest.steps and model.manifest.steps.prepare:
            for column in Schema.of(subject := model.path, [_of_prepared(model)]).columns:
                if column.accepts and column.name not in said:
                    whose = f"whose {column.name}, as {subject} prepares it, is not {column.expected}"
                    yield f"A row is refused (422) {whose}."


def _of_prepared(model: Bundle) -> Manifest:
    return model.manifest._replace(features=model.manifest.prepared)


def _feature(column: Column, described: Mapping[str, Any]) -> Document:
    value = value_schema(column.value_type, column.type)
    if column.accepts:
        value |= _accepted(column.accepts, takes_null=column.takes_null)
    return {
        "description": _sentence(column, described),
        **value,
        **({"type": [value["type"], "null"]} if column.takes_null else {}),
    }


def _accepted(accepts: Accepts, *, takes_null: bool) -> Document:
    """What the estimator does not refuse."""
    if accepts.values:
        return {"enum": [*accepts.values, *([None] if takes_null else [])]}
    if accepts == NOTHING:
        return {"enum": [None]} if takes_null else {"not": {}}
    bounds = {
        "minimum": accepts.minimum,
        "exclusiveMinimum": accepts.above,
        "maximum": accepts.maximum,
        "exclusiveMaximum": accepts.below,
    }
    without = {"not": {"enum": [*accepts.without]}} if accepts.without else {}
    return {name: bound for name, bound in bounds.items() if bound is not None} | without


def _sentence(column: Column, described: Mapping[str, Any]) -> str:
    parts = [f"In {column.unit}." if column.unit else ""]
    if "minimum" in described:
        parts.append(f"Training saw {described['minimum']} to {described['maximum']}.")
    if words := described.get("categories"):
        more = f" and {len(words) - SHOWN_WORDS} more, which GET /models lists" if len(words) > SHOWN_WORDS else ""
        parts.append(f"Training saw {', '.join(words[:SHOWN_WORDS])}{more}.")
    parts.append("Null means unknown." if column.takes_null else "")
    return " ".join(part for part in parts if part) or f"A {column.type}."


def value_schema(value_type: ValueType, kind: str) -> Document:
    """One value of a type; of texts and booleans, which share theirs, `kind` says which."""
    value_type = getattr(value_type, "of", value_type)  # `accepts` says the rest
    if isinstance(value_type, Number):
        return {"type": "number", "minimum": -value_type.largest, "maximum": value_type.largest}
    if isinstance(value_type, Whole):
        return {"type": "integer", "minimum": value_type.smallest, "maximum": value_type.largest}
    if isinstance(value_type, Flag):
        return {"type": "integer", "minimum": 0, "maximum": 1}
    return {"type": "string", "maxLength": LONGEST_STRING} if kind == "string" else {"type": "boolean"}


def instances(of: str, most_rows: int) -> Document:
    """The body of a predict call."""
    rows = {"type": "array", "items": ref(of), "minItems": 1, "maxItems": most_rows}
    return {
        "type": "object",
        "properties": {"instances": {**rows, "description": "The rows to predict."}},
        "required": ["instances"],
        "additionalProperties": False,
    }


def predictions(models: Sequence[Bundle]) -> Document:
    """The answer of a predict call."""
    return closed(
        {
            "predictions": closed({each.name: several(ref(f"{title(each.name)}Prediction")) for each in models}),
            "versions": closed({each.name: {"type": "string"} for each in models}),
        }
    )


def closed(properties: Mapping[str, Document], optional: Mapping[str, Document] | None = None) -> Document:
    """An object of exactly these members, of which some may be absent."""
    return {
        "type": "object",
        "properties": {**properties, **(optional or {})},
        "required": list(properties),
        "additionalProperties": False,
    }


def several(items: Document) -> Document:
    return {"type": "array", "items": items}


def _opened(properties: Mapping[str, Document], optional: Mapping[str, Document] | None = None) -> Document:
    return {"type": "object", "properties": {**properties, **(optional or {})}, "required": list(properties)}


_TEXT: Document = {"type": "string"}
_VALUES = {"type": "array", "items": {"type": ["number", "string", "boolean"]}}
_DESCRIBED = _opened(
    {
        "name": _TEXT,
        "datatype": {"type": "string", "enum": list(DATATYPE_NAMES.values())},
        "shape": several({"type": "integer"}),
    },
    {"parameters": {"type": "object"}},
)

_PROBLEM = _opened(
    {
        "type": {"type": "string", "format": "uri", "description": "Names the fault for programs."},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, where, and what would be right."},
        "error": {"type": "string", "description": "The same, for Open Inference Protocol clients."},
    },
    {"errors": {**several(ref("Fault")), "maxItems": LISTED_FAULTS}},
)
_PARTIAL = {
    "predictions": {
        "type": "object",
        "additionalProperties": {"oneOf": [several({"type": "object"}), ref("FailedModel")]},
        "description": "Of an area call: each model's predictions, or its fault.",
    },
    "versions": {"type": "object", "additionalProperties": _TEXT},
}

SHARED: dict[str, Document] = {
    "Problem": {**_PROBLEM, "description": "RFC 9457, and the Open Inference Protocol's error."},
    "PartialAnswer": {
        **_PROBLEM,
        "properties": {**_PROBLEM["properties"], **_PARTIAL},
        "description": "A problem document that has the answers of the models that did not fail.",
    },
    "Fault": closed({"pointer": {"type": "string", "description": "RFC 6901, into the body."}, "detail": _TEXT}),
    "FailedModel": closed({"type": _TEXT, "title": _TEXT, "detail": _TEXT}),
    "GatewayFault": {
        "type": "object",
        "properties": {"message": _TEXT, "Message": _TEXT},
        "description": "An HTTP API's own answer, where the function was not reached.",
    },
    "GatewayProblem": {
        **_PROBLEM,
        "required": [name for name in _PROBLEM["required"] if name != "status"],
        "description": "A problem document of the service, or of the REST API in front of it, which may lack `status`.",
    },
    "Catalogue": closed(
        {"areas": several(closed({"name": _TEXT, "models": several({"anyOf": [ref("Manifest"), ref("ModelName")]})}))},
        {"next": {**_TEXT, "description": "Where another page follows: what to ask for as `after`."}},
    ),
    "ModelName": closed({"name": _TEXT, "version": _TEXT}),
    "Manifest": _opened(
        {
            "name": _TEXT,
            "area": _TEXT,
            "version": _TEXT,
            "kind": {"type": "string", "enum": list(KINDS)},
            "features": several({"type": "object"}),
            "inputs": several({"type": "object"}),
            "outputs": {"type": "object"},
        },
        {name: {"type": "object"} for name in ("training", "metrics", "parity", "onnx", "steps")}
        | {"description": _TEXT, "labels": several(ANY_LABEL), "targets": several(_TEXT)}
        | {"prepared": {**several({"type": "object"}), "description": "The features that `prepare` makes of a row."}},
    ),
    "Live": closed({"live": {"type": "boolean"}}),
    "Ready": closed({"ready": {"type": "boolean"}}),
    "ModelReady": closed({"name": _TEXT, "ready": {"type": "boolean"}}),
    "ServerMetadata": closed({"name": _TEXT, "version": _TEXT, "extensions": several(_TEXT)}),
    "ModelMetadata": closed(
        {
            "name": _TEXT,
            "versions": several(_TEXT),
            "platform": {"const": "onnx_onnxv1"},
            "inputs": several(ref("TensorMetadata")),
            "outputs": several(ref("TensorMetadata")),
        },
        {"parameters": {"type": "object"}},
    ),
    "TensorMetadata": _DESCRIBED,
    "Parameters": {"type": ["object", "null"], "description": "What is not known is ignored; null is as left out."},
    "RequestedOutput": _opened({"name": _TEXT}, {"parameters": ref("Parameters")}),
    "InferenceAnswer": {
        **_opened(
            {
                "model_name": _TEXT,
                "model_version": _TEXT,
                "outputs": several(
                    _opened({**_DESCRIBED["properties"], "data": _VALUES})
                    | {"required": ["name", "datatype", "shape", "data"]}
                ),
            },
            {"id": _TEXT},
        ),
    },
}
