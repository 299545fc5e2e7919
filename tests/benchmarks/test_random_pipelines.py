"""Pipelines composed by chance: each agrees with its estimator, or is refused in one sentence."""

import pytest

from benchmarks.random_pipelines import run


@pytest.mark.slow
def test_sample_agrees_or_is_refused() -> None:
    """Eight of the thousand; none is broken, none differs."""
    assert [result for result in run(range(8)) if result.verdict not in ("equal", "refused")] == []


@pytest.mark.soak
def test_a_thousand_agree_or_are_refused() -> None:
    """None is broken, and none answers otherwise than its estimator."""
    assert [result for result in run(range(1000)) if result.verdict not in ("equal", "refused")] == []
