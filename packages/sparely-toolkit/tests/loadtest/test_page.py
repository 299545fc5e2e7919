"""Reports as Markdown and as a page."""

import re

from sparely_toolkit.loadtest.page import Figures, Notes, Picture, Report, Section, Table, Text
from sparely_toolkit.pictures import drawing
from sparely_toolkit.pictures.bars import columns
from sparely_toolkit.pictures.parts import Axis

REPORT = Report(
    "Title <1>",
    [
        Section("Figures", [Figures([("Total", "5"), ("Failed %", "0.00")])]),
        Section("Rows", [Table(["Name", "n"], [["a & b", "1"]]), Notes(["first", "second"]), Text("Done.")]),
        Section("Only a picture", [Picture(columns([("1", 2.0)], Axis("x"), Axis("y")), "A bar.")]),
    ],
)


def test_markdown_leaves_pictures_out() -> None:
    """A section that is only a picture is not in the Markdown."""
    assert REPORT.markdown() == (
        "# Title <1>\n\n## Figures\n\n| Total | Failed % |\n| --- | ---: |\n| 5 | 0.00 |\n\n"
        "## Rows\n\n| Name | n |\n| --- | ---: |\n| a & b | 1 |\n\n- first\n- second\n\nDone.\n"
    )


def test_the_page_needs_nothing_beside_it() -> None:
    """No script from elsewhere, no style sheet, no image and no address is loaded; what draws the charts is in it."""
    page = REPORT.html()

    around = page.replace(drawing.script(), "")
    assert page.count(drawing.script()) == 1
    assert not re.search(r"<script[^>]+src|<link|<img|src=|@import|https?://(?!www\.w3\.org/)", around)


def test_a_page_without_pictures_carries_no_script() -> None:
    """It is as small as its text."""
    assert "<script" not in Report("Words", [Section("", [Text("Done.")])]).html()


def test_a_table_is_not_cut_where_it_is_narrow() -> None:
    """Each cell knows its column, whose name a narrow page shows beside it."""
    page = Report("", [Section("", [Table(["Name", "p95 ms"], [["a", "7"]])])]).html()

    assert '<td data-name="Name">a</td><td data-name="p95 ms">7</td>' in page


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
