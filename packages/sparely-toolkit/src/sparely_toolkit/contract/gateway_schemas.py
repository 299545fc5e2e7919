"""
Schemas of openapi.yaml as models of a REST API: JSON schema draft 4, and of it what API Gateway takes.

What it does not take is left out, so that a model says less than the contract and never something else.
Source: docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html (read 2026-11-22).
"""

from collections.abc import Iterator
from typing import Any

from sparely_toolkit.contract.schemas import SHARED, Document

# Neither oneOf, anyOf, additionalProperties, exclusiveMinimum, nullable, discriminator, example nor, in a simple
# validation, minItems and maxItems. Draft 4 has no const and calls 5.0 no integer.
KEPT = ("type", "enum", "required", "description")


def loosened(schema: Document) -> Document:
    """A schema that allows all that this one allows, in words that API Gateway takes."""
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    looser: Document = {name: schema[name] for name in KEPT if name in schema}
    if looser.get("type") == "integer":
        looser["type"] = "number"
    if isinstance(schema.get("const"), str):
        looser |= {"type": "string", "enum": [schema["const"]]}
    if "properties" in schema:
        each = {name: loosened(below) for name, below in schema["properties"].items()}
        looser["properties"] = {name: below for name, below in each.items() if _says_what(below)}
    if "items" in schema:
        looser["items"] = loosened(schema["items"])
    return looser


def _says_what(schema: Document) -> bool:
    """Whether a type is left of it all the way down; several types at once have no word in OpenAPI 3.0."""
    if "$ref" in schema:
        return True
    return isinstance(schema.get("type"), str) and ("items" not in schema or _says_what(schema["items"]))


def models(names: Iterator[str]) -> dict[str, Document]:
    """The shared schemas of these names, loosened, and those that they refer to."""
    schemas: dict[str, Document] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name not in schemas:
            schemas[name] = loosened(SHARED[name])
            waiting += references(schemas[name])
    return schemas


def references(node: Any) -> Iterator[str]:
    """Names of the schemas that a document refers to."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value.rpartition("/")[2]
            else:
                yield from references(value)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


def outline(member: str) -> Document:
    """A body with a list of objects, and more is not asked: the function says better what is wrong with them."""
    return {
        "type": "object",
        "required": [member],
        "properties": {member: {"type": "array", "items": {"type": "object"}}},
    }
