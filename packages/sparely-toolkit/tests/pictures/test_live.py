"""Charts in a page, in a browser: they fill its width, follow the pointer, and their legend chooses."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.loadtest.page import Picture, Report, Section, Table
from sparely_toolkit.pictures import style
from sparely_toolkit.pictures.lines import Line, lines
from sparely_toolkit.pictures.parts import Axis
from support.servers import answering
from tests.local.browser import Browser, Page

LINES = [Line("first", [(0, 1), (10, 5)]), Line("second", [(0, 2), (10, 4)])]
REPORT = Report(
    "Shown",
    [
        Section("Course", [Picture(lines(LINES, Axis("seconds"), Axis("ms")), "Two lines.")]),
        Section("Rows", [Table(["Name", *("a figure of many words" for _ in range(9))], [["a" * 60, *"123456789"]])]),
    ],
)
DRAWN = "document.querySelectorAll('figure .vega-embed svg .mark-line path').length === 2"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The page over HTTP."""
    (tmp_path / "page.html").write_text(REPORT.html(), "utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=tmp_path))
    with answering(server):
        yield f"http://127.0.0.1:{server.server_port}/page.html"


def see(address: str, act: Callable[[Page], Awaitable[Any]], *, width: int = 1280) -> Any:
    """Do something in the page once its chart is drawn."""

    async def visit() -> Any:
        async with Browser(address, width=width) as page:
            await page.until(DRAWN)
            return await act(page)

    return asyncio.run(visit())


async def point_at(page: Page, selector: str, *kinds: str) -> None:
    """Move the pointer over the middle of an element, and press it where `kinds` say so."""
    at = await page.run(
        f"(() => {{ const box = document.querySelector('{selector}').getBoundingClientRect();"
        " return {x: box.x + box.width / 2, y: box.y + box.height / 2} })()"
    )
    for kind in ("mouseMoved", *kinds):
        await page.send("Input.dispatchMouseEvent", type=kind, **at, button="left", clickCount=1)


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_is_wider_than_the_page(address: str, width: int) -> None:
    """Neither a chart nor a table of ten columns; and the page asks for nothing beside it."""

    async def measure(page: Page) -> Any:
        return await page.run(
            "({wide: document.documentElement.scrollWidth - innerWidth,"
            " chart: document.querySelector('figure svg').getBoundingClientRect().width,"
            " room: document.querySelector('figure').clientWidth,"
            " cut: [...document.querySelectorAll('table')].filter(each => each.scrollWidth > each.clientWidth).length,"
            " asked: performance.getEntriesByType('resource').map(each => each.name)"
            "   .filter(name => !name.startsWith('data:') && !name.endsWith('favicon.ico'))})"
        )

    seen = see(address, measure, width=width)

    assert seen["wide"] <= 0
    assert seen["cut"] == 0
    assert seen["room"] - 20 <= seen["chart"] <= seen["room"]
    assert seen["asked"] == []


def test_a_click_on_the_legend_leaves_its_line(address: str) -> None:
    """The others fade."""

    async def choose(page: Page) -> Any:
        await point_at(page, "figure .role-legend-symbol path", "mousePressed", "mouseReleased")
        faded = "[...document.querySelectorAll('figure .mark-line path')].map(each => each.getAttribute('opacity'))"
        await page.until(f"{faded}.some(each => Number(each ?? 1) < 1)")
        return await page.run(faded)

    assert [float(each or 1) for each in see(address, choose)] == [1, 0.12]


def test_the_pointer_brings_figures(address: str) -> None:
    """The nearest point's place, line and value are told."""

    async def hover(page: Page) -> Any:
        await point_at(page, "figure .mark-line path")
        return await page.until("(document.querySelector('#vg-tooltip-element.visible') || {}).innerText")

    told = see(address, hover).split()

    assert {"seconds", "of", "ms"} <= {*told}
    assert "first" in told or "second" in told


def test_a_dark_page_has_dark_charts(address: str) -> None:
    """And changes while it is open, when the reader's machine does."""

    async def darken(page: Page) -> Any:
        scheme = {"name": "prefers-color-scheme", "value": "dark"}
        await page.send("Emulation.setEmulatedMedia", features=[scheme])
        colour = "document.querySelector('figure .mark-line path').getAttribute('stroke')"
        return await page.until(f"{colour} === '{style.SERIES[0][1]}' && {colour}")

    assert see(address, darken) == style.SERIES[0][1]
