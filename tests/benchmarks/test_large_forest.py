"""A forest of some hundred MB is fitted, exported and comes out whole; the ordinary sample is a small one."""

from pathlib import Path

import pytest

from benchmarks import large_forest
from sparely.archive import read_archive
from sparely.bundle import MODEL
from sparely_export.trees.shrinking import LEAST_NODES


@pytest.mark.parametrize(
    ("rows", "trees", "least_bytes"),
    [(1_000, 3, 10_000), pytest.param(105_000, 84, 100_000_000, marks=pytest.mark.soak)],
    ids=["small", "120 MB"],
)
def test_a_forest_is_exported_and_says_what_that_took(tmp_path: Path, rows: int, trees: int, least_bytes: int) -> None:
    """In a process of its own, as a user does it."""
    model, sample, nodes = large_forest.fit(rows, trees, tmp_path)

    report = large_forest.export(model, sample, tmp_path / "forest.zip")

    assert nodes > rows * trees
    assert len(read_archive(tmp_path / "forest.zip")[MODEL]) > least_bytes
    assert "all labels equal" in report
    assert nodes < LEAST_NODES or "less for the same answers" in report
    assert "MB of memory" in report
