"""The README's table is written by the benchmark and by nobody else."""

from pathlib import Path

import pytest

from benchmarks.marks import NoMarks
from benchmarks.readme import MARKS, SHOWN, replace_figures
from tests.conftest import REPOSITORY

BEGIN, END = f"<!-- {MARKS}:begin -->", f"<!-- {MARKS}:end -->"


def results() -> dict[str, object]:
    """Results of every contestant that the table shows, as small as they can be."""
    full = {name: {"median": 7.0} for name in ("init_ms", "peak_memory_mb", "warm_p50_ms", "warm_per_second")}
    shares = {"1": {**full, "usd_per_million": 0.2}}
    each = {"title": "a title", "zip_bytes": None, "unzipped_bytes": 2_000_000, "shares": shares}
    return {
        "contestants": dict.fromkeys(SHOWN, each),
        "machine": {"processor": "a processor", "cores": 2},
        "date": "2026-01-01",
    }


def test_only_what_is_between_the_marks_changes(tmp_path: Path) -> None:
    """Words before and after the table stay to the byte."""
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nstale\n{END}\nafter\n", "utf-8")

    replace_figures(readme, results())

    text = readme.read_text("utf-8")
    assert text.startswith(f"before\n{BEGIN}\n\n| | zip |")
    assert text.endswith(f"[all of it](docs/benchmarks.md).\n\n{END}\nafter\n")
    assert "| a title | no zip holds it | 2 MB | 7 ms | 7 MB | 7.00 ms | 7 | 0.20 |" in text
    assert "stale" not in text


def test_a_readme_without_marks_is_refused(tmp_path: Path) -> None:
    """A figure that nobody would renew is not written."""
    (tmp_path / "README.md").write_text("no marks", "utf-8")

    with pytest.raises(NoMarks):
        replace_figures(tmp_path / "README.md", results())


def test_this_readme_has_the_marks() -> None:
    """`make bench` finds the place of its table."""
    text = (REPOSITORY / "README.md").read_text("utf-8")

    assert BEGIN in text.partition(END)[0]
