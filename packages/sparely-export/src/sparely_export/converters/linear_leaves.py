"""Leaves that hold linear models."""

import numpy as np

from sparely_export.converters.writing import Writer
from sparely_export.trees.ensemble import Ensemble


def without_missing(writer: Writer, rows: str) -> str:
    """The rows with 0 for what is missing."""
    return writer.node("Where", writer.node("IsNaN", rows), writer.constant(np.float64(0)), rows)


def of_lines(writer: Writer, ensemble: Ensemble, base: str, rows: str) -> str:
    """
    Leaves that hold linear models.

    The trees give 1 for each leaf that a row falls into; the sums are products with what the leaves hold.
    """
    linear = ensemble.linear
    assert linear is not None
    leaves = base
    missing = writer.cast(writer.node("IsNaN", rows))
    whole = without_missing(writer, rows)
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
