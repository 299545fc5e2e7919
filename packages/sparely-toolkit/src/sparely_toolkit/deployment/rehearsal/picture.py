"""A rehearsal as one SVG: traffic of the new version, failures, and its p99, minute by minute."""

from collections.abc import Sequence
from html import escape

from sparely_toolkit.deployment.rehearsal.outcome import Outcome

WIDTH, ROW, LEFT, TOP, GAP = 880, 110, 70, 64, 34
INK, GRID, BLUE, RED = "#1f2933", "#d5dbe1", "#2b6cb0", "#c53030"


def draw(outcome: Outcome, title: str) -> str:
    """Give the SVG's text."""
    rows = [
        ("share of traffic, %", BLUE, [100 * each.share for each in outcome.minutes]),
        ("requests a minute", BLUE, [float(each.requests) for each in outcome.minutes]),
        ("failed a minute", RED, [float(each.errors + each.new_server_faults) for each in outcome.minutes]),
        ("p99 of the new version, ms", BLUE, [each.new_p99_ms or 0.0 for each in outcome.minutes]),
    ]
    height = TOP + len(rows) * (ROW + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="{INK}">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        f'<text x="{LEFT}" y="24" font-size="16" font-weight="600">{escape(title)}: {escape(outcome.ending)}</text>',
        f'<text x="{LEFT}" y="42">{escape(_shortened(outcome.summary()))}</text>',
        *_marks(outcome, height),
        *(part for place, row in enumerate(rows) for part in _row(TOP + place * (ROW + GAP), *row)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _row(top: int, label: str, color: str, values: Sequence[float]) -> list[str]:
    highest = max([*values, 1.0])
    width = (WIDTH - LEFT - 20) / max(1, len(values))
    bars = [
        f'<rect x="{LEFT + place * width:.1f}" y="{top + 18 + (ROW - 18) * (1 - value / highest):.1f}" '
        f'width="{max(1.0, width - 1):.1f}" height="{(ROW - 18) * value / highest:.1f}" fill="{color}"/>'
        for place, value in enumerate(values)
        if value
    ]
    return [
        f'<text x="{LEFT}" y="{top + 10}">{label}</text>',
        f'<text x="{LEFT - 8}" y="{top + 28}" text-anchor="end">{highest:,.0f}</text>',
        f'<text x="{LEFT - 8}" y="{top + ROW}" text-anchor="end">0</text>',
        f'<line x1="{LEFT}" x2="{WIDTH - 20}" y1="{top + ROW}" y2="{top + ROW}" stroke="{GRID}"/>',
        *bars,
    ]


def _marks(outcome: Outcome, height: int) -> list[str]:
    """A dashed line where something happened."""
    if not outcome.minutes:
        return []
    width = (WIDTH - LEFT - 20) / len(outcome.minutes)
    return [
        f'<line x1="{LEFT + event.minute * width:.1f}" x2="{LEFT + event.minute * width:.1f}" y1="{TOP - 8}" '
        f'y2="{height - GAP}" stroke="{INK}" stroke-dasharray="2 4"><title>{escape(event.what)}</title></line>'
        for event in outcome.events
    ]


def _shortened(text: str) -> str:
    return text if len(text) <= 130 else f"{text[:127]}..."
