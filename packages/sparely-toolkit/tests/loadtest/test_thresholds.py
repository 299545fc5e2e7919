"""The gate."""

from pathlib import Path

import pytest

from sparely_toolkit.loadtest import shapes, thresholds
from sparely_toolkit.loadtest.measurements import Limits, Step, Totals
from sparely_toolkit.problems import Problem
from tests.loadtest.conftest import THRESHOLDS


def _total(*, failures: int = 0, p95_ms: float = 10, p99_ms: float = 20) -> Totals:
    return Totals("Aggregated", 1000, failures, 100.0, 5, p95_ms, p99_ms)


def test_a_run_within_the_thresholds_breaks_none() -> None:
    """Nothing failed and all was quick."""
    assert thresholds.read(THRESHOLDS).breaches("constant", _total(), None) == []


def test_every_broken_threshold_is_told() -> None:
    """Failures, p95 and p99 are told in the order of the file, with what was measured."""
    breaches = thresholds.read(THRESHOLDS).breaches("constant", _total(failures=11, p95_ms=301, p99_ms=1001), None)

    assert [str(breach) for breach in breaches] == [
        "failed_percent: 1.1, the limit is 1.",
        "p95_ms: 301, the limit is 300.",
        "p99_ms: 1001, the limit is 1000.",
    ]


def test_smoke_allows_no_failure() -> None:
    """Under light load not one answer may be wrong."""
    assert len(thresholds.read(THRESHOLDS).breaches("smoke", _total(failures=1), None)) == 1


@pytest.mark.parametrize(("offered", "kept"), [(100, True), (99, False), (None, False)])
def test_steps_are_judged_by_their_breaking_point(offered: float | None, kept: bool) -> None:
    """Steps are meant to break the service; only where they do so counts."""
    breaking = None if offered is None else Step(offered, offered, 1000, 0, 10)

    breaches = thresholds.read(THRESHOLDS).breaches("steps", _total(failures=900, p95_ms=9999), breaking)

    assert (breaches == []) is kept


def test_the_file_speaks_of_shapes_that_exist() -> None:
    """Every table is a shape, or one of the two common ones."""
    assert set(thresholds.read(THRESHOLDS).tables) <= {*shapes.TABLES, "every", "breaking_point"}


def test_a_file_without_tables_breaks_nothing(tmp_path: Path) -> None:
    """A step then holds by the limits that the documentation names."""
    (tmp_path / "thresholds.toml").write_text("")

    gate = thresholds.read(tmp_path / "thresholds.toml")

    assert gate.breaches("constant", _total(failures=1000), None) == []
    assert gate.limits == Limits()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[every]\np50_ms = 1", '[every] has "p50_ms"; it may have failed_percent, p95_ms, p99_ms, breaking_point.'),
        (
            "[breaking_point]\np99_ms = 1",
            '[breaking_point] has "p99_ms"; it may have failed_percent, p95_ms, answered_percent.',
        ),
    ],
)
def test_a_limit_of_nothing_that_is_measured_is_told(content: str, sentence: str, tmp_path: Path) -> None:
    """A misspelt limit would never be broken."""
    (tmp_path / "thresholds.toml").write_text(content)

    with pytest.raises(Problem) as caught:
        thresholds.read(tmp_path / "thresholds.toml")

    assert str(caught.value) == f"thresholds.toml cannot be read: {sentence}"
