"""Bar charts as SVG, the same bytes for the same figures: plain text, no plotting library."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LABEL_WIDTH, VALUE_WIDTH = 860, 300, 90
BAR_HEIGHT, GAP, TOP = 20, 10, 56
OURS, OTHERS, FLOOR = "#0b7a75", "#8d99ae", "#d3d8e0"
TEXT = "#57606a"  # readable on GitHub's light and dark pages
FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Bar:
    """One contestant's figure; `kind` is "ours", "other" or "floor"."""

    label: str
    value: float
    shown: str
    kind: str = "other"


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars with one scale; less is better in all of ours."""

    title: str
    subtitle: str
    bars: Sequence[Bar]


def to_svg(charts: Sequence[Chart]) -> str:
    """Draw charts below one another."""
    heights = [TOP + len(chart.bars) * (BAR_HEIGHT + GAP) + GAP for chart in charts]
    drawn, top = [], 0
    for chart, height in zip(charts, heights, strict=True):
        drawn += _draw(chart, top)
        top += height
    title = escape("; ".join(chart.title for chart in charts))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{top}" viewBox="0 0 {WIDTH} {top}"'
    return "\n".join([f'{head} role="img" font-family="{FONT}">', f"<title>{title}</title>", *drawn, "</svg>\n"])


def _draw(chart: Chart, top: int) -> list[str]:
    room = WIDTH - LABEL_WIDTH - VALUE_WIDTH
    largest = max(bar.value for bar in chart.bars) or 1
    lines = [
        f'<text x="8" y="{top + 24}" font-size="17" font-weight="600" fill="{OURS}">{escape(chart.title)}</text>',
        f'<text x="8" y="{top + 43}" font-size="12" fill="{TEXT}">{escape(chart.subtitle)}</text>',
    ]
    for number, bar in enumerate(chart.bars):
        y = top + TOP + number * (BAR_HEIGHT + GAP)
        width = max(1.0, bar.value / largest * room)
        colour = {"ours": OURS, "floor": FLOOR}.get(bar.kind, OTHERS)
        weight = ' font-weight="600"' if bar.kind == "ours" else ""
        middle = y + BAR_HEIGHT - 5
        lines += [
            f'<text x="{LABEL_WIDTH - 8}" y="{middle}" font-size="13" text-anchor="end" fill="{TEXT}"{weight}>'
            f"{escape(bar.label)}</text>",
            f'<rect x="{LABEL_WIDTH}" y="{y}" width="{width:.1f}" height="{BAR_HEIGHT}" rx="2" fill="{colour}"/>',
            f'<text x="{LABEL_WIDTH + width + 6:.1f}" y="{middle}" font-size="13" fill="{TEXT}"{weight}>'
            f"{escape(bar.shown)}</text>",
        ]
    return lines
