"""Bins and splines: which interval a number falls into, and polynomials of it."""

from typing import Any

import numpy as np
from scipy.interpolate import PPoly  # type: ignore[import-untyped]

from sparely_export.converters.interpolation import reached
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Block, Writer


@converts("transform", "sklearn.KBinsDiscretizer")
def _binned(writer: Writer, model: Any, block: Block) -> Block:
    made, width = [], 0
    for place, part in enumerate(writer.split(block)):
        number = reached(writer, part.name, model.bin_edges_[place][1:-1])
        if model.encode != "ordinal":
            count = int(model.n_bins_[place])
            number = writer.cast(writer.calculate("Equal", number, np.arange(count, dtype=np.float64).reshape(1, -1)))
            width += count
        else:
            width += 1
        made.append(number)
    return writer.block(writer.joined(made), width)


@converts("transform", "sklearn.SplineTransformer")
def _splines(writer: Writer, model: Any, block: Block) -> Block:
    made = [_spline(writer, model, part.name, model.bsplines_[place]) for place, part in enumerate(writer.split(block))]
    count = int(model.bsplines_[0].c.shape[1])
    if not model.include_bias:
        made = [writer.columns(each, range(count - 1)) for each in made]
        count -= 1
    return writer.block(writer.joined(made), count * block.width)


def _spline(writer: Writer, model: Any, value: str, spline: Any) -> str:
    """The base splines of one column, (n, s): in each interval a polynomial of the distance from its left end."""
    degree = spline.k
    start, end = degree, len(spline.t) - degree - 1
    low, high = float(spline.t[start]), float(spline.t[end])
    polynomials = [PPoly.from_spline((spline.t, spline.c[:, column], degree)) for column in range(spline.c.shape[1])]
    # (degree + 1, intervals, splines), the highest power first
    coefficients = np.stack([each.c[:, start:end] for each in polynomials], axis=-1)
    inside = value
    if model.extrapolation == "periodic":
        turns = writer.node("Floor", writer.calculate("Div", writer.calculate("Sub", value, low), high - low))
        inside = writer.node("Sub", value, writer.calculate("Mul", turns, high - low))
    elif model.extrapolation in ("constant", "linear"):
        inside = writer.node(
            "Min", writer.node("Max", value, writer.constant(np.float64(low))), writer.constant(np.float64(high))
        )
    lefts = np.asarray(spline.t[start:end], dtype=np.float64)
    row = writer.node("Reshape", writer.cast(reached(writer, inside, lefts[1:]), 7), writer.constant(np.array([-1])))
    left = writer.node(
        "Reshape", writer.node("Gather", writer.constant(lefts), row), writer.constant(np.array([-1, 1]))
    )
    distance = writer.node("Sub", inside, left)
    result = writer.node("Gather", writer.constant(coefficients[0]), row, axis=0)
    for power in range(1, degree + 1):
        term = writer.node("Gather", writer.constant(coefficients[power]), row, axis=0)
        result = writer.node("Add", writer.node("Mul", result, distance), term)
    if model.extrapolation == "linear":
        beyond = writer.node("Sub", value, inside)
        slopes = [
            np.array([each(border, 1) for each in polynomials]).reshape(1, -1)
            for border in (low, np.nextafter(high, low))
        ]
        is_low = writer.calculate("Less", beyond, 0.0)
        slope = writer.node("Where", is_low, *(writer.constant(each) for each in slopes))
        result = writer.node("Add", result, writer.node("Mul", slope, beyond))
    if getattr(model, "handle_missing", "error") == "zeros":
        result = writer.node("Where", writer.node("IsNaN", value), writer.constant(np.float64(0)), result)
    return result
