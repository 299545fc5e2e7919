"""Nearest neighbours by distance: all within a radius, or weighed by how near they are."""

from typing import Any

import numpy as np
from onnx import TensorProto

from sparely_export.converters import asking, leaves
from sparely_export.converters.blocks import Block
from sparely_export.converters.measuring import check_distances, is_plain, power
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.writing import Writer


def _distances(writer: Writer, model: Any, block: Block) -> str:
    """(n, m), to each of the m rows of training."""
    check_distances(model)
    exponent, rows, known = power(model), writer.numbers(block), np.asarray(model._fit_X, dtype=np.float64)
    terms = []
    for column in range(known.shape[1]):
        apart = writer.calculate("Sub", writer.columns(rows, [column]), known[:, column].reshape(1, -1))
        terms.append(writer.node("Mul", apart, apart) if exponent == 2 else writer.node("Abs", apart))
    total = writer.node("Sum", *terms) if len(terms) > 1 else terms[0]
    return writer.node("Sqrt", total) if exponent == 2 else total


def _weights(writer: Writer, model: Any, distances: str, chosen: str | None) -> str:
    """What each neighbour counts; one at the same place counts alone."""
    if model.weights == "uniform":
        return chosen or writer.calculate("Add", writer.calculate("Mul", distances, 0.0), 1.0)
    same = writer.calculate("Equal", distances, 0.0)
    safe = writer.node("Where", same, writer.constant(np.float64(1)), distances)
    near = writer.node("Reciprocal", safe)
    equal = writer.cast(same)
    if chosen is not None:
        near, equal = writer.node("Mul", near, chosen), writer.node("Mul", equal, chosen)
    some = writer.calculate("Greater", writer.node("ReduceMax", equal, axes=[1], keepdims=1), 0.0)
    return writer.node("Where", some, equal, near)


def _shares(writer: Writer, weights: str, answers: str) -> str:
    """The mean of answers by weights."""
    total = writer.node("ReduceSum", weights, writer.constant(np.array([1])), keepdims=1)
    return writer.node("Div", answers, total)


def _within(writer: Writer, model: Any, block: Block) -> str:
    distances = _distances(writer, model, block)
    chosen = writer.cast(writer.calculate("LessOrEqual", distances, float(model.radius)))
    return _weights(writer, model, distances, chosen)


def _classes_met(model: Any) -> np.ndarray:
    """Of each row of training a 1 for its class, (m, c); of several labels a row those themselves, (m, l)."""
    if isinstance(model.classes_, list):
        labels = [np.asarray(own)[column] for own, column in zip(model.classes_, model._y.T, strict=True)]
        return np.column_stack(labels).astype(np.float64)
    return np.eye(len(model.classes_))[np.ravel(model._y)]


@converts("probabilities", "sklearn.RadiusNeighborsClassifier")
def _in_radius(writer: Writer, model: Any, block: Block) -> str:
    weights, met = _within(writer, model, block), _classes_met(model)
    shares = _shares(writer, weights, writer.node("MatMul", weights, writer.constant(met)))
    if model.outlier_label_ is None:
        return shares
    alone = writer.calculate("Equal", writer.node("ReduceMax", weights, axes=[1], keepdims=1), 0.0)
    return writer.node("Where", alone, writer.constant(_of_outliers(model)), shares)


def _of_outliers(model: Any) -> np.ndarray:
    """What rows without neighbours get: the class that was chosen for them, (1, c), or the labels, (1, l)."""
    several = isinstance(model.classes_, list)
    known = [np.asarray(own).tolist() for own in (model.classes_ if several else [model.classes_])]
    for label, own in zip(model.outlier_label_, known, strict=True):
        if label not in own:
            kind = type(model).__name__
            raise NoForm(f"{kind} with an outlier_label ({label!r}) that is none of its classes; name one of them")
    if several:
        return np.asarray([model.outlier_label_], dtype=np.float64)
    return np.eye(len(known[0]))[[known[0].index(model.outlier_label_[0])]]


@converts("predict", "sklearn.RadiusNeighborsRegressor")
def _mean_in_radius(writer: Writer, model: Any, block: Block) -> str:
    weights = _within(writer, model, block)
    values = np.asarray(model._y, dtype=np.float64).reshape(len(model._y), -1)
    return _shares(writer, weights, writer.node("MatMul", weights, writer.constant(values)))


def _nearest(writer: Writer, model: Any, block: Block, values: np.ndarray) -> str:
    """The mean of what the k nearest rows hold, (m, t), by how near they are."""
    count = writer.constant(np.array([model.n_neighbors]))
    distances = _distances(writer, model, block)
    near, order = writer.nodes_of("TopK", [distances, count], 2, axis=1, largest=0, sorted=1)
    weights = _weights(writer, model, near, None)
    sums = []
    for column in range(values.shape[1]):
        held = writer.node("Gather", writer.constant(values[:, column].copy()), order, axis=0)
        product = writer.node("Mul", weights, held)
        sums.append(writer.node("ReduceSum", product, writer.constant(np.array([1])), keepdims=1))
    return _shares(writer, weights, writer.joined(sums))


@converts("predict", "sklearn.KNeighborsRegressor")
def _regress(writer: Writer, model: Any, block: Block) -> str:
    if is_plain(model):
        return writer.node("Reshape", leaves.predict(writer, model, block), writer.constant(np.array([0, -1])))
    return _nearest(writer, model, block, np.asarray(model._y, dtype=np.float64).reshape(len(model._y), -1))


@converts("probabilities", "sklearn.KNeighborsClassifier")
def _classes(writer: Writer, model: Any, block: Block) -> str:
    if is_plain(model):
        return leaves.classify(writer, model, block)[1]
    return _nearest(writer, model, block, _classes_met(model))


@converts("choice", "sklearn.KNeighborsClassifier", "sklearn.RadiusNeighborsClassifier")
def _choice(writer: Writer, model: Any, block: Block) -> str:
    shares = asking.probabilities(writer, model, block)
    if isinstance(model.classes_, list):
        return writer.cast(writer.calculate("Greater", shares, 0.5), TensorProto.INT64)
    return asking.largest(writer, shares)
