"""Base splines of all columns at once by de Boor's recursion, step by step as scipy has it, so that zeros are zeros."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.interpolate import PPoly  # type: ignore[import-untyped]

from sparely_export.converters.blocks import Block
from sparely_export.converters.interpolation import interval
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.writing import Writer

OTHER_BORDERS = (
    'SplineTransformer with extrapolation="linear" and a degree below 2 takes other ends in scikit-learn for all '
    "columns but the first; take one for each column, or a degree of 2"
)
"""It raises the degree for the first column and keeps that for those behind it, whose ends are inner knots then."""


@converts("transform", "sklearn.SplineTransformer")
def _splines(writer: Writer, model: Any, block: Block) -> Block:
    made = _of_columns(writer, model, writer.numbers(block), model.bsplines_)
    count = int(model.bsplines_[0].c.shape[1])
    if not model.include_bias:
        count -= 1
        made = writer.node("Gather", made, writer.constant(np.arange(count)), axis=2)
    width = count * block.width
    return writer.block(writer.node("Reshape", made, writer.constant(np.array([-1, width]))), width)


def _of_columns(writer: Writer, model: Any, value: str, splines: Sequence[Any]) -> str:
    """The base splines of each of k columns, (n, k, s)."""
    degree = splines[0].k
    if model.extrapolation == "linear" and degree <= 1 and len(splines) > 1:
        raise NoForm(OTHER_BORDERS)
    low = np.array([spline.t[spline.k] for spline in splines], dtype=np.float64)
    high = np.array([spline.t[len(spline.t) - spline.k - 1] for spline in splines], dtype=np.float64)
    inside = value
    if model.extrapolation == "periodic":
        inside = _wrapped(writer, value, low, high)
    elif model.extrapolation in ("constant", "linear"):
        inside = writer.node("Min", writer.node("Max", value, writer.constant(low)), writer.constant(high))
    result = _bases(writer, inside, splines)
    if degree == 0 and model.extrapolation == "constant":  # scikit-learn sets as many ends as the degree: none
        same = _beside_bases(writer, writer.node("Equal", value, inside))
        result = writer.node("Where", same, result, writer.constant(np.float64(0)))
    if model.extrapolation == "linear":
        beyond = writer.node("Sub", value, inside)
        ends = (low, np.nextafter(high, low))
        slopes = [np.array([_slopes(*each) for each in zip(splines, end, strict=True)]) for end in ends]
        is_low = _beside_bases(writer, writer.calculate("Less", beyond, 0.0))
        slope = writer.node("Where", is_low, *(writer.constant(each[np.newaxis]) for each in slopes))
        result = writer.node("Add", result, writer.node("Mul", slope, _beside_bases(writer, beyond)))
    if getattr(model, "handle_missing", "error") == "zeros":
        gone = _beside_bases(writer, writer.node("IsNaN", value))
        result = writer.node("Where", gone, writer.constant(np.float64(0)), result)
    return result


def _slopes(spline: Any, end: float) -> list[float]:
    pieces = [PPoly.from_spline((spline.t, spline.c[:, each], spline.k)) for each in range(spline.c.shape[1])]
    return [float(each(end, 1)) for each in pieces]


def _beside_bases(writer: Writer, value: str) -> str:
    """(n, k, 1) of (n, k)."""
    return writer.node("Unsqueeze", value, writer.constant(np.array([2])))


def _wrapped(writer: Writer, value: str, low: np.ndarray, high: np.ndarray) -> str:
    """A number within one period, the remainder as numpy has it: of the period's sign, and exact."""
    period = writer.constant(high - low)
    rest = writer.node("Mod", writer.calculate("Sub", value, low), period, fmod=1)
    raised = writer.node("Where", writer.calculate("Less", rest, 0.0), writer.node("Add", rest, period), rest)
    return writer.calculate("Add", raised, low)


def _bases(writer: Writer, value: str, splines: Sequence[Any]) -> str:
    """
    Of each row and column the d + 1 splines of degree d that are not zero in its interval, from those of lower degrees.

    Source: de Boor, A Practical Guide to Splines, chapter X; scipy's `_deBoor_D`.
    """
    degree = int(splines[0].k)
    knots = np.array([spline.t for spline in splines], dtype=np.float64)
    lines = np.array([spline.c for spline in splines], dtype=np.float64)
    row = interval(writer, value, knots[:, degree + 1 : knots.shape[1] - degree - 1].T)
    flat_knots, columns = writer.constant(knots.ravel()), np.arange(len(knots))

    def at(offset: int) -> str:
        first = writer.constant(columns * knots.shape[1] + degree + offset)
        return writer.node("Gather", flat_knots, writer.node("Add", row, first))

    one = writer.constant(np.float64(1))
    found = [writer.node("Add", writer.calculate("Mul", value, 0.0), one)]
    for step in range(1, degree + 1):
        grown: list[str] = []
        rest: str | None = None
        for number in range(1, step + 1):
            above, below = at(number), at(number - step)
            apart = writer.node("Sub", above, below)
            empty = writer.calculate("Equal", apart, 0.0)
            weight = writer.node("Div", found[number - 1], writer.node("Where", empty, one, apart))
            weight = writer.node("Where", empty, writer.constant(np.float64(0)), weight)
            left = writer.node("Mul", weight, writer.node("Sub", above, value))
            grown.append(left if rest is None else writer.node("Add", rest, left))
            rest = writer.node("Mul", weight, writer.node("Sub", value, below))
        assert rest is not None
        found = [*grown, rest]
    terms, flat_lines = [], writer.constant(lines.reshape(-1, lines.shape[2]))
    for number, base in enumerate(found):
        first = writer.constant(columns * lines.shape[1] + number)
        chosen = writer.node("Gather", flat_lines, writer.node("Add", row, first), axis=0)
        terms.append(writer.node("Mul", _beside_bases(writer, base), chosen))
    return writer.node("Sum", *terms)
