"""Base splines of each column by de Boor's recursion, step by step as scipy has it, so that zeros are zeros."""

from typing import Any

import numpy as np
from scipy.interpolate import PPoly  # type: ignore[import-untyped]

from sparely_export.converters.blocks import Block
from sparely_export.converters.interpolation import reached
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Writer


@converts("transform", "sklearn.SplineTransformer")
def _splines(writer: Writer, model: Any, block: Block) -> Block:
    made = [_spline(writer, model, part.name, model.bsplines_[place]) for place, part in enumerate(writer.split(block))]
    count = int(model.bsplines_[0].c.shape[1])
    if not model.include_bias:
        made = [writer.columns(each, range(count - 1)) for each in made]
        count -= 1
    return writer.block(writer.joined(made), count * block.width)


def _spline(writer: Writer, model: Any, value: str, spline: Any) -> str:
    """The base splines of one column, (n, s)."""
    low, high = float(spline.t[spline.k]), float(spline.t[len(spline.t) - spline.k - 1])
    inside = value
    if model.extrapolation == "periodic":
        inside = _wrapped(writer, value, low, high)
    elif model.extrapolation in ("constant", "linear"):
        inside = writer.node(
            "Min", writer.node("Max", value, writer.constant(np.float64(low))), writer.constant(np.float64(high))
        )
    result = _bases(writer, inside, spline)
    if spline.k == 0 and model.extrapolation == "constant":  # scikit-learn sets as many ends as the degree: none
        same = writer.node("Equal", value, inside)
        result = writer.node("Where", same, result, writer.constant(np.float64(0)))
    if model.extrapolation == "linear":
        beyond = writer.node("Sub", value, inside)
        pieces = [PPoly.from_spline((spline.t, spline.c[:, each], spline.k)) for each in range(spline.c.shape[1])]
        slopes = [np.array([[each(end, 1) for each in pieces]]) for end in (low, np.nextafter(high, low))]
        is_low = writer.calculate("Less", beyond, 0.0)
        slope = writer.node("Where", is_low, *(writer.constant(each) for each in slopes))
        result = writer.node("Add", result, writer.node("Mul", slope, beyond))
    if getattr(model, "handle_missing", "error") == "zeros":
        result = writer.node("Where", writer.node("IsNaN", value), writer.constant(np.float64(0)), result)
    return result


def _wrapped(writer: Writer, value: str, low: float, high: float) -> str:
    """A number within one period, the remainder as numpy has it: of the period's sign, and exact."""
    period = writer.constant(np.float64(high - low))
    rest = writer.node("Mod", writer.calculate("Sub", value, low), period, fmod=1)
    raised = writer.node("Where", writer.calculate("Less", rest, 0.0), writer.node("Add", rest, period), rest)
    return writer.calculate("Add", raised, low)


def _bases(writer: Writer, value: str, spline: Any) -> str:
    """
    Of each row the k + 1 splines of degree k that are not zero in its interval, from those of lower degrees.

    Source: de Boor, A Practical Guide to Splines, chapter X; scipy's `_deBoor_D`.
    """
    knots, degree = np.asarray(spline.t, dtype=np.float64), int(spline.k)
    inner = knots[degree + 1 : len(knots) - degree - 1]
    row = writer.node("Reshape", writer.cast(reached(writer, value, inner), 7), writer.constant(np.array([-1, 1])))
    place = writer.node("Add", row, writer.constant(np.array(degree)))

    def at(offset: int) -> str:
        return writer.node(
            "Gather", writer.constant(knots), writer.node("Add", place, writer.constant(np.array(offset)))
        )

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
    terms = []
    for number, base in enumerate(found):
        line = writer.node("Add", row, writer.constant(np.array(number)))
        flat = writer.node("Reshape", line, writer.constant(np.array([-1])))
        chosen = writer.node("Gather", writer.constant(np.asarray(spline.c, dtype=np.float64)), flat, axis=0)
        terms.append(writer.node("Mul", base, chosen))
    return writer.node("Sum", *terms)
