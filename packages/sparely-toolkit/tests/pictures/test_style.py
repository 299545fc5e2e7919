"""The one place of colours."""

import re

from sparely_toolkit.pictures import style


def test_every_colour_of_a_chart_has_a_dark_one() -> None:
    """No chart keeps a light page's colour on a dark page."""
    used = {*re.findall(r"#[0-9a-f]{6}", str(style.config())), *style.COLOURS, style.BAD}

    assert used <= style.DARK.keys()


def test_translating_twice_changes_nothing() -> None:
    """A dark colour is no other's light one, or an order of rules would count."""
    assert not {*style.DARK.values()} & style.DARK.keys()


def test_pages_have_both_schemes() -> None:
    """Each variable is set for light pages and for dark ones."""
    light, dark = style.css().split("@media(prefers-color-scheme:dark)")

    assert all(f"--{name}:{a}" in light and f"--{name}:{b}" in dark for name, (a, b) in style.SURFACES.items())
