"""JSON schemas of one prediction, by kind of model, as `handler.kinds` reads it."""

from collections.abc import Callable

from sparely_toolkit.contract.models import DescribedModel
from sparely_toolkit.contract.schemas import ANY_LABEL, LABEL_TYPES, Document, closed, several


def prediction(model: DescribedModel) -> Document:
    """One prediction of a model."""
    return {
        **closed(_ANSWERS[model.manifest.kind](model)),
        "description": model.manifest.document.get("description", ""),
    }


def _label(model: DescribedModel) -> Document:
    """One of the manifest's labels, which are strings, numbers or booleans."""
    labels = list(model.manifest.document.get("labels", ()))
    types = list(dict.fromkeys(LABEL_TYPES[type(label)] for label in labels))
    return {"type": types[0] if len(types) == 1 else types, "enum": labels} if labels else ANY_LABEL


def _probabilities(model: DescribedModel) -> Document:
    if "probabilities" not in model.manifest.outputs:
        return {}
    share = {"type": "number", "minimum": -1e-6, "maximum": 1 + 1e-6}
    return {"probabilities": closed(dict.fromkeys(model.manifest.labels, share))}


def _labels(model: DescribedModel) -> Document:
    names = {"type": "string", "enum": list(model.manifest.labels)}
    return {"labels": several(names), **_probabilities(model)}


_NUMBER: Document = {"type": "number"}
_ANSWERS: dict[str, Callable[[DescribedModel], Document]] = {
    "classifier": lambda model: {"label": _label(model), **_probabilities(model)},
    "multilabel": _labels,
    "regressor": lambda model: {"value": _NUMBER},
    "multi-regressor": lambda model: {"values": closed(dict.fromkeys(model.manifest.labels, _NUMBER))},
    "ranker": lambda model: {"score": _NUMBER},
    "outlier-detector": lambda model: {"outlier": {"type": "boolean"}, "score": _NUMBER},
    "clusterer": lambda model: {"cluster": {"type": "integer"}},
}
