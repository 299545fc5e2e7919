"""What all charts are made of: their type, their width, axes and legends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Spec = dict[str, Any]
FIT, WHOLE = "fit", "whole"
"""Stand where a chart's width comes in, a page's or an image's: beside an upright axis, and without one."""

_NUMBER = "abs(datum.value) >= 10000 ? format(datum.value, '~s') : format(datum.value, '~g')"
# A line of a legend has so many letters at 400 px.
_LEGEND_LETTERS = 36


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis's title and scale; `ticks` instead of those that the scale suggests."""

    title: str
    logarithmic: bool = False
    minimum: float | None = None
    ticks: tuple[float, ...] = ()


def independent(*channels: str) -> Spec:
    """Each view has scales and legends of its own."""
    return {"scale": dict.fromkeys(channels, "independent")}


def legend_choice(name: str, field: str) -> Spec:
    """A click on a legend's entry chooses what stays; with shift several, a click beside it all."""
    return {"name": name, "select": {"type": "point", "fields": [field]}, "bind": "legend"}


def faded(name: str) -> Spec:
    return {"opacity": {"condition": {"param": name, "value": 1}, "value": 0.12}}


def legend_columns(names: Sequence[str]) -> int:
    return len(names) if sum(len(name) + 5 for name in names) <= _LEGEND_LETTERS + 5 else 1


def ticks(axis: Axis, values: Sequence[float] = ()) -> Spec:
    """Where an axis has its labels, and how they are written; a logarithmic one at powers of ten of its values."""
    if axis.ticks:
        return {"values": list(axis.ticks), "format": "d", "labelOverlap": "greedy"}
    written: Spec = {"labelExpr": _NUMBER, "labelOverlap": "greedy"}
    if axis.logarithmic and values:
        least = min(values) if axis.minimum is None else axis.minimum
        powers = [10.0**power for power in range(-9, 13) if least * 0.999 <= 10.0**power <= max(values) * 1.001]
        return {**written, "values": powers} if len(powers) > 1 else written
    return written
