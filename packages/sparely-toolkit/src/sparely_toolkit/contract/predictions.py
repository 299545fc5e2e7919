"""JSON schemas of one prediction, by the members that its kind of model gives."""

from collections.abc import Callable

from sparely.bundle import Bundle
from sparely.kinds import KINDS, Form
from sparely_toolkit.contract.schemas import ANY_LABEL, LABEL_TYPES, Document, closed, several


def prediction(model: Bundle) -> Document:
    """One prediction of a model."""
    members = {
        member.name: _FORMS[member.form](model)
        for member in KINDS[model.manifest.kind]
        if member.role in model.manifest.outputs
    }
    return {**closed(members), "description": model.manifest.document.get("description", "")}


def _label(model: Bundle) -> Document:
    """One of the manifest's labels, which are strings, numbers or booleans."""
    labels = list(model.manifest.document.get("labels", ()))
    types = list(dict.fromkeys(LABEL_TYPES[type(label)] for label in labels))
    return {"type": types[0] if len(types) == 1 else types, "enum": labels} if labels else ANY_LABEL


def _probabilities(model: Bundle) -> Document:
    share = {"type": "number", "minimum": -1e-6, "maximum": 1 + 1e-6}
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
