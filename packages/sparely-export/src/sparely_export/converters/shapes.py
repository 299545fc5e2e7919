"""Transformers that change how numbers are spread: powers and quantiles."""

from typing import Any

import numpy as np

from sparely_export.converters import asking
from sparely_export.converters.blocks import Block
from sparely_export.converters.interpolation import interpolated
from sparely_export.converters.normal import quantile, share_below
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Writer

NEARLY = 1e-7
"""How near to its ends a value counts as one to QuantileTransformer."""
MOST_BORDERS = 4_000
"""Columns whose quantiles are no more than these are compared at once: a request has so many booleans for each row."""


@converts("transform", "sklearn.PowerTransformer")
def _power(writer: Writer, model: Any, block: Block) -> Block:
    form = _raised if model.method == "box-cox" else _yeo_johnson
    value = form(writer, writer.numbers(block), np.asarray(model.lambdas_, dtype=np.float64))
    made = writer.block(value, block.width)
    return asking.transform(writer, model._scaler, made) if model.standardize else made


def _raised(writer: Writer, value: str, powers: np.ndarray) -> str:
    """(value ** power - 1) / power, or the logarithm, by column."""
    none = np.abs(powers) < np.spacing(1.0)
    logarithm = writer.node("Log", value)
    if none.all():
        return logarithm
    raised = writer.node("Exp", writer.calculate("Mul", logarithm, powers))
    raised = writer.calculate("Div", writer.calculate("Sub", raised, 1.0), np.where(none, 1.0, powers))
    return writer.node("Where", writer.constant(none), logarithm, raised) if none.any() else raised


def _yeo_johnson(writer: Writer, value: str, powers: np.ndarray) -> str:
    none = writer.constant(np.float64(0))
    up = _raised(writer, writer.calculate("Add", writer.node("Max", value, none), 1.0), powers)
    below = writer.calculate("Add", writer.node("Neg", writer.node("Min", value, none)), 1.0)
    down = writer.node("Neg", _raised(writer, below, 2 - powers))
    return writer.node("Where", writer.node("GreaterOrEqual", value, none), up, down)


@converts("transform", "sklearn.QuantileTransformer")
def _quantiles(writer: Writer, model: Any, block: Block) -> Block:
    value, together = writer.numbers(block), max(1, MOST_BORDERS // len(model.quantiles_))
    made = []
    for first in range(0, block.width, together):
        places = list(range(first, min(first + together, block.width)))
        part = value if len(places) == block.width else writer.columns(value, places)
        made.append(_share(writer, model, part, model.quantiles_[:, places]))
    return writer.block(writer.joined(made), block.width)


def _share(writer: Writer, model: Any, value: str, borders: np.ndarray) -> str:
    up = interpolated(writer, value, borders, model.references_)
    down = interpolated(writer, writer.node("Neg", value), -borders[::-1], -model.references_[::-1])
    share = writer.calculate("Mul", writer.node("Sub", up, down), 0.5)
    normal = model.output_distribution == "normal"
    edge = NEARLY if normal else 0.0
    low, high = ("Less", "Greater") if normal else ("Equal", "Equal")
    at_high = writer.calculate(high, writer.calculate("Add", value, edge), borders[-1])
    at_low = writer.calculate(low, writer.calculate("Sub", value, edge), borders[0])
    share = writer.node("Where", at_high, writer.constant(np.float64(1)), share)
    share = writer.node("Where", at_low, writer.constant(np.float64(0)), share)
    share = writer.node("Where", writer.node("IsNaN", value), value, share)
    return quantile(writer, share, NEARLY - np.spacing(1)) if normal else share


def backwards(writer: Writer, step: Any, value: str) -> str:
    """
    What a transformer of the target does backwards, (n, 1).
    """
    if type(step).__name__ == "QuantileTransformer":
        if step.output_distribution == "normal":
            value = share_below(writer, value)
        return interpolated(writer, value, step.references_, step.quantiles_[:, 0])
    if step.standardize:
        scaler = step._scaler
        value = writer.calculate("Add", writer.calculate("Mul", value, scaler.scale_), scaler.mean_)
    power = float(step.lambdas_[0])
    if step.method == "box-cox":
        return _root(writer, value, power)
    up = writer.calculate("Sub", _root(writer, value, power), 1.0)
    down = writer.node("Sub", writer.constant(np.float64(1)), _root(writer, writer.node("Neg", value), 2 - power))
    return writer.node("Where", writer.calculate("GreaterOrEqual", value, 0.0), up, down)


def _root(writer: Writer, value: str, power: float) -> str:
    """(value * power + 1) ** (1 / power), or the exponential."""
    if abs(power) < np.spacing(1.0):
        return writer.node("Exp", value)
    inner = writer.calculate("Add", writer.calculate("Mul", value, power), 1.0)
    return writer.node("Exp", writer.calculate("Div", writer.node("Log", inner), power))
