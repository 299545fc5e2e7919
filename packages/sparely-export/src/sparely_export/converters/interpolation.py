"""Piecewise functions of one column: straight lines between points, and how many borders a value has reached."""

import numpy as np

from sparely_export.converters.writing import Writer


def reached(writer: Writer, value: str, borders: np.ndarray, *, strictly: bool = False) -> str:
    """How many of the sorted borders are at most the value (or below it, `strictly`): numbers (n, 1)."""
    if len(borders) == 0:
        return writer.calculate("Mul", value, 0.0)
    above = writer.calculate("Greater" if strictly else "GreaterOrEqual", value, np.asarray(borders).reshape(1, -1))
    return writer.node("ReduceSum", writer.cast(above), writer.constant(np.array([1])), keepdims=1)


def interpolated(writer: Writer, value: str, xs: np.ndarray, ys: np.ndarray) -> str:
    """
    What numpy.interp gives, (n, 1) of (n, 1): lines between the points, the outermost values beyond them.

    Args:
        xs: m sorted places.
        ys: m values.
    """
    xs, ys = np.asarray(xs, dtype=np.float64), np.asarray(ys, dtype=np.float64)
    if len(xs) == 1:
        return writer.calculate("Add", writer.calculate("Mul", value, 0.0), ys[0])
    low, high = writer.constant(xs[0]), writer.constant(xs[-1])
    within = writer.node("Min", writer.node("Max", value, low), high)
    row = writer.node("Reshape", writer.cast(reached(writer, within, xs[1:-1]), 7), writer.constant(np.array([-1])))
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.where(np.diff(xs) > 0, np.diff(ys) / np.diff(xs), 0.0)
    lines = writer.node("Gather", writer.constant(np.column_stack([xs[:-1], ys[:-1], slopes])), row, axis=0)
    start, base, slope = (writer.columns(lines, [index]) for index in range(3))
    made = writer.node("Add", base, writer.node("Mul", slope, writer.node("Sub", within, start)))
    made = writer.node("Where", writer.node("Less", value, low), writer.constant(ys[0]), made)
    return writer.node("Where", writer.node("GreaterOrEqual", value, high), writer.constant(ys[-1]), made)
