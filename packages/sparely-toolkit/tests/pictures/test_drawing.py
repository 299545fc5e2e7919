"""Charts as images."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from sparely_toolkit.pictures import drawing, style
from sparely_toolkit.pictures.bars import Bar, below, columns, number_text, ranking, words
from sparely_toolkit.pictures.lines import Level, Line, Moment, Panel, lines, panels
from sparely_toolkit.pictures.parts import Axis

SVG = "{http://www.w3.org/2000/svg}"
LINES = lines(
    [Line("a", [(0, 1), (10, 5)]), Line("b", [(0, 2), (10, 4), (11, None)], dashed=True)],
    Axis("seconds"),
    Axis("ms"),
    [Level("limit 4 ms", 4)],
)
RANKING = ranking(
    "Least is best",
    "of two",
    [("ours", [Bar(10, "10 ms", "ours")]), ("theirs", [Bar(40, "40 ms", "other")])],
    {"ours": style.COLOURS[0], "other": style.OTHERS[0]},
)
SHARES = [Panel(Axis("share"), [Line("share", [(0, 0.0), (1, 10.0)])], bars=True)]
KINDS = {
    "lines": LINES,
    "columns": columns([("1", 2.0), ("2", 3.0)], Axis("up to ms"), Axis("answers")),
    "ranking": RANKING,
    "bars": panels(SHARES, Axis("minutes"), [Moment(1, "1", "x")]),
    "words": below([words(["one", "two"])]),
    "nothing": lines([Line("a", [])], Axis("x"), Axis("y")),
}


def texts(svg: str) -> list[str]:
    """Everything that is written in an image."""
    return [each.text or "" for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("kind", KINDS)
def test_every_chart_is_an_image_that_loads_nothing(kind: str) -> None:
    """Well-formed, with a title, and without script, address or font file."""
    svg = drawing.to_svg(KINDS[kind], title="<Shown>")

    assert ElementTree.fromstring(svg).findtext(f"{SVG}title") == "<Shown>"
    assert not re.search(r"<script|href=|url\((?!#)|@import|https?://(?!www\.w3\.org/)", svg)


def test_the_same_figures_are_the_same_bytes() -> None:
    """Documents that are written anew do not change where nothing has been measured anew."""
    first = drawing.to_svg(RANKING, title="a")

    drawing.to_svg(LINES, title="b")

    assert drawing.to_svg(RANKING, title="a") == first


def test_an_image_has_its_dark_colours() -> None:
    """By the reader's machine, as an image has no page to ask."""
    light, dark = style.SERIES[0]
    svg = drawing.to_svg(RANKING, title="a")

    assert "@media(prefers-color-scheme:dark){" in svg
    assert f'[fill="{light}"]{{fill:{dark}}}' in svg


@pytest.mark.parametrize("kind", ["lines", "columns", "ranking"])
def test_an_image_is_as_wide_as_is_said(kind: str) -> None:
    """At 360 of 470 pixels, letters of 13 are still of 10."""
    width = float(ElementTree.fromstring(drawing.to_svg(KINDS[kind], title="a")).attrib["width"])

    assert width == pytest.approx(drawing.IMAGE_PX, abs=12)


def test_lines_are_named_with_their_axes_and_thresholds() -> None:
    """Legend, axis titles and the threshold's name are in the image."""
    assert {"a", "b", "seconds", "ms", "- - limit 4 ms"} <= {*texts(drawing.to_svg(LINES, title="a"))}


def test_a_ranking_is_to_scale_and_says_its_figures() -> None:
    """Four times as much is four times as long, and names stand in their order."""
    svg = drawing.to_svg(RANKING, title="a")

    bars = [float(width) for width in re.findall(r'aria-roledescription="bar" d="M0,[\d.]+h([\d.]+)', svg)]
    assert texts(svg) == ["10 ms", "40 ms", "ours", "theirs", "Least is best", "of two"]
    assert bars[1] + 2 == pytest.approx(4 * (bars[0] + 2), rel=0.05)  # the round corner is of 2


def test_a_panel_of_zeros_stands_on_its_axis() -> None:
    """A threshold of 0 that nothing breaks is at the bottom, below the 1."""
    quiet = Panel(Axis("failed"), [Line("failed", [(0, 0.0), (1, 0.0)])], [Level("above 0", 0)], bars=True)

    assert {"0", "0.5", "1"} <= {*texts(drawing.to_svg(panels([quiet], Axis("x")), title="a"))}


def test_a_number_is_written_shortly() -> None:
    """As people read it."""
    shown = [number_text(each) for each in (0, 0.5, 30, 1024, 1500, 20_000_000)]

    assert shown == ["0", "0.5", "30", "1024", "1.5k", "20M"]
