"""Bars and text as Vega-Lite specifications: columns, rankings, words, and charts below one another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sparely_toolkit.pictures import style
from sparely_toolkit.pictures.parts import (
    FIT,
    WHOLE,
    Axis,
    Spec,
    faded,
    legend_choice,
    legend_columns,
    ticks,
)


@dataclass(frozen=True, slots=True)
class Bar:
    """A length and what is written beside it; nothing is drawn for 0 and no words. `kind` chooses the colour."""

    value: float
    shown: str
    kind: str = ""


def columns(values: Sequence[tuple[str, float]], x: Axis, y: Axis) -> Spec:
    """Draw one upright bar a value, in order."""
    rows = [{"name": name, "value": value} for name, value in values]
    band = min(0.8, 0.12 * len(rows))  # a few bars are no walls
    return {
        "width": FIT,
        "height": 220,
        "title": y.title,
        "data": {"values": rows},
        "mark": {"type": "bar", "color": style.COLOURS[0], "width": {"band": band}},
        "encoding": {
            "x": {
                "field": "name",
                "type": "nominal",
                "sort": None,
                "title": x.title or None,
                "axis": {"labelAngle": 0, "labelOverlap": "greedy", "labelLimit": 110},
            },
            "y": {"field": "value", "type": "quantitative", "title": None, "axis": {**ticks(y), "tickCount": 5}},
            "tooltip": [
                {"field": "name", "type": "nominal", "title": x.title or "kind"},
                {"field": "value", "type": "quantitative", "title": y.title, "format": ",~g"},
            ],
        },
        "config": style.config(),
    }


def ranking(title: str, subtitle: str, rows: Sequence[tuple[str, Sequence[Bar]]], colours: dict[str, str]) -> Spec:
    """
    Draw level bars below their names, with what is written beside them.

    Args:
        rows: a name with its bars.
        colours: of each kind; named in a legend where bars of one name have several kinds.
    """
    slots: list[dict[str, Any]] = []
    for number, (name, bars) in enumerate(rows):
        slots.append({"slot": f"{number}", "label": name, "bold": any(bar.kind == "ours" for bar in bars)})
        slots += [
            {"slot": f"{number}.{place}", "name": name, "value": bar.value, "shown": bar.shown, "kind": bar.kind}
            for place, bar in enumerate(bars)
            if bar.shown
        ]
    named = any(len(bars) > 1 for _, bars in rows)
    most = max((bar.value for _, bars in rows for bar in bars), default=1.0) or 1.0
    places = {"domain": [each["slot"] for each in slots], "padding": 0.12}
    y = {"field": "slot", "type": "nominal", "axis": None, "scale": places}
    x = {"field": "value", "type": "quantitative", "axis": None, "scale": {"domain": [0, most * 1.22]}}
    colour = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": [*colours], "range": [*colours.values()]},
        "legend": {"symbolType": "square", "columns": legend_columns([*colours])} if named else None,
    }
    tooltip = [
        {"field": name, "type": "nominal", "title": shown}
        for name, shown in (("name", "of"), ("kind", "which"), ("shown", title))
        if named or name != "kind"
    ]
    is_bar, is_label = ({"filter": f"isValid(datum.{field})"} for field in ("value", "label"))
    weight = {"condition": {"test": "datum.bold", "value": "bold"}, "value": "normal"}
    return {
        "width": WHOLE,
        "height": {"step": 21},
        "title": {"text": title, "subtitle": subtitle, "fontSize": 16},
        "data": {"values": slots},
        "encoding": {"y": y},
        "layer": [
            {
                "transform": [is_bar],
                "params": [legend_choice("chosen", "kind")] if named else [],
                "mark": {"type": "bar", "cornerRadiusEnd": 2},
                "encoding": {"x": x, "color": colour, "tooltip": tooltip, **(faded("chosen") if named else {})},
            },
            {
                "transform": [is_bar],
                "mark": {"type": "text", "align": "left", "dx": 6},
                "encoding": {"x": x, "text": {"field": "shown"}},
            },
            {
                "transform": [is_label],
                "mark": {"type": "text", "align": "left", "baseline": "bottom", "dy": 9},
                "encoding": {"x": {"value": 0}, "text": {"field": "label"}, "fontWeight": weight},
            },
        ],
        "config": style.config(),
    }


def words(told: Sequence[str]) -> Spec:
    """Draw lines of text below one another."""
    rows = [{"line": number, "text": each} for number, each in enumerate(told)]
    place = {"field": "line", "type": "ordinal", "axis": None, "scale": {"domain": [*range(len(told))]}}
    return {
        "width": WHOLE,
        "height": {"step": 18},
        "data": {"values": rows},
        "mark": {"type": "text", "align": "left"},
        "encoding": {"x": {"value": 0}, "y": place, "text": {"field": "text"}},
    }


def below(specs: Sequence[Spec]) -> Spec:
    """Draw charts below one another, each by its own scales."""
    views = [{name: value for name, value in spec.items() if name != "config"} for spec in specs]
    resolve = {"scale": dict.fromkeys(("x", "y", "color"), "independent")}
    return {"vconcat": views, "resolve": resolve, "spacing": 30, "config": style.config()}


def number_text(value: float) -> str:
    """Write a number shortly: 1024, 1.5k, 20M."""
    if 1000 < abs(value) < 100_000 and value % 100:
        return f"{value:.0f}"
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
