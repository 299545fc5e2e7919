"""Whether an answer is right."""

import json
from dataclasses import replace
from typing import Any

import pytest

from sparely.manifest import Tolerance
from sparely_toolkit.contract.gateway_faults import GATEWAY_FAULTS
from sparely_toolkit.loadtest.answers import (
    FAILED,
    FAILED_OR_THROTTLED,
    NO_ANSWER,
    THROTTLED,
    WRONG,
    failure,
    told_apart,
)
from sparely_toolkit.loadtest.instances import Question


def _answer(value: float = 100.0, label: str = "odd", odd: float = 0.9) -> bytes:
    kind = {"label": label, "probabilities": {"odd": odd, "even": 0.1}}
    return json.dumps({"predictions": {"sum": [{"value": value}], "kind": [kind]}, "versions": {}}).encode()


def test_the_golden_answer_is_no_failure(question: Question) -> None:
    """An answer within the parity gate's tolerance is right."""
    assert failure(question, 200, _answer(value=100.0009)) is None


def test_a_model_is_as_right_as_it_was_exported(question: Question) -> None:
    """Of a model with a wider tolerance of its own more is right; of the others as much as before."""
    loose = replace(question, tolerances={**question.tolerances, "sum": Tolerance(relative=1e-3)})

    assert failure(loose, 200, _answer(value=100.05)) is None
    assert failure(loose, 200, _answer(value=100.5)) == WRONG
    assert failure(loose, 200, _answer(odd=0.9005)) == WRONG


@pytest.mark.parametrize("wrong", [{"value": 100.01}, {"label": "even"}, {"odd": 0.91}])
def test_a_wrong_prediction_is_a_failure_whatever_the_status(question: Question, wrong: dict[str, Any]) -> None:
    """A value, label or probability that differs fails, although the status is 200."""
    assert failure(question, 200, _answer(**wrong)) == WRONG


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"predictions": {"sum": [{"value": 100.0}]}}', b"\xff"])
def test_an_incomplete_answer_is_a_failure(question: Question, body: bytes) -> None:
    """Half an answer, another document, or none, is wrong."""
    assert failure(question, 200, body) == WRONG


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, b'{"message":"Service Unavailable"}'),
        (500, b'{"message": "Internal server error"}'),
        (429, b'{"message":"Too Many Requests"}'),
    ],
)
def test_the_gateways_refusals_count_as_throttled(question: Question, status: int, body: bytes) -> None:
    """An HTTP API answers 503, a REST API 500, both 429 for their own rate limits."""
    assert failure(question, status, body) == THROTTLED


def test_the_services_own_500_is_not_throttling(question: Question) -> None:
    """A problem document of the function is counted by its status."""
    assert failure(question, 500, b'{"type":"/problems/internal-error","status":500}') == "status 500"


def test_silence_is_a_failure_of_its_own(question: Question) -> None:
    """A connection that breaks or times out gives no status."""
    assert failure(question, 0, b"") == NO_ANSWER


def test_a_rest_apis_own_words_are_either_of_two(question: Question) -> None:
    """Its template words a throttled call and a failed function alike."""
    body = GATEWAY_FAULTS["DEFAULT_5XX"].template().encode()

    assert failure(question, 502, body) == FAILED_OR_THROTTLED
    assert failure(question, 502, b"{}") == "status 502"


@pytest.mark.parametrize(
    ("failures", "throttled", "found"),
    [
        ({FAILED_OR_THROTTLED: 7}, 7, {THROTTLED: 7}),
        ({FAILED_OR_THROTTLED: 7, WRONG: 1}, 5, {WRONG: 1, THROTTLED: 5, FAILED: 2}),
        ({FAILED_OR_THROTTLED: 7}, 0, {FAILED: 7}),
        ({FAILED_OR_THROTTLED: 7}, 9, {THROTTLED: 7}),
        ({THROTTLED: 3, FAILED_OR_THROTTLED: 2}, 4, {THROTTLED: 4, FAILED: 1}),
        ({WRONG: 2}, 3, {WRONG: 2}),
    ],
)
def test_the_servers_own_count_tells_them_apart(
    failures: dict[str, int], throttled: int, found: dict[str, int]
) -> None:
    """Requests at the run's end may be throttled and no longer be counted."""
    assert told_apart(failures, throttled) == found
