"""JSON schemas of one prediction: by the members of its kind, or by the golden rows where an owner presents it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sparely.bundle import Bundle
from sparely.kinds import KINDS, Form
from sparely_toolkit.contract.schemas import ANY_LABEL, LABEL_TYPES, Document, closed, several


def prediction(model: Bundle) -> Document:
    """One prediction of a model, as callers get it."""
    description = {"description": model.manifest.document.get("description", "")}
    steps = model.manifest.steps
    if steps and steps.present:
        return {**_seen(model.predictions), **description}
    members = {
        member.name: _FORMS[member.form](model)
        for member in KINDS[model.manifest.kind]
        if member.role in model.manifest.outputs
    }
    return {**closed(members), **description}


def _seen(values: Sequence[Any]) -> Document:
    """What values have in common, as the golden rows show it: a member that some rows lack is optional."""
    if values and all(isinstance(value, Mapping) for value in values):
        names = dict.fromkeys(name for value in values for name in value)
        members = {name: _seen([value[name] for value in values if name in value]) for name in names}
        required = [name for name in names if all(name in value for value in values)]
        return {"type": "object", "properties": members, "required": required}
    if values and all(isinstance(value, list) for value in values):
        items = [item for value in values for item in value]
        return several(_seen(items)) if items else {"type": "array"}
    types = {_TYPES.get(type(value), "object") for value in values}
    types = types - {"integer"} if "number" in types else types
    return {"type": types.pop() if len(types) == 1 else sorted(types)} if types else {}


_TYPES = {**LABEL_TYPES, type(None): "null", list: "array"}


def _label(model: Bundle) -> Document:
    """One of the manifest's labels, which are strings, numbers or booleans."""
    labels = list(model.manifest.document.get("labels", ()))
    types = list(dict.fromkeys(LABEL_TYPES[type(label)] for label in labels))
    return {"type": types[0] if len(types) == 1 else types, "enum": labels} if labels else ANY_LABEL


def _probabilities(model: Bundle) -> Document:
    share = {"type": "number", "minimum": 0, "maximum": 1}
    return closed(dict.fromkeys(model.manifest.labels, share))


_NUMBER: Document = {"type": "number"}
_FORMS: dict[Form, Callable[[Bundle], Document]] = {
    "label": _label,
    "chosen": lambda model: several({"type": "string", "enum": list(model.manifest.labels)}),
    "outlier": lambda model: {"type": "boolean"},
    "cluster": lambda model: {"type": "integer"},
    "number": lambda model: _NUMBER,
    "numbers": lambda model: closed(dict.fromkeys(model.manifest.labels, _NUMBER)),
    "probabilities": _probabilities,
}
