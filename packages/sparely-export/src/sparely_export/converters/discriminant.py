"""Quadratic discriminants: how far a row is from each class, by that class' own spread."""

from typing import Any

import numpy as np

from sparely_export.converters import asking
from sparely_export.converters.blocks import Block
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Writer

NAME = "sklearn.QuadraticDiscriminantAnalysis"


def _likelihoods(writer: Writer, model: Any, block: Block) -> str:
    """The logarithm of each class' likelihood, (n, c)."""
    rows, found = writer.numbers(block), []
    for place in range(len(model.classes_)):
        spread = np.asarray(model.scalings_[place])
        apart = writer.calculate("Sub", rows, np.asarray(model.means_[place]).reshape(1, -1))
        turned = writer.calculate("MatMul", apart, model.rotations_[place] * spread**-0.5)
        squares = writer.node("Mul", turned, turned)
        distance = writer.node("ReduceSum", squares, writer.constant(np.array([1])), keepdims=1)
        half = writer.calculate("Mul", writer.calculate("Add", distance, np.log(spread).sum()), -0.5)
        found.append(writer.calculate("Add", half, np.log(model.priors_[place])))
    return writer.joined(found)


@converts("probabilities", NAME)
def _probabilities(writer: Writer, model: Any, block: Block) -> str:
    return writer.node("Softmax", _likelihoods(writer, model, block), axis=1)


@converts("decision", NAME)
def _decision(writer: Writer, model: Any, block: Block) -> str:
    found = _likelihoods(writer, model, block)
    if len(model.classes_) > 2:
        return found
    return writer.node("Sub", writer.columns(found, [1]), writer.columns(found, [0]))


@converts("choice", NAME)
def _choice(writer: Writer, model: Any, block: Block) -> str:
    return asking.largest(writer, _likelihoods(writer, model, block))


@converts("transform", "sklearn.LinearDiscriminantAnalysis")
def _projected(writer: Writer, model: Any, block: Block) -> Block:
    """What it gives as a step in front of another."""
    value, scalings = writer.numbers(block), np.asarray(model.scalings_, dtype=np.float64)[:, : model._max_components]
    if model.solver == "svd":
        value = writer.calculate("Sub", value, model.xbar_)
    return writer.block(writer.calculate("MatMul", value, scalings), scalings.shape[1])
