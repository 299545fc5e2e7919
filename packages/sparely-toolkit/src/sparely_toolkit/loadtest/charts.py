"""Pictures as plain SVG: lines over a linear or logarithmic axis, and bars. No script, no file beside it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

COLOURS = ("#1f6fb2", "#c4501b", "#2e7d4f", "#8256a8", "#a3851a", "#5b6673", "#b0307a")
_TOP, _BOTTOM, _LEFT, _RIGHT = 12, 42, 58, 14


@dataclass(frozen=True, slots=True)
class Line:
    """A named series of (x, y); `right` measures it on an axis of its own."""

    name: str
    points: Sequence[tuple[float, float]]
    right: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis's title and scale; `ticks` instead of those that the scale suggests."""

    title: str
    logarithmic: bool = False
    minimum: float | None = None
    ticks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """Values to pixels."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool
    marks: tuple[float, ...] = ()

    def at(self, value: float) -> float:
        low, high, value = self.low, self.high, min(max(value, self.low), self.high)
        if self.logarithmic:
            low, high, value = math.log10(low), math.log10(high), math.log10(value)
        return self.start + (value - low) / (high - low) * (self.end - self.start)

    def ticks(self, most: int) -> list[float]:
        if self.marks:
            return [mark for mark in self.marks if self.low <= mark <= self.high]
        if self.logarithmic:
            decades = [10.0**n for n in range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)]
            return [each for each in decades if self.low <= each <= self.high]
        step = _round_step((self.high - self.low) / most)
        first = math.ceil(self.low / step - 1e-9)
        return [n * step for n in range(first, math.floor(self.high / step + 1e-9) + 1)]


def lines(series: Sequence[Line], x: Axis, y: Axis, right: Axis | None = None) -> str:
    """Draw lines; one picture for wide pages and one for narrow ones, of which the page shows one."""
    series = [line for line in series if line.points]
    if not series:
        return "<p>Nothing to draw.</p>"
    return _legend(series) + _both(lambda width, height: _lines(series, x, y, right, width, height))


def bars(values: Sequence[tuple[str, float]], x: Axis, y: Axis) -> str:
    """Draw one bar a value, in order."""
    if not values:
        return "<p>Nothing to draw.</p>"
    return _both(lambda width, height: _bars(values, x, y, width, height))


def _both(draw: Callable[[int, int], str]) -> str:
    return f'<div class="wide">{draw(960, 340)}</div><div class="narrow">{draw(360, 260)}</div>'


def _lines(series: Sequence[Line], x: Axis, y: Axis, right: Axis | None, width: int, height: int) -> str:
    margin = _LEFT if right else _RIGHT
    across = _scale([p[0] for line in series for p in line.points], x, _LEFT, width - margin, headroom=1.0)
    up = _scale([p[1] for line in series if not line.right for p in line.points], y, height - _BOTTOM, _TOP)
    parts = [_grid(across, up, x, y, width - margin, height)]
    second = up
    if right:
        second = _scale([p[1] for line in series if line.right for p in line.points], right, height - _BOTTOM, _TOP)
        parts.append(_right_axis(second, right, width, height))
    for number, line in enumerate(series):
        scale = second if line.right else up
        path = " ".join(f"{across.at(a):.1f},{scale.at(b):.1f}" for a, b in line.points)
        dash = ' stroke-dasharray="6 4"' if line.dashed else ""
        colour = COLOURS[number % len(COLOURS)]
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
    return _svg(parts, width, height)


def _bars(values: Sequence[tuple[str, float]], x: Axis, y: Axis, width: int, height: int) -> str:
    across = Scale(0, len(values), _LEFT, width - _RIGHT, False)
    up = _scale([value for _, value in values], y, height - _BOTTOM, _TOP)
    parts = [_grid(None, up, x, y, width - _RIGHT, height)]
    every = max(1, math.ceil(len(values) / (width / 60)))
    for number, (name, value) in enumerate(values):
        middle, half, top = across.at(number + 0.5), min(40.0, 0.4 * (across.at(1) - across.at(0))), up.at(value)
        left, edge = middle - half, middle + half
        parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{edge - left:.1f}" height="{height - _BOTTOM - top:.1f}" '
            f'fill="{COLOURS[0]}"><title>{escape(name)}: {value:g}</title></rect>'
        )
        if number % every == 0:
            parts.append(_text(middle, height - _BOTTOM + 15, name, "middle"))
    return _svg(parts, width, height)


def _grid(across: Scale | None, up: Scale, x: Axis, y: Axis, right: float, height: int) -> str:
    base = height - _BOTTOM
    parts = []
    for tick in up.ticks(5):
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{up.at(tick):.1f}" y2="{up.at(tick):.1f}"/>')
        parts.append(_text(_LEFT - 6, up.at(tick) + 4, number_text(tick), "end"))
    if across:
        parts += _below(across, base, 8 if right > 500 else 4)
    parts.append(f'<line class="axis" x1="{_LEFT}" x2="{right}" y1="{base}" y2="{base}"/>')
    parts.append(_text((_LEFT + right) / 2, height - 6, x.title, "middle"))
    parts.append(_upright(13, (_TOP + base) / 2, y.title))
    return "".join(parts)


def _below(across: Scale, base: float, most: int) -> list[str]:
    """The ticks under the picture; one whose label would touch its neighbour's is left out."""
    parts = []
    free_from = 0.0
    for tick in across.ticks(most):
        place, half = across.at(tick), 4.0 * len(number_text(tick))
        if place - half < free_from:
            continue
        free_from = place + half + 6
        parts.append(f'<line class="grid" x1="{place:.1f}" x2="{place:.1f}" y1="{base}" y2="{base + 4}"/>')
        anchor = "end" if place > across.end - half else "middle"
        parts.append(_text(min(place, across.end), base + 16, number_text(tick), anchor))
    return parts


def _right_axis(scale: Scale, axis: Axis, width: int, height: int) -> str:
    edge = width - _LEFT
    ticks = "".join(_text(edge + 6, scale.at(tick) + 4, number_text(tick), "start") for tick in scale.ticks(5))
    return ticks + _upright(width - 4, (_TOP + height - _BOTTOM) / 2, axis.title)


def _legend(series: Sequence[Line]) -> str:
    marks = "".join(
        f'<span><i style="background:{COLOURS[number % len(COLOURS)]}"></i>{escape(line.name)}</span>'
        for number, line in enumerate(series)
    )
    return f'<p class="legend">{marks}</p>'


def _scale(values: Sequence[float], axis: Axis, start: float, end: float, headroom: float = 1.08) -> Scale:
    if axis.logarithmic:
        positive = [value for value in values if value > 0] or [1.0, 10.0]
        low = min(positive) if axis.minimum is None else axis.minimum
        return Scale(low, max(max(positive), low * 10), start, end, True, axis.ticks)
    low = min(0.0, *values, 0.0) if axis.minimum is None else axis.minimum
    return Scale(low, max(max(values, default=1.0) * headroom, low + 1e-9), start, end, False, axis.ticks)


def _round_step(rough: float) -> float:
    """The next of 1, 2, 5, 10 times a power of ten."""
    power = 10 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    return float(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999))


def number_text(value: float) -> str:
    """Write a number shortly: 1024, 1.5k, 20M."""
    if 1000 < abs(value) < 100_000 and value % 100:
        return f"{value:.0f}"
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}" if value == 0 or abs(value) >= 0.001 else f"{value:.0e}"


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _upright(x: float, y: float, text: str) -> str:
    turned = f'transform="rotate(-90 {x:.1f} {y:.1f})"'
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" {turned}>{escape(text)}</text>'


def _svg(parts: Sequence[str], width: int, height: int) -> str:
    return f'<svg viewBox="0 0 {width} {height}" role="img">{"".join(parts)}</svg>'
