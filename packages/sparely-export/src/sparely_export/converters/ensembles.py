"""Boosted trees and forests: one operator for all trees, and what their framework does with values before it."""

import dataclasses

import numpy as np
from onnx import TensorProto

from sparely_export.converters.blocks import Block
from sparely_export.converters.linear_leaves import of_lines, without_missing
from sparely_export.converters.logistic import logistic
from sparely_export.converters.memberships import with_memberships
from sparely_export.converters.writing import Writer
from sparely_export.trees.ensemble import Ensemble, without_equal_leaves
from sparely_export.trees.operators import EXACT, SCORE_OPERATORS

PARTS = 3


def scores(writer: Writer, ensemble: Ensemble, block: Block) -> str:
    """The sum of the leaves that rows fall into, (n, t), in the graph's numbers."""
    ensemble = dataclasses.replace(ensemble, trees=[without_equal_leaves(tree) for tree in ensemble.trees])
    source, double = _compared(writer, ensemble, writer.numbers(block))
    if not ensemble.trees and ensemble.linear is not None:
        value = writer.node("MatMul", without_missing(writer, source), writer.constant(ensemble.linear.coefficients.T))
        return writer.calculate("Add", value, ensemble.linear.constants)
    wide = with_memberships(writer, ensemble, source)
    if not ensemble.trees:
        zeros = writer.calculate("Mul", writer.columns(writer.numbers(block), [0] * len(ensemble.base)), 0.0)
        return writer.calculate("Add", zeros, ensemble.base)
    value = _summed(writer, ensemble, wide, double, block.width)
    return value if ensemble.linear is None else of_lines(writer, ensemble, value, source)


def _summed(writer: Writer, ensemble: Ensemble, source: str, double: bool, width: int) -> str:
    """The operator sums in float64 and gives float32: where that is not enough, in parts that float32 holds."""
    parts = in_parts(ensemble) if writer.exact and double else ensemble
    attributes = parts.attributes(double=double, width=width)
    summed = writer.cast(writer.ensemble(source, EXACT, attributes))
    if parts is ensemble:
        return summed
    targets = len(ensemble.base)
    each = [writer.columns(summed, range(part * targets, (part + 1) * targets)) for part in range(PARTS)]
    return writer.node("Add", writer.node("Add", each[2], each[1]), each[0])


def in_parts(ensemble: Ensemble) -> Ensemble:
    """
    The same trees with three weights for each, of which the first two are multiples of a power of two.

    Their sums have at most 24 bits, so float32 holds them exactly; the third is what is left.
    """
    largest = sum(float(np.abs(tree.weights[tree.leaf]).max(initial=0)) for tree in ensemble.trees)
    largest += float(np.abs(ensemble.base).max(initial=0))
    unit = 2.0 ** (np.ceil(np.log2(largest or 1.0)) - 23)
    small = unit * 2.0 ** (np.ceil(np.log2(len(ensemble.trees) + 1)) - 24)

    def parts(weights: np.ndarray) -> np.ndarray:
        first = np.round(weights / unit) * unit
        second = np.round((weights - first) / small) * small
        return np.concatenate([first, second, weights - first - second], axis=-1)

    targets = len(ensemble.base)
    trees = [
        dataclasses.replace(
            tree,
            weights=parts(tree.weights),
            targets=tuple(part * targets + target for part in range(PARTS) for target in tree.targets),
        )
        for tree in ensemble.trees
    ]
    return dataclasses.replace(ensemble, trees=trees, base=parts(np.asarray(ensemble.base, dtype=np.float64)))


def answers(writer: Writer, ensemble: Ensemble, block: Block) -> str:
    """Scores through the function that makes answers of them."""
    raw = scores(writer, ensemble, block)
    if ensemble.link == "step":
        return writer.cast(writer.calculate("Greater", raw, 0.0))
    if ensemble.link == "square":
        return writer.node("Mul", writer.node("Sign", raw), writer.node("Mul", raw, raw))
    if ensemble.link == "log1p":
        return writer.node("Log", writer.calculate("Add", writer.node("Exp", raw), 1.0))
    if ensemble.link in ("logistic", "logistic of each"):
        return logistic(writer, raw)
    if ensemble.link == "softmax":
        return writer.node("Softmax", raw, axis=1)
    return writer.node(SCORE_OPERATORS[ensemble.link], raw)


def _compared(writer: Writer, ensemble: Ensemble, source: str) -> tuple[str, bool]:
    """What the trees compare, rounded and with missing values as their framework has them."""
    double = writer.double
    if ensemble.narrow and double:
        source = writer.cast(writer.cast(source, TensorProto.FLOAT))
    if ensemble.missing is not None:
        gone = writer.calculate("Equal", source, np.float64(np.float32(ensemble.missing)))
        source = writer.node("Where", gone, writer.constant(np.float64(np.nan)), source)
    if ensemble.zero is not None:
        source = _zeros(writer, ensemble, source)
    return source, double


def _zeros(writer: Writer, ensemble: Ensemble, source: str) -> str:
    border = writer.constant(np.float64(ensemble.zero))
    small = writer.node("LessOrEqual", writer.node("Abs", source), border)
    if not ensemble.zero_is_missing:
        return writer.node("Where", small, writer.constant(np.float64(0)), source)
    columns = 1 + max(max(ensemble.zero_is_missing), *(int(tree.columns.max()) for tree in ensemble.trees))
    filling = np.zeros((1, columns))
    filling[0, list(ensemble.zero_is_missing)] = np.nan
    # columns behind the last one that is compared do not matter
    source = writer.columns(source, range(columns))
    small = writer.columns(small, range(columns))
    return writer.node("Where", small, writer.constant(filling), source)
