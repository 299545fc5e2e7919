"""docs/growth.md's tables and pictures, each with its slopes, out of what was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks import curves as drawing
from benchmarks.curves import Curve, Straight, least_squares
from benchmarks.results import circumstances_line


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians of a point: processor times in ms, memory in MB of 2**20 bytes, before and after the requests."""

    size: float
    zip_mb: float
    init_ms: float
    first_ms: float
    warm_ms: float
    started_mb: float
    served_mb: float


@dataclass(frozen=True, slots=True)
class Head:
    """What a curve is by: its column, and the step that its slopes are told for."""

    column: str
    step: str
    unit: float


Curves = Mapping[str, Sequence[Measured]]
HEADS: Mapping[str, Head] = {
    "models": Head("models", "a model", 1.0),
    "bytes": Head("model, MB", "a MB", 1.0),
    "written": Head("model as written, MB", "a MB", 1.0),
    "features": Head("features", "100 features", 100.0),
    "rows": Head("rows a request", "100 rows", 100.0),
}
DRAWN = {
    "init_ms": ("init", "ms"),
    "started_mb": ("memory before the first request", "MB"),
    "zip_mb": ("zip", "MB"),
    "warm_ms": ("warm p50", "ms"),
}
"""What is drawn and has a slope, in order: its name and unit by the field."""


def page(curves: Curves, busy: float = 0.0) -> str:
    """
    The tables, each with its picture and its slopes by least squares over all of its points.

    Args:
        busy: processes that were at work here before it began.
    """
    parts = [f"{circumstances_line()}; {busy:.1f} processes were at work before it began."]
    for name, measured in curves.items():
        column = HEADS[name].column
        head = f"| {column} | zip, MB | init, ms | first request, ms | warm p50, ms | started, MB | served, MB |"
        rows = [
            f"| {each.size:g} | {each.zip_mb:.1f} | {each.init_ms:.0f} | {each.first_ms:.2f} | {each.warm_ms:.2f} "
            f"| {each.started_mb:.1f} | {each.served_mb:.1f} |"
            for each in measured
        ]
        parts.append(f"### By {column.partition(',')[0]}")
        parts.append(f"![{_caption(name)}](images/{picture(name)})")
        parts.append("\n".join([head, "|" + " ---: |" * 7, *rows]))
        parts.append(_slopes(name, measured))
    return "\n\n".join(parts)


def pictures(curves: Curves) -> dict[str, str]:
    """By file name one picture a curve, with a panel for each figure."""
    return {picture(name): _picture(name, measured) for name, measured in curves.items()}


def picture(name: str) -> str:
    """The file of a curve's picture, in docs/images."""
    return f"growth-{name}.svg"


def line(measured: Sequence[Measured], field: str) -> Straight:
    """The straight line of one figure by the size."""
    return least_squares([(each.size, getattr(each, field)) for each in measured])


def _picture(name: str, measured: Sequence[Measured]) -> str:
    panels = [
        Curve(f"{title}, {unit}", [(each.size, getattr(each, field)) for each in measured])
        for field, (title, unit) in DRAWN.items()
    ]
    return drawing.picture(panels, HEADS[name].column, _caption(name))


def _caption(name: str) -> str:
    return f"Init, memory, zip and p50 by {HEADS[name].column.partition(',')[0]}"


def _slopes(name: str, measured: Sequence[Measured]) -> str:
    head = HEADS[name]
    found = {field: line(measured, field) for field in DRAWN}
    told = ", ".join(
        f"{DRAWN[field][0]} {fitted.slope * head.unit:+.3g} {DRAWN[field][1]} ({max(0.0, fitted.explained):.0%})"
        for field, fitted in found.items()
    )
    return f"The slope by least squares, {head.step}, with what the line explains: {told}."
