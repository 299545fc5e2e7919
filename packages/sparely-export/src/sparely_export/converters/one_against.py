"""Classes one against the rest, or one against another."""

from typing import Any

import numpy as np
from onnx import TensorProto

from sparely_export.converters import asking
from sparely_export.converters.blocks import Block
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Writer


def _binary(writer: Writer, model: Any, block: Block) -> tuple[str, float]:
    """The score (n, 1) of one classifier of two, and from where on it says yes."""
    if type(model).__name__ == "_ConstantPredictor":
        nothing = writer.calculate("Mul", writer.columns(writer.numbers(block), [0]), 0.0)
        return writer.calculate("Add", nothing, float(np.ravel(model.y_)[0])), 0.5  # to scikit-learn no classifier
    if hasattr(model, "decision_function"):
        return asking.decision(writer, model, block), 0.0
    if not hasattr(model, "classes_"):
        return asking.predict(writer, model, block), 0.5
    return writer.columns(asking.probabilities(writer, model, block), [1]), 0.5


@converts("decision", "sklearn.OneVsRestClassifier")
def _rest_scores(writer: Writer, model: Any, block: Block) -> str:
    return writer.joined([_binary(writer, each, block)[0] for each in model.estimators_])


@converts("choice", "sklearn.OneVsRestClassifier")
def _rest_choice(writer: Writer, model: Any, block: Block) -> str:
    if not model.multilabel_ and len(model.estimators_) > 1:
        return asking.largest(writer, asking.decision(writer, model, block))
    threshold = _binary(writer, model.estimators_[0], block)[1]
    above = writer.cast(
        writer.calculate("Greater", asking.decision(writer, model, block), threshold), TensorProto.INT64
    )
    return above if model.multilabel_ else writer.node("Reshape", above, writer.constant(np.array([-1])))


@converts("probabilities", "sklearn.OneVsRestClassifier")
def _rest_shares(writer: Writer, model: Any, block: Block) -> str:
    each = writer.joined(
        [
            _binary(writer, member, block)[0]
            if type(member).__name__ == "_ConstantPredictor"
            else writer.columns(asking.probabilities(writer, member, block), [1])
            for member in model.estimators_
        ]
    )
    if len(model.estimators_) == 1:
        return writer.joined([writer.node("Sub", writer.constant(np.float64(1)), each), each])
    if model.multilabel_:
        return each
    total = writer.node("ReduceSum", each, writer.constant(np.array([1])), keepdims=1)
    whole = writer.node("Where", writer.calculate("Equal", total, 0.0), writer.constant(np.float64(1)), total)
    return writer.node("Div", each, whole)


@converts("decision", "sklearn.OneVsOneClassifier")
def _pairs(writer: Writer, model: Any, block: Block) -> str:
    classes = len(model.classes_)
    scores = writer.joined([_binary(writer, each, block)[0] for each in model.estimators_])
    votes = writer.joined(
        [
            writer.node("Reshape", asking.choice(writer, each, block), writer.constant(np.array([-1, 1])))
            for each in model.estimators_
        ]
    )
    return tallied(writer, scores, writer.cast(votes), classes)


def tallied(writer: Writer, scores: str, votes: str, classes: int) -> str:
    """Votes of all pairs for each class, and the sum of their scores for where votes are equal, (n, c)."""
    pairs = [(i, j) for i in range(classes) for j in range(i + 1, classes)]
    signs, wins, losses = (np.zeros((len(pairs), classes)) for _ in range(3))
    for row, (i, j) in enumerate(pairs):
        signs[row, i], signs[row, j] = -1, 1
        wins[row, j], losses[row, i] = 1, 1
    confidence = writer.node("MatMul", scores, writer.constant(signs))
    size = writer.calculate("Mul", writer.calculate("Add", writer.node("Abs", confidence), 1.0), 3.0)
    lost = writer.node("Sub", writer.constant(np.float64(1)), votes)
    first = writer.node("MatMul", votes, writer.constant(wins))
    second = writer.node("MatMul", lost, writer.constant(losses))
    made = writer.node("Sum", first, second, writer.node("Div", confidence, size))
    return writer.columns(made, [1]) if classes == 2 else made


@converts("choice", "sklearn.OneVsOneClassifier")
def _pair_choice(writer: Writer, model: Any, block: Block) -> str:
    found = asking.decision(writer, model, block)
    if len(model.classes_) > 2:
        return asking.largest(writer, found)
    threshold = _binary(writer, model.estimators_[0], block)[1]
    above = writer.cast(writer.calculate("Greater", found, threshold), TensorProto.INT64)
    return writer.node("Reshape", above, writer.constant(np.array([-1])))
