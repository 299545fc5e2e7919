"""Events that only look like requests: refused in one sentence, and never a failure of ours."""

import copy
import json
from typing import Any

import pytest

from sparely.handler.other_events import UnknownEvent
from support.sample_service import SERVICE
from tests.handler.lookalikes import BALANCER, HTTP, REST, URL, lookalikes

SAMPLE, MANY = 3_000, 200_000
SEED = 18


def refused(event: Any, context: Any) -> str:
    """What the event is, as it is told."""
    with pytest.raises(UnknownEvent) as raised:
        SERVICE(event, context)
    return str(raised.value).partition("; this function takes ")[0]


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ({**HTTP, "body": {"instances": []}}, "The event is a request whose body is an object"),
        ({**REST, "body": 5}, "The event is a request whose body is a number"),
        ({**BALANCER, "body": ["x"]}, "The event is a request whose body is a list"),
        ({**REST, "httpMethod": None}, "The event is a request whose method is null"),
        ({**HTTP, "headers": {"content-type": 5}}, "The event is a request with a number in its headers"),
        ({**HTTP, "pathParameters": {"area": "a"}}, "The event is a request without model in its path parameters"),
        ({**HTTP, "pathParameters": ["a"]}, "The event is a request whose path parameters is a list"),
        (
            {**URL, "rawPath": None},
            "The event is an object with version, routeKey, rawPath, rawQueryString, headers",
        ),
        (
            {**BALANCER, "multiValueHeaders": {"host": []}},
            "The event is an object with requestContext, httpMethod, path, multiValueQueryStringParameters, "
            "multiValueHeaders",
        ),
        ({"requestContext": {"elb": {}}}, "The event is an object with requestContext"),
    ],
)
def test_what_no_gateway_sends_is_refused(
    event: Any, sentence: str, context: Any, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """The console's test button makes a body an object; nothing is counted or logged."""
    assert refused(event, context) == sentence
    assert (capsys.readouterr().out, caplog.text) == ("", "")


@pytest.mark.parametrize("name", ["a\nb", "a\0b", "\ud800", "", "x" * 100])
def test_a_name_that_is_none_is_not_repeated(name: str, context: Any) -> None:
    """A sentence stays one line."""
    events = [{name: 1}, {"detail-type": name, "other": 1}, {"Records": [{"eventSource": name}]}]

    found = [refused(event, context) for event in events]

    assert found == [
        "The event is an object without known members",
        "The event is an object with detail-type, other",
        "The event is an object with Records",
    ]


def outcome(event: Any, context: Any) -> Any:
    """An answer's status, the sentence of a refusal, or None for what is answered without a status."""
    try:
        answer = SERVICE(event, context)
    except UnknownEvent as error:
        return str(error)
    json.dumps(answer)
    return answer.get("statusCode", answer.get("status"))


def failures(seed: int, count: int, context: Any) -> list[Any]:
    """The events that were answered with a failure of ours, or refused in more than a line."""
    failed = []
    for event in lookalikes(seed, count):
        found = outcome(copy.deepcopy(event), context)
        if found is not None and not (found.isprintable() if isinstance(found, str) else 200 <= found < 500):
            failed.append(event)
    return failed


@pytest.mark.parametrize("count", [SAMPLE, pytest.param(MANY, marks=pytest.mark.soak)])
def test_no_lookalike_is_a_failure_of_ours(
    count: int, context: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever member of a request, a batch or a call is lost or another."""
    monkeypatch.setenv("ANSWER_QUEUE", "AnswerQueue")

    assert failures(SEED, count, context) == []
    assert "ServerFaults" not in capsys.readouterr().out
