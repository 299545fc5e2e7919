"""How everything looks that people look at, light and dark: pages and charts take their colours from here."""

from typing import Any

SURFACES = {
    "ink": ("#1d2730", "#e4e9ee"),
    "soft": ("#56616d", "#a3afbb"),
    "line": ("#d8dee4", "#36414c"),
    "ground": ("#f5f7f9", "#12171c"),
    "card": ("#fffffe", "#1b2229"),
    "link": ("#0b57d0", "#8ab4f8"),
    "good": ("#0b6e4f", "#63c7a0"),
    "bad": ("#b3261e", "#f2867e"),
}
"""Names of CSS variables, each with its colour on light and on dark pages."""
SERIES = (
    ("#1f6fb2", "#6cb0ee"),
    ("#c4501b", "#f0906a"),
    ("#2e7d4f", "#6fc795"),
    ("#8256a8", "#bd98e2"),
    ("#a3851a", "#d8bd57"),
    ("#5b6673", "#98a4b0"),
    ("#b0307a", "#ec85bd"),
)
"""Colours of what is drawn, in the order of the series."""
OTHERS, FLOOR = ("#8d99ae", "#7c8799"), ("#d3d8e0", "#465260")
"""Colours of bars that ours are compared with, and of what no contestant can be below."""

DARK = dict([*SURFACES.values(), *SERIES, OTHERS, FLOOR])
"""Each light colour's dark one: a chart is made for light pages and translated."""
COLOURS = tuple(light for light, _ in SERIES)
INK, SOFT, LINE, CARD, BAD = (SURFACES[name][0] for name in ("ink", "soft", "line", "card", "bad"))

# Widths are laid out with the metrics of a font that vl-convert brings along, so that no machine's fonts count.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
LETTERS_PX = 13
AXIS_PX = 44
"""Room of the upright axis, the same in every chart so that those below one another agree."""


def css() -> str:
    """The colours as CSS variables, for the scheme that the reader's machine is set to."""
    light, dark = (";".join(f"--{name}:{pair[place]}" for name, pair in SURFACES.items()) for place in (0, 1))
    return f":root{{color-scheme:light dark;{light}}}\n@media(prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def config() -> dict[str, Any]:
    """Vega-Lite's configuration of every chart."""
    text = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": LETTERS_PX, "titleFontSize": LETTERS_PX}
    return {
        "background": CARD,
        "font": FONT,
        "view": {"stroke": None},
        "padding": 8,
        "axis": {
            **text,
            "labelColor": SOFT,
            "titleColor": SOFT,
            "titleFontWeight": "normal",
            "gridColor": LINE,
            "domainColor": SOFT,
            "tickColor": SOFT,
            "labelPadding": 5,
            "labelSeparation": 8,
        },
        "axisY": {"minExtent": AXIS_PX, "maxExtent": AXIS_PX, "domain": False, "ticks": False},
        "axisX": {"grid": False},
        "legend": {
            **text,
            "labelColor": INK,
            "orient": "top",
            "title": None,
            "symbolSize": 140,
            "labelLimit": 330,
            "columnPadding": 16,
        },
        "title": {
            "font": FONT,
            "fontSize": LETTERS_PX,
            "fontWeight": "bold",
            "color": INK,
            "anchor": "start",
            "frame": "group",
            "subtitleFont": FONT,
            "subtitleFontSize": LETTERS_PX,
            "subtitleColor": SOFT,
            "subtitlePadding": 5,
            "offset": 10,
        },
        "text": {"font": FONT, "fontSize": LETTERS_PX, "color": INK},
        "concat": {"spacing": 18},
    }
