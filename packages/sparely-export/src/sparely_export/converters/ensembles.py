"""Boosted trees and forests: one operator for all trees, and what their framework does with values before it."""

import dataclasses
from collections import defaultdict

import numpy as np
from onnx import TensorProto

from sparely_export.converters.writing import Block, Writer
from sparely_export.trees.ensemble import Ensemble, Membership
from sparely_export.trees.operators import EXACT, SCORE_OPERATORS

PARTS = 3


def scores(writer: Writer, ensemble: Ensemble, block: Block) -> str:
    """The sum of the leaves that rows fall into, (n, t), in the graph's numbers."""
    source, double = _compared(writer, ensemble, writer.numbers(block))
    if not ensemble.trees and ensemble.linear is not None:
        value = writer.node("MatMul", _without_missing(writer, source), writer.constant(ensemble.linear.coefficients.T))
        return writer.calculate("Add", value, ensemble.linear.constants)
    wide = _with_memberships(writer, ensemble, source, double)
    if not ensemble.trees:
        zeros = writer.calculate("Mul", writer.columns(writer.numbers(block), [0] * len(ensemble.base)), 0.0)
        return writer.calculate("Add", zeros, ensemble.base)
    value = _summed(writer, ensemble, wide, double, block.width)
    return value if ensemble.linear is None else _linear(writer, ensemble, value, source)


def _summed(writer: Writer, ensemble: Ensemble, source: str, double: bool, width: int) -> str:
    """The operator sums in float64 and gives float32: where that is not enough, in parts that float32 holds."""
    parts = in_parts(ensemble) if writer.exact and double else ensemble
    attributes = parts.attributes(double=double, width=width)
    summed = writer.cast(writer.node("TreeEnsembleRegressor", source, domain="ai.onnx.ml", prefix=EXACT, **attributes))
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


def _with_memberships(writer: Writer, ensemble: Ensemble, source: str, double: bool) -> str:
    """The rows, and behind them a column for each split by a set: 0 or 1, so that 0.5 parts them."""
    if not ensemble.memberships:
        return source
    columns: dict[int, list[int]] = defaultdict(list)
    for place, membership in enumerate(ensemble.memberships):
        columns[membership.column].append(place)
    tables = [
        _members(writer, source, [ensemble.memberships[place] for place in places], ensemble)
        for places in columns.values()
    ]
    order = np.argsort([place for places in columns.values() for place in places])
    members = writer.columns(writer.joined(tables), order.tolist())
    return writer.joined([source, members])


def _members(writer: Writer, source: str, memberships: list[Membership], ensemble: Ensemble) -> str:
    """(n, s) of one column: whether its category is in each of the sets, missing and unknown ones too."""
    known = max(max((each.known, *(value + 1 for value in each.yes))) for each in memberships)
    table = np.array(
        [
            [
                value in each.yes if value < max(each.known, 1 + max(each.yes, default=-1)) else each.unknown_is_yes
                for value in range(known)
            ]
            + [each.unknown_is_yes, each.missing_is_yes]
            for each in memberships
        ],
        dtype=np.float64,
    ).T
    if ensemble.comparison != "BRANCH_GT":
        table = 1 - table
    value = writer.node("Reshape", writer.columns(source, [memberships[0].column]), writer.constant(np.array([-1])))
    gone = writer.node("IsNaN", value)
    low = writer.calculate("Greater", value, -1.0)
    high = writer.calculate("Less", value, float(known))
    within = writer.node("And", low, high)
    safe = writer.node("Where", within, value, writer.constant(np.float64(known)))
    row = writer.cast(writer.node("Where", gone, writer.constant(np.float64(known + 1)), safe), TensorProto.INT64)
    return writer.node("Gather", writer.constant(table), row, axis=0)


def _without_missing(writer: Writer, rows: str) -> str:
    return writer.node("Where", writer.node("IsNaN", rows), writer.constant(np.float64(0)), rows)


def _linear(writer: Writer, ensemble: Ensemble, base: str, rows: str) -> str:
    """
    Leaves that hold linear models.

    The trees give 1 for each leaf that a row falls into; the sums are products with what the leaves hold.
    """
    linear = ensemble.linear
    assert linear is not None
    leaves = base
    missing = writer.cast(writer.node("IsNaN", rows))
    whole = _without_missing(writer, rows)
    used = (linear.coefficients != 0).astype(np.float64)
    gaps = writer.node("MatMul", missing, writer.constant(used.T))
    broken = writer.cast(writer.calculate("Greater", gaps, 0.0))
    instead = writer.node("Mul", leaves, broken)
    sound = writer.node("Sub", leaves, instead)
    made = []
    for target in range(ensemble.targets):
        mine = (linear.targets == target).astype(np.float64).reshape(-1, 1)
        weights = writer.node("MatMul", sound, writer.constant(linear.coefficients * mine))
        sums = writer.node("ReduceSum", writer.node("Mul", weights, whole), writer.constant(np.array([1])), keepdims=1)
        fixed = writer.node("MatMul", sound, writer.constant(linear.constants.reshape(-1, 1) * mine))
        other = writer.node("MatMul", instead, writer.constant(linear.fallbacks.reshape(-1, 1) * mine))
        made.append(writer.node("Sum", sums, fixed, other))
    return writer.calculate("Mul", writer.joined(made), ensemble.scale)
