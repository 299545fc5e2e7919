"""Support vectors in float64, for which onnxruntime has no operator: the kernel and its sums, written out."""

from typing import Any

import numpy as np
from onnx import TensorProto

from sparely_export.converters import asking, leaves, platt
from sparely_export.converters.blocks import Block
from sparely_export.converters.logistic import logistic
from sparely_export.converters.one_against import tallied
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.writing import Writer

CLASSIFIERS = ("sklearn.SVC", "sklearn.NuSVC")
NEAR_ZERO = 1e-7
"""libsvm gives no probability below it."""
REGRESSORS = ("sklearn.SVR", "sklearn.NuSVR")


def _dense(values: Any) -> np.ndarray:
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values, dtype=np.float64)


def _kernel(writer: Writer, model: Any, block: Block) -> str:
    """(n, m), how near each row is to each of the m support vectors."""
    rows, vectors = writer.numbers(block), _dense(model.support_vectors_)
    product = writer.node("MatMul", rows, writer.constant(vectors.T))
    gamma = float(model._gamma)
    if model.kernel == "linear":
        return product
    if model.kernel == "rbf":
        squares = writer.node("ReduceSum", writer.node("Mul", rows, rows), writer.constant(np.array([1])), keepdims=1)
        known = writer.calculate("Add", writer.calculate("Mul", product, -2.0), (vectors**2).sum(axis=1).reshape(1, -1))
        return writer.node("Exp", writer.calculate("Mul", writer.node("Add", squares, known), -gamma))
    inner = writer.calculate("Add", writer.calculate("Mul", product, gamma), float(model.coef0))
    if model.kernel == "poly":
        return writer.calculate("Pow", inner, float(model.degree))
    if model.kernel == "sigmoid":
        return writer.node("Tanh", inner)
    raise NoForm(f"{type(model).__name__} with kernel={model.kernel!r}; linear, poly, rbf and sigmoid have a form")


def _pairs(writer: Writer, model: Any, block: Block) -> str:
    """The score of each pair of classes, (n, p): above zero for the first of the two."""
    key = ("pairs", id(model), block.parts)
    if key not in writer.answers:
        weights, ends = _dense(model._dual_coef_), np.cumsum([0, *model._n_support])
        columns = []
        for first in range(len(model.classes_)):
            for second in range(first + 1, len(model.classes_)):
                column = np.zeros(weights.shape[1])
                for own, other in ((first, second - 1), (second, first)):
                    column[ends[own] : ends[own + 1]] = weights[other, ends[own] : ends[own + 1]]
                columns.append(column)
        value = writer.node("MatMul", _kernel(writer, model, block), writer.constant(np.column_stack(columns)))
        writer.answers[key] = writer.calculate("Add", value, np.asarray(model._intercept_, dtype=np.float64))
    return str(writer.answers[key])


def _votes(writer: Writer, model: Any, block: Block) -> tuple[str, str]:
    """Scores of pairs that grow towards the second class, and 1 where that is chosen."""
    scores = writer.node("Neg", _pairs(writer, model, block))
    return scores, writer.cast(writer.calculate("Greater", scores, 0.0))


@converts("decision", *CLASSIFIERS)
def _scores(writer: Writer, model: Any, block: Block) -> str:
    if not writer.double:
        return leaves.classify(writer, model, block, raw=True)[1]
    scores, votes = _votes(writer, model, block)
    if len(model.classes_) == 2:
        return scores
    if model.decision_function_shape == "ovo":
        return writer.node("Neg", scores)
    return tallied(writer, scores, votes, len(model.classes_))


@converts("choice", *CLASSIFIERS)
def _choice(writer: Writer, model: Any, block: Block) -> str:
    if not writer.double:
        return asking.by_label(writer, model, block)
    classes = len(model.classes_)
    if classes > 2 and model.break_ties and model.decision_function_shape == "ovr":
        return asking.largest(writer, asking.decision(writer, model, block))
    first = writer.cast(writer.calculate("Greater", _pairs(writer, model, block), 0.0))
    if classes == 2:
        second = writer.cast(writer.calculate("Sub", writer.calculate("Mul", first, -1.0), -1.0), TensorProto.INT64)
        return writer.node("Reshape", second, writer.constant(np.array([-1])))
    pairs = [(one, other) for one in range(classes) for other in range(one + 1, classes)]
    gained = np.array([np.eye(classes)[one] - np.eye(classes)[other] for one, other in pairs])
    always = np.array([np.eye(classes)[other] for _, other in pairs]).sum(axis=0)
    votes = writer.calculate("Add", writer.node("MatMul", first, writer.constant(gained)), always.reshape(1, -1))
    return asking.largest(writer, votes)


@converts("probabilities", *CLASSIFIERS)
def _likely(writer: Writer, model: Any, block: Block) -> str:
    """Platt's logistic function of the score of two classes, and what libsvm's rounds make of it, (n, 2)."""
    if not writer.double:
        return leaves.classify(writer, model, block)[1]
    if len(model.classes_) > 2:
        raise NoForm(
            f"{type(model).__name__}(probability=True) of {len(model.classes_)} classes has a form in float32 alone; "
            "scale its columns (StandardScaler), or put CalibratedClassifierCV around it, without probability"
        )
    score = writer.calculate("Mul", _pairs(writer, model, block), -float(model._probA[0]))
    share = logistic(writer, writer.calculate("Sub", score, float(model._probB[0])))
    ends = [writer.constant(np.float64(end)) for end in (NEAR_ZERO, 1 - NEAR_ZERO)]
    return platt.coupled(writer, writer.node("Min", writer.node("Max", share, ends[0]), ends[1]))


@converts("predict", *REGRESSORS)
def _numbers(writer: Writer, model: Any, block: Block) -> str:
    if not writer.double:
        return writer.node("Reshape", leaves.predict(writer, model, block), writer.constant(np.array([0, -1])))
    return str(_sum(writer, model, block))


@converts("decision", "sklearn.OneClassSVM")
def _sum(writer: Writer, model: Any, block: Block) -> str:
    """The kernels by their weights, (n, 1)."""
    value = writer.node("MatMul", _kernel(writer, model, block), writer.constant(_dense(model._dual_coef_).T))
    return writer.calculate("Add", value, np.asarray(model._intercept_, dtype=np.float64))
