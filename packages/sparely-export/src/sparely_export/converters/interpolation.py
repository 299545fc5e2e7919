"""Piecewise functions of columns: straight lines between points, and how many borders a value has reached."""

import numpy as np
from onnx import TensorProto

from sparely_export.converters.writing import Writer


def interval(writer: Writer, value: str, borders: np.ndarray) -> str:
    """
    How many of its column's borders each value has reached: int64 (n, k) of (n, k).

    Args:
        borders: (m, k), sorted by column.
    """
    borders = borders if len(borders) else np.full((1, borders.shape[1]), np.inf)
    wide = writer.node("Unsqueeze", value, writer.constant(np.array([2])))
    above = writer.calculate("GreaterOrEqual", wide, borders.T[np.newaxis])
    return writer.node("ReduceSum", writer.cast(above, TensorProto.INT64), writer.constant(np.array([2])), keepdims=0)


def interpolated(writer: Writer, value: str, xs: np.ndarray, ys: np.ndarray) -> str:
    """
    What numpy.interp gives column by column, (n, k) of (n, k): lines between the points, the outermost values beyond.

    Args:
        xs: sorted places, (m,) or by column (m, k).
        ys: m values, for all columns alike.
    """
    ys = np.asarray(ys, dtype=np.float64)
    xs = np.asarray(xs, dtype=np.float64).reshape(len(ys), -1)
    if len(xs) == 1:
        return writer.calculate("Add", writer.calculate("Mul", value, 0.0), ys[0])
    low, high = writer.constant(xs[0]), writer.constant(xs[-1])
    within = writer.node("Min", writer.node("Max", value, low), high)
    first = np.arange(xs.shape[1]) * (len(xs) - 1)
    row = writer.node("Add", interval(writer, within, xs[1:-1]), writer.constant(first))
    rises = np.diff(ys)[:, np.newaxis]
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.where(np.diff(xs, axis=0) > 0, rises / np.diff(xs, axis=0), 0.0)
    bases = np.broadcast_to(ys[:-1, np.newaxis], slopes.shape)
    start, base, slope = (
        writer.node("Gather", writer.constant(each.T.ravel()), row) for each in (xs[:-1], bases, slopes)
    )
    made = writer.node("Add", base, writer.node("Mul", slope, writer.node("Sub", within, start)))
    made = writer.node("Where", writer.node("Less", value, low), writer.constant(ys[0]), made)
    return writer.node("Where", writer.node("GreaterOrEqual", value, high), writer.constant(ys[-1]), made)
