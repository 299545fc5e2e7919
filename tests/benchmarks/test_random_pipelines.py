"""Pipelines composed by chance: each agrees with its estimator, or is refused in one sentence and not written."""

import sys
import time

import pytest

from benchmarks.random_pipelines.trial import Result, run, tried
from benchmarks.random_pipelines.workers import guarded


@pytest.mark.slow
def test_sample_ends_in_an_answer_or_a_sentence() -> None:
    """Four of the thousand: none differs, is wrong, or raises anything but a refusal."""
    assert [result for result in run(range(4)) if result.verdict not in ("equal", "refused")] == []


@pytest.mark.soak
def test_a_thousand_agree_or_are_refused() -> None:
    """None is broken, none without an end, and none answers otherwise than its estimator."""
    assert [result for result in guarded(range(1000)) if result.verdict not in ("equal", "refused")] == []


def test_what_does_not_end_is_a_verdict() -> None:
    """The next seed is tried by another process."""
    found = list(guarded([1, 2], most_s=0.5, attempt=_asleep))

    assert [result.verdict for result in found] == ["no end", "equal"]


def test_what_ends_the_process_is_a_verdict() -> None:
    """As a fault in a library does."""
    found = list(guarded([1, 2], attempt=_ended))

    assert [result.verdict for result in found] == ["killed", "equal"]


def _asleep(seed: int) -> Result:
    if seed == 1:
        time.sleep(60)
    return Result(seed, "equal", "")


def _ended(seed: int) -> Result:
    if seed == 1:
        sys.exit(3)
    return Result(seed, "equal", "")


@pytest.mark.slow
def test_a_seed_gives_the_same_pipeline() -> None:
    """On any day."""
    assert tried(7) == tried(7)
