"""Reports as Markdown and as a page."""

import re

from sparely_toolkit.loadtest import charts
from sparely_toolkit.loadtest.charts import Axis, Line
from sparely_toolkit.loadtest.page import Figures, Notes, Picture, Report, Section, Table, Text

REPORT = Report(
    "Title <1>",
    [
        Section("Figures", [Figures([("Total", "5"), ("Failed %", "0.00")])]),
        Section("Rows", [Table(["Name", "n"], [["a & b", "1"]]), Notes(["first", "second"]), Text("Done.")]),
        Section("Only a picture", [Picture(charts.bars([("1", 2.0)], Axis("x"), Axis("y")), "A bar.")]),
    ],
)


def test_markdown_leaves_pictures_out() -> None:
    """A section that is only a picture is not in the Markdown."""
    assert REPORT.markdown() == (
        "# Title <1>\n\n## Figures\n\n| Total | Failed % |\n| --- | ---: |\n| 5 | 0.00 |\n\n"
        "## Rows\n\n| Name | n |\n| --- | ---: |\n| a & b | 1 |\n\n- first\n- second\n\nDone.\n"
    )


def test_the_page_needs_nothing_beside_it() -> None:
    """No script, no style sheet, no image and no address is loaded."""
    assert not re.search(r"<script|<link|<img|src=|@import|https?://", REPORT.html())


def test_text_cannot_become_markup() -> None:
    """What comes from outside is escaped."""
    page = REPORT.html()

    assert "Title &lt;1&gt;" in page
    assert "a &amp; b" in page


def test_what_stands_between_backticks_is_code_on_the_page() -> None:
    """As it is in Markdown, in every block; a lone backtick is one."""
    page = Report("", [Section("", [Table(["A `b`"], [["`<c>`"]]), Notes(["`d` and `e`"]), Text("a ` b")])]).html()

    for written in ("A <code>b</code>", "<code>&lt;c&gt;</code>", "<code>d</code> and <code>e</code>", "a ` b"):
        assert written in page


def test_wide_and_narrow_pages_have_their_own_picture() -> None:
    """Letters keep their size on a telephone: the narrow picture is drawn anew, not shrunk."""
    drawn = charts.lines([Line("a", [(0, 1), (1, 2)])], Axis("x"), Axis("y"))

    assert 'viewBox="0 0 960 340"' in drawn
    assert 'viewBox="0 0 360 260"' in drawn


def test_lines_rise_with_their_values() -> None:
    """A higher value is drawn further up, a later one further right."""
    drawn = charts.lines([Line("a", [(0, 1), (10, 5)])], Axis("x"), Axis("y"))

    points = [float(n) for n in re.findall(r'points="([\d., ]+)"', drawn)[0].replace(",", " ").split()]
    assert points[2] > points[0]
    assert points[3] < points[1]


def test_a_chart_without_values_says_so() -> None:
    """Nothing measured is no fault of the report."""
    assert charts.lines([Line("a", [])], Axis("x"), Axis("y")) == "<p>Nothing to draw.</p>"
