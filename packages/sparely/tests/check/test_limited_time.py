"""What a check does in the time that it has: a slow service is asked less, and judged all the same."""

from dataclasses import replace

import pytest

from sparely.check.settings import Settings
from sparely.check.verdict import Verdict, check_new_version
from tests.check.conftest import LIVE, NEW, FakeLambda, Models


def lasting(aws: FakeLambda, settings: Settings, models: Models, *, lasts_s: float, call_s: float) -> Verdict:
    """A check of versions whose calls all take as long, in a function of this timeout; 30 s are kept for the report."""
    aws.durations_ms = dict.fromkeys((NEW, LIVE), call_s * 1000)
    way = aws.way(lasts_s=lasts_s, timeout_s=call_s + 1)
    slow = replace(settings, calls=100, latency_limit_ms=call_s * 1000 + 1)
    verdict = check_new_version(slow, models, way(NEW), way(LIVE))
    assert aws.now < lasts_s - 30
    return verdict


@pytest.mark.parametrize(
    ("lasts_s", "call_s", "calls"), [(900, 1.4, 100), (300, 1.4, 40), (900, 30, 3), (300, 30, 0), (300, 0.1, 100)]
)
def test_questions_are_as_many_as_there_is_time_for(
    aws: FakeLambda, settings: Settings, models: Models, lasts_s: float, call_s: float, calls: int
) -> None:
    """A service is deployed a second time however long its golden call takes, and the verdict says what it rests on."""
    verdict = lasting(aws, settings, models, lasts_s=lasts_s, call_s=call_s)

    assert verdict.findings == ()
    assert verdict.extent == f"8 of 8 golden questions asked, {calls} of 100 calls timed"


def test_a_slow_version_is_found_in_few_calls(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """Twice as slow as the one now live, which takes 30 s: what was measured is judged, and measured again."""
    aws.durations_ms = {NEW: 60_000.0, LIVE: 30_000.0}
    way = aws.way(lasts_s=900, timeout_s=61)

    verdict = check_new_version(replace(settings, latency_limit_ms=60_000), models[:1], way(NEW), way(LIVE))

    (finding,) = verdict.findings
    assert finding.endswith("calls is 60000.0 ms; the version now live has 30000.0 ms, which allows 45010.0 ms")


def test_without_time_for_a_timed_call_the_answers_are_judged(
    aws: FakeLambda, settings: Settings, models: Models
) -> None:
    """Their own times are all that there is; the first may have waited for a start."""
    aws.durations_ms = dict.fromkeys((NEW, LIVE), 30_000.0)
    way = aws.way(lasts_s=300, timeout_s=31)

    verdict = check_new_version(settings, models, way(NEW), way(LIVE))

    assert verdict.findings == ("the slowest of 7 calls is 30000.0 ms; the limit, LatencyLimitMs, is 1000 ms",)


def test_a_question_that_comes_second_may_be_left_out(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """Every model has been asked what callers get; of the bare models there was time for some."""
    verdict = lasting(aws, settings, models, lasts_s=300, call_s=40)

    assert verdict.findings == ()
    assert verdict.extent == "6 of 8 golden questions asked, 0 of 100 calls timed"


def test_a_model_that_nobody_could_ask_is_found(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """What was not looked at does not pass."""
    verdict = lasting(aws, settings, models, lasts_s=120, call_s=25)

    assert verdict.findings == (
        f"there was no time to ask 2 of 4 models, {models[2].path} first: give the function that checks a longer "
        "Timeout in template.yaml, of at most 900 s",
    )
