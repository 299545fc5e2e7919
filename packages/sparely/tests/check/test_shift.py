"""Golden rows asked through the alias while traffic moves."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, repeat
from typing import Any

import pytest

from sparely.bundle import Bundle
from sparely.check.settings import Settings
from sparely.check.shift import PAUSE_S, STEADY, Shift, ask_while_shifting
from tests.check.conftest import LIVE, NEW, FakeLambda, right

Models = tuple[Bundle, ...]


def shifted(
    aws: FakeLambda, settings: Settings, models: Models, chosen: Iterator[str], *, lasts_s: float = 900
) -> Shift:
    """Ask an alias that chooses these versions, one after the other, on the clock of the tests."""
    aws.chosen = chosen

    def wait(seconds: float) -> None:
        aws.now += seconds

    alias = aws.way(lasts_s=lasts_s, timeout_s=15)(LIVE)
    return ask_while_shifting(settings, models, alias, clock=lambda: aws.now, wait=wait)


def test_it_ends_when_one_version_answers_all(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """Traffic has moved then; before it began to, and while it is split, both answer now and then."""
    shift = shifted(aws, settings, models, chain(["6"] * 20, ["6", "7"] * 30, repeat("7")))

    assert dict(shift.answered) == {"6": 50, "7": 29 + STEADY}
    assert shift.findings == ()


def test_it_asks_two_a_second(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """What a call takes is part of the pause."""
    shift = shifted(aws, settings, models, repeat("6"))

    assert aws.now == pytest.approx(STEADY * PAUSE_S)
    assert shift.answered.total() == STEADY


def test_a_call_that_is_longer_than_the_pause_is_followed_at_once(
    aws: FakeLambda, settings: Settings, models: Models
) -> None:
    """One after the other: a slow service has fewer."""
    aws.durations_ms[LIVE] = 1400.0

    shifted(aws, settings, models, repeat("6"))

    assert aws.now == pytest.approx(STEADY * 1.4)


def test_it_ends_before_the_function_does(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """A canary of 30 minutes lasts longer than a function may run."""
    shift = shifted(aws, settings, models, chain.from_iterable(repeat(["6", "7"])), lasts_s=120)

    assert 100 < shift.answered.total() < 150
    assert aws.now < 90


def test_rows_are_asked_one_by_one_and_marked(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """As callers ask, and as a check that counts into no metric of callers'."""
    asked: list[Mapping[str, Any]] = []

    def listening(event: Mapping[str, Any]) -> Any:
        asked.append(event)
        return right(event)

    aws.functions[LIVE] = listening
    shifted(aws, settings, models, repeat("7"))

    assert {len(json.loads(event["body"])["instances"]) for event in asked} == {1}
    assert {event["rawPath"] for event in asked} == {f"/predict/{model.path}" for model in models}
    assert all(event["golden"] for event in asked)


def failing(event: Mapping[str, Any]) -> Any:
    """A function that raises."""
    raise RuntimeError("no session")


def test_the_first_wrong_answer_of_the_new_version_ends_it(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """It is told with its route."""
    aws.functions[LIVE] = failing

    shift = shifted(aws, settings, models, chain(["6", "6"], repeat("7")))

    assert dict(shift.answered) == {"6": 2, "7": 1}
    assert shift.findings == ("/predict/winery/alcohol: the function failed: no session",)
    assert shift.summary("7") == (
        "While traffic moved: 3 golden calls through the alias, 1 answered by version 7; the last of them is wrong: "
        "/predict/winery/alcohol: the function failed: no session."
    )


def test_what_the_version_before_answers_is_not_judged(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """It has other models, and callers know what it gives."""
    aws.functions[LIVE] = failing

    assert shifted(aws, settings, models, repeat("6")).findings == ()


def test_another_clock_ends_it_too(aws: FakeLambda, settings: Settings, models: Models) -> None:
    """The rehearsal says itself when traffic has moved."""
    answers = iter([True, True, False])
    aws.chosen = repeat("7")

    shift = ask_while_shifting(
        replace(settings), models, aws.target(LIVE), wait=lambda _: None, goes_on=lambda: next(answers)
    )

    assert shift.answered.total() == 2
    assert NEW.endswith(":7")
