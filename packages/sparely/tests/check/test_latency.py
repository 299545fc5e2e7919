"""Whether a version is slower than it may be."""

import pytest

from sparely.check.latency import percentile, slowness


@pytest.mark.parametrize(("percent", "expected"), [(50, 10), (95, 19), (99, 20), (100, 20), (0, 1)])
def test_a_percentile_is_a_measured_value(percent: float, expected: float) -> None:
    """The nearest rank of 1 to 20 ms."""
    assert percentile(list(range(20, 0, -1)), percent) == expected


def test_one_value_is_every_percentile() -> None:
    """The shortest list has an answer."""
    assert percentile([7.0], 95) == 7.0


@pytest.mark.parametrize(("new", "told"), [(40.0, []), (40.1, ["p95 of 20 calls is 40.1 ms"])])
def test_the_live_version_sets_the_pace(new: float, told: list[str]) -> None:
    """Up to 1.5 times 20 ms and 10 ms more is as fast."""
    found = [each.partition(";")[0] for each in slowness([new] * 20, [20.0], slower_at_most=1.5, limit_ms=1000)]

    assert found == told


def test_of_few_calls_the_slowest_is_told() -> None:
    """A percentile of three calls would sound like more than it is."""
    assert list(slowness([20.0, 30.0, 41.0], [20.0], slower_at_most=1.5, limit_ms=1000)) == [
        "the slowest of 3 calls is 41.0 ms; the version now live has 20.0 ms, which allows 40.0 ms"
    ]


def test_few_outliers_are_no_slowness() -> None:
    """One call in twenty may be slow."""
    assert list(slowness([20.0] * 19 + [900.0], [20.0] * 20, slower_at_most=1.5, limit_ms=1000)) == []
