"""Figures become a page and pictures, the same way every time."""

import json
import re
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import picture, write
from benchmarks.cost import memory_setting_mb, read_prices, usd_per_million
from benchmarks.measurement import Run, ratios, summary
from benchmarks.page import charts, to_markdown
from benchmarks.processor import FULL
from benchmarks.results import compose
from benchmarks.roster import CONTESTANTS, SERVICE
from sparely_toolkit.pictures.bars import below
from sparely_toolkit.pictures.drawing import to_svg
from tests.conftest import REPOSITORY, files

ROLE = "aria-roledescription"


def a_run(factor: float) -> Run:
    return Run(*(factor * each for each in (100.0, 110.0, 0.5, 0.8, 1.0, 1_900.0, 40.0)))


@pytest.fixture
def results() -> dict[str, Any]:
    """Results in which every contestant takes twenty times what the service takes."""
    runs = {
        each.key: [a_run(1.0 if each is SERVICE else 20.0), a_run(1.1 if each is SERVICE else 22.0)]
        for each in CONTESTANTS
    }
    weights: dict[str, dict[str, int | None]] = {
        each.key: {"zip_bytes": None if each.image else 9_000_000, "unzipped_bytes": 20_000_000} for each in CONTESTANTS
    }
    settings = {"package_sha256": "0" * 64, "questions": 32, "rounds": {"1": 2}, "requests": {"1": 300}}
    return compose(weights, {FULL: runs}, {"handler_ratio": 3.0, "peak_memory_mb": 44.0}, settings)


def test_ratios_are_taken_pair_by_pair() -> None:
    """A slow round slows both of a pair, so the ratio of each round is the same."""
    runs = {"a": [a_run(4.0), a_run(40.0)], "b": [a_run(2.0), a_run(20.0)]}

    assert ratios(runs, "init_ms", "a", "b") == [2.0, 2.0]


def test_spread_is_told_by_quartiles() -> None:
    """Of one to nine the median is five, the quartiles three and seven."""
    spread = summary([float(each) for each in range(1, 10)])

    assert (spread.lower, spread.median, spread.upper) == (3.0, 5.0, 7.0)
    assert summary([1.0, 2.0]).upper == 2.0


def test_a_million_requests_are_billed_in_whole_ms_at_the_memory_setting() -> None:
    """1,024 MB for 1.2 ms is 2 GB-ms a request: 2,000 GB-seconds and the requests."""
    assert usd_per_million(1.2, 1_024, read_prices()) == pytest.approx(0.2 + 2_000 * 0.0000166667)
    assert [memory_setting_mb(each) for each in (40.0, 102.4, 103.0)] == [128, 128, 129]


def test_the_page_holds_results_first_and_what_is_needed_to_repeat_them(results: dict[str, Any]) -> None:
    """Every contestant has its row; reading and method follow the tables."""
    page = to_markdown(results)

    assert all(f"| {each.title} |" in page for each in CONTESTANTS)
    places = [
        page.index(each) for each in ("## Size and cost", "## At 1 vCPU", "## How to read it", "## Method", "- Commit:")
    ]
    assert places == sorted(places)


def test_the_bill_names_its_parts(results: dict[str, Any]) -> None:
    """Gateway, Lambda, the three kinds of log lines, metrics; a floor has none, and only our handler has metrics."""
    page = to_markdown(results)

    assert "| this service | 1.00 | 0.20 | 0.20 | 0.42 | 0.12 | 3.30 | 5.23 |" in page
    assert re.search(r"\| FastAPI \+ Mangum \+ onnxruntime \| 1.00 \| 0.\d\d \| 0.00 \| 0.42 \| 0.12 \| 0.00 \|", page)
    assert page.count("| 0.42 | 0.12 |") == len(CONTESTANTS) - 2


def test_page_pictures_and_the_readmes_table_are_written(results: dict[str, Any], tmp_path: Path) -> None:
    """And nothing but what was measured."""
    shutil.copytree(REPOSITORY / "docs", tmp_path / "docs")
    shutil.copy(REPOSITORY / "README.md", tmp_path)

    write(results, tmp_path)

    changed = {name for name in files(tmp_path) if (tmp_path / name).read_bytes() != (REPOSITORY / name).read_bytes()}
    pictures = {f"docs/images/{name}" for name in charts(results)}
    assert changed == pictures | {"README.md", "docs/benchmarks.md", "benchmarks/results.json"}


def test_a_promise_that_is_not_kept_is_said(results: dict[str, Any]) -> None:
    """The page shows a missed limit in bold, beside the figure."""
    page = to_markdown(results)

    assert "| handler, over json.loads, engine, json.dumps | 3.00 | at most 2.4 | **no** |" in page
    assert "| init, times faster than scikit-learn + pandas with bytecode | 20.00 | at least 12 | yes |" in page


def test_the_least_bar_is_the_services(results: dict[str, Any]) -> None:
    """Pictures are well-formed SVG whose bars are to scale."""
    for drawn in charts(results).values():
        svg = ElementTree.fromstring(to_svg(below(drawn), title=""))
        bars = [each for each in svg.iter("{http://www.w3.org/2000/svg}path") if each.get(ROLE) == "bar"]

        assert len(bars) == len(drawn) * (len(CONTESTANTS) - 1)
    (init,) = charts(results)["benchmark-init.svg"]
    ours, other, *_ = [each["value"] for each in init["data"]["values"] if "value" in each]
    assert other == pytest.approx(20 * ours)


@pytest.mark.parametrize("name", ["benchmark-init.svg", "benchmark-memory-and-size.svg"])
def test_pictures_are_the_same_for_the_same_figures(name: str) -> None:
    """A new run that measures the same leaves no difference: the pictures are what results.json draws."""
    measured = json.loads((REPOSITORY / "benchmarks" / "results.json").read_text("utf-8"))

    assert picture(charts(measured)[name]) == (REPOSITORY / "docs" / "images" / name).read_text("utf-8")
