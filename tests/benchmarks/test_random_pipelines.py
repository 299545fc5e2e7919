"""Pipelines composed by chance: each agrees with its estimator, or is refused in one sentence and not written."""

import pytest

from benchmarks.random_pipelines import run


@pytest.mark.slow
def test_sample_ends_in_an_answer_or_a_sentence() -> None:
    """Three of the thousand: none raises anything but a refusal."""
    assert [result for result in run(range(3)) if result.verdict == "broken"] == []


@pytest.mark.soak
def test_a_thousand_agree_or_are_refused() -> None:
    """None is broken, and none answers otherwise than its estimator."""
    assert [result for result in run(range(1000)) if result.verdict not in ("equal", "refused")] == []
