"""Lines over one axis, panel below panel, with thresholds and with what happened."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sparely_toolkit.pictures import style
from sparely_toolkit.pictures.parts import (
    FIT,
    Axis,
    Spec,
    faded,
    legend_choice,
    legend_columns,
    ticks,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A named series of (x, y); y is None where there is nothing."""

    name: str
    points: Sequence[tuple[float, float | None]]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A threshold: a level line with its name."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened: an upright line through every panel, with a mark above the first."""

    x: float
    mark: str
    what: str


@dataclass(frozen=True, slots=True)
class Panel:
    """
    Lines over one upright axis, whose title stands above.

    Attributes:
        bars: the only line's values are drawn as bars from each x to the next whole one.
    """

    y: Axis
    lines: Sequence[Line]
    levels: Sequence[Level] = ()
    bars: bool = False
    height: int = 170
    colour: str = style.COLOURS[0]


def panels(drawn: Sequence[Panel], x: Axis, moments: Sequence[Moment] = ()) -> Spec:
    """Draw panels below one another over the same x."""
    domain = [each for panel in drawn for line in panel.lines for each, _ in line.points]
    last = len(drawn) - 1
    views = [_panel(panel, place, x, place == last, domain, moments) for place, panel in enumerate(drawn)]
    return {
        "vconcat": views,
        "resolve": {"scale": {"color": "independent", "strokeDash": "independent"}},
        "config": style.config(),
    }


def lines(series: Sequence[Line], x: Axis, y: Axis, levels: Sequence[Level] = ()) -> Spec:
    """Draw lines in one panel."""
    return panels([Panel(y, series, levels, height=260)], x)


def _panel(panel: Panel, place: int, x: Axis, last: bool, domain: list[float], moments: Sequence[Moment]) -> Spec:
    names = [line.name for line in panel.lines]
    rows = [
        {"x": a, "to": a + 1, "y": b, "series": line.name} if panel.bars else {"x": a, "y": b, "series": line.name}
        for line in panel.lines
        for a, b in line.points
        if b is not None
    ]
    values = [b for line in panel.lines for _, b in line.points if b is not None]
    shown = [*values, *(level.value for level in panel.levels)]
    across: Spec = {
        "field": "x",
        "type": "quantitative",
        "title": x.title if last else None,
        "scale": _scale(x, {"domain": [min(domain), max(domain) + panel.bars], "nice": False} if domain else {}),
        "axis": ticks(x, domain) if last else {**ticks(x, domain), "labels": False},
    }
    up: Spec = {
        "field": "y",
        "type": "quantitative",
        "title": None,
        # Where all is 0 there would be no place for it but the middle; what is filled later finds its own.
        "scale": _scale(panel.y, {"domain": [0, 1]} if shown and not any(shown) else {}),
        "axis": {**ticks(panel.y, values), "tickCount": max(2, panel.height // 45)},
    }
    tooltip = [
        {"field": "x", "type": "quantitative", "title": x.title or "x", "format": ",~r"},
        {"field": "series", "type": "nominal", "title": "of"},
        {"field": "y", "type": "quantitative", "title": panel.y.title, "format": ",.4~r"},
    ]
    layers: list[Spec] = []
    if panel.bars:
        ends = {"x2": {"field": "to"}, "y2": {"datum": 0}}
        mark = {"type": "rect", "color": panel.colour, "xOffset": 0.5, "x2Offset": -0.5}
        layers.append({"mark": mark, "encoding": {"x": across, "y": up, **ends, "tooltip": tooltip}})
    else:
        layers += _line_layers(panel, place, names, {"x": across, "y": up}, tooltip)
    layers += [_level_layer(level) for level in panel.levels]
    if moments:
        layers += _moment_layers(moments, first=place == 0)
    view: Spec = {
        "width": FIT,
        "height": panel.height,
        "title": _title(panel),
        "data": {"name": f"panel{place}", "values": rows},
    }
    return {**view, "layer": layers}


def _line_layers(panel: Panel, place: int, names: list[str], at: Spec, tooltip: list[Spec]) -> list[Spec]:
    """Lines, and points that show themselves where the pointer is nearest."""
    several = len(names) > 1
    chosen, near = f"chosen{place}", f"near{place}"
    scale = {"domain": names, "range": [style.COLOURS[place % len(style.COLOURS)] for place in range(len(names))]}
    legend = {"symbolType": "stroke", "symbolStrokeWidth": 3, "columns": legend_columns(names)} if several else None
    dashes = [[6, 4] if line.dashed else [1, 0] for line in panel.lines]
    dash = {"field": "series", "type": "nominal", "scale": {"domain": names, "range": dashes}, "legend": legend}
    colour = {"field": "series", "type": "nominal", "scale": scale, "legend": legend}
    lone = any(sum(each is not None for _, each in line.points) == 1 for line in panel.lines)
    nearest = {"type": "point", "on": "pointerover", "nearest": True, "clear": "pointerout"}
    size = {"condition": {"param": near, "empty": False, "value": 70}, "value": 30 if lone else 0}
    return [
        {
            "params": [legend_choice(chosen, "series")] if several else [],
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {**at, "color": colour, "strokeDash": dash, **(faded(chosen) if several else {})},
        },
        {
            "params": [{"name": near, "select": nearest}],
            "mark": {"type": "point", "filled": True, "opacity": 1},
            "encoding": {**at, "color": colour, "size": size, "tooltip": _of_nearest(tooltip)},
        },
    ]


def _of_nearest(tooltip: Sequence[Spec]) -> Spec:
    """The same of the nearest point, which Vega-Lite 6.4 writes wrongly for words: they are told as undefined."""
    values = [f"(datum.datum || datum)[{json.dumps(each['field'])}]" for each in tooltip]
    shown = [
        f"{json.dumps(each['title'])}: "
        + (f"format({value}, {json.dumps(each['format'])})" if "format" in each else value)
        for each, value in zip(tooltip, values, strict=True)
    ]
    return {"value": {"expr": f"{{{', '.join(shown)}}}"}}


def _level_layer(level: Level) -> Spec:
    tooltip = [{"field": "name", "title": "threshold"}, {"field": "level", "title": "at"}]
    return {
        "data": {"values": [{"level": level.value, "name": level.name}]},
        "mark": {"type": "rule", "color": style.BAD, "strokeDash": [5, 3], "strokeWidth": 1.5},
        "encoding": {"y": {"field": "level", "type": "quantitative"}, "tooltip": tooltip},
    }


def _title(panel: Panel) -> Spec:
    """The upright axis's title, and below it what the dashed red lines are: over the lines nobody could read it."""
    named = {"subtitle": ["- - " + ", ".join(level.name for level in panel.levels)]} if panel.levels else {}
    return {"text": panel.y.title, **named, "subtitleColor": style.BAD, "subtitlePadding": 2}


def _moment_layers(moments: Sequence[Moment], *, first: bool) -> list[Spec]:
    values = {"values": [{"x": each.x, "mark": each.mark, "what": each.what} for each in moments]}
    at = {"field": "x", "type": "quantitative"}
    tooltip = [{"field": "what", "title": "event"}, {"field": "x", "title": "at"}]
    rule = {
        "data": values,
        "mark": {"type": "rule", "color": style.SOFT, "strokeDash": [2, 3]},
        "encoding": {"x": at, "tooltip": tooltip},
    }
    mark = {
        "data": values,
        "mark": {"type": "text", "baseline": "bottom", "color": style.SOFT, "fontSize": 12},
        "encoding": {"x": at, "y": {"value": -2}, "text": {"field": "mark"}, "tooltip": tooltip},
    }
    return [rule, mark] if first else [rule]


def _scale(axis: Axis, linear: Spec) -> Spec:
    if axis.logarithmic:
        least = {} if axis.minimum is None else {"domainMin": axis.minimum}
        return {"type": "log", "clamp": True, "nice": False, **linear, **least}
    return linear
