"""Bars as SVG: the same bytes for the same figures, no library."""

from collections.abc import Sequence
from html import escape

WIDTH, LABEL, BAR, GAP = 760, 340, 22, 10
COLOURS = ("#0b7a75", "#8d99ae")
TEXT = "#57606a"
FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"


Bar = tuple[float, str]
"""A length and what is written beside it; no bar is drawn for 0 and nothing."""


def bars(title: str, names: Sequence[str], shown: Sequence[tuple[str, Sequence[Bar]]]) -> str:
    """
    Draw several bars for each name.

    Args:
        shown: up to two series, each a name and one bar for each of `names`.
    """
    most = max(length for _, series in shown for length, _ in series) or 1.0
    row = len(shown) * BAR + GAP
    height = 64 + row * len(names)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" font-family="{FONT}">',
        f"<title>{escape(title)}</title>",
        f'<text x="8" y="24" font-size="17" font-weight="600" fill="{COLOURS[0]}">{escape(title)}</text>',
    ]
    for number, (name, _) in enumerate(shown):
        lines.append(
            f'<text x="{8 + 240 * number}" y="46" font-size="12" fill="{COLOURS[number]}">■ {escape(name)}</text>'
        )
    for place, name in enumerate(names):
        top = 60 + place * row
        lines.append(
            f'<text x="{LABEL - 8}" y="{top + BAR}" font-size="13" text-anchor="end" fill="{TEXT}">'
            f"{escape(name)}</text>"
        )
        for number, (length, label) in enumerate(series[place] for _, series in shown):
            if not label:
                continue
            wide = max(1.0, length / most * (WIDTH - LABEL - 80))
            y = top + number * BAR
            lines.append(
                f'<rect x="{LABEL}" y="{y}" width="{wide:.1f}" height="{BAR - 4}" rx="2" fill="{COLOURS[number]}"/>'
            )
            lines.append(f'<text x="{LABEL + wide + 6:.1f}" y="{y + 13}" font-size="12" fill="{TEXT}">{label}</text>')
    return "\n".join([*lines, "</svg>\n"])
