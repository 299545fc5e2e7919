"""AdaBoost: members that vote by how well they did."""

from typing import Any

import numpy as np
from onnx import TensorProto

from sparely_export.converters import asking
from sparely_export.converters.blocks import Block
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.voting import one_hot
from sparely_export.converters.writing import Writer


@converts("decision", "sklearn.AdaBoostClassifier", "imblearn.RUSBoostClassifier")
def _adapted(writer: Writer, model: Any, block: Block) -> str:
    if getattr(model, "algorithm", "SAMME") == "SAMME.R":
        raise NoForm('AdaBoostClassifier with algorithm="SAMME.R"; "SAMME" has a form')
    classes = len(model.classes_)
    terms = []
    for each, weight in zip(model.estimators_, model.estimator_weights_, strict=False):
        found = one_hot(writer, _as_own(writer, asking.choice(writer, each, block), each, model), classes)
        terms.append(
            writer.calculate(
                "Mul",
                writer.calculate("Sub", writer.calculate("Mul", found, classes / (classes - 1)), 1 / (classes - 1)),
                float(weight),
            )
        )
    total = writer.node("Sum", *terms) if len(terms) > 1 else terms[0]
    raw = writer.calculate("Div", total, float(model.estimator_weights_.sum()))
    if classes > 2:
        return raw
    return writer.node("Sub", writer.columns(raw, [1]), writer.columns(raw, [0]))


def _as_own(writer: Writer, index: str, member: Any, model: Any) -> str:
    """A member's index of a class as the ensemble's, for a member may have met fewer."""
    known = np.asarray(model.classes_).tolist()
    places = [known.index(each) for each in np.asarray(member.classes_).tolist()]
    return (
        index if places == list(range(len(known))) else writer.node("Gather", writer.constant(np.array(places)), index)
    )


@converts("choice", "sklearn.AdaBoostClassifier", "imblearn.RUSBoostClassifier")
def _adapted_choice(writer: Writer, model: Any, block: Block) -> str:
    return asking.of_decision(writer, asking.decision(writer, model, block), len(model.classes_))


@converts("probabilities", "sklearn.AdaBoostClassifier", "imblearn.RUSBoostClassifier")
def _adapted_shares(writer: Writer, model: Any, block: Block) -> str:
    raw, classes = asking.decision(writer, model, block), len(model.classes_)
    if classes == 2:
        half = writer.calculate("Div", raw, 2.0)
        return writer.node("Softmax", writer.joined([writer.node("Neg", half), half]), axis=1)
    return writer.node("Softmax", writer.calculate("Div", raw, float(classes - 1)), axis=1)


@converts("predict", "sklearn.AdaBoostRegressor")
def _median(writer: Writer, model: Any, block: Block) -> str:
    """The weighted median: sort the members' answers, and take the first where half of the weights is reached."""
    count = len(model.estimators_)
    values = writer.joined([asking.predict(writer, each, block) for each in model.estimators_])
    top = writer.constant(np.array([count]))
    ordered, order = writer.nodes_of("TopK", [values, top], 2, axis=1, largest=0, sorted=1)
    weights = writer.constant(np.asarray(model.estimator_weights_[:count], dtype=np.float64))
    running = writer.node("CumSum", writer.node("Gather", weights, order, axis=0), writer.constant(np.array(1)))
    half = float(0.5 * np.asarray(model.estimator_weights_[:count]).sum())
    enough = writer.cast(writer.calculate("GreaterOrEqual", running, half), TensorProto.INT64)
    place = writer.node("ArgMax", enough, axis=1, keepdims=1)
    return writer.node("GatherElements", ordered, place, axis=1)
