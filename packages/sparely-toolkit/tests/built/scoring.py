"""A built package, a model of it, and files that it scores: what both tests of `sparely score` share."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sparely.bundle import Bundle, read_bundles
from sparely_toolkit.local.template import read_built
from sparely_toolkit.project import Project
from sparely_toolkit.score.asked import target_of
from sparely_toolkit.score.process import Target
from support.tables import table as golden_table

MODEL = "winery/cultivar"


@pytest.fixture(scope="module")
def bundle(project: Project) -> Bundle:
    """The model that is asked."""
    return next(each for each in read_bundles(project.models) if each.path == MODEL)


@pytest.fixture(scope="module")
def target(project: Project) -> Target:
    """It, in the built package."""
    return target_of(project, read_built(project).function, MODEL)


@pytest.fixture
def rows(tmp_path: Path, bundle: Bundle) -> Callable[..., Path]:
    """Write a CSV of n rows, golden ones in turns, with some lines of one's own instead."""

    def write(count: int, lines: dict[int, str] | None = None, name: str = "rows.csv") -> Path:
        file = tmp_path / name
        content = golden_table(bundle, count, lines or {})
        file.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return file

    return write


def table(file: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    content = file.read_bytes()
    text = (gzip.decompress(content) if file.suffix == ".gz" else content).decode()
    return [*csv.DictReader(io.StringIO(text, newline=""))]


def of_form(file: Path, suffix: str) -> Path:
    """A CSV as JSON lines or Parquet."""
    made = file.with_suffix(suffix)
    if suffix == ".jsonl":
        named = [{name: number(cell) for name, cell in row.items()} for row in table(file)]
        made.write_text("".join(f"{json.dumps(row)}\n" for row in named), "utf-8")
    elif suffix == ".parquet":
        arrow_csv, pq = pytest.importorskip("pyarrow.csv"), pytest.importorskip("pyarrow.parquet")
        pq.write_table(arrow_csv.read_csv(file), made, row_group_size=5_000)
    return made


def number(cell: str) -> float | int:
    """A cell as JSON has it."""
    return int(cell) if cell.isdecimal() else float(cell)
