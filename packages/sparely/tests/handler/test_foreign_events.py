"""Events that are no request and nothing else that is taken: refused so that retries and dead letters work."""

from typing import Any

import pytest

from sparely.handler.other_events import UnknownEvent
from support.sample_service import SERVICE
from tests.handler.foreign_events import FOREIGN as USUAL
from tests.handler.rarer_events import RARER

FOREIGN = {**USUAL, **RARER}
TAKEN = (
    "requests of API Gateway, a function URL or a load balancer, "
    '{"area": ..., "model": ..., "instances": [...]}, {"warmup": true} and a schedule\'s event.'
)


@pytest.mark.parametrize("name", FOREIGN)
def test_it_is_refused_in_one_sentence(
    name: str, context: Any, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """The invocation fails, which the runtime records; nothing is counted, and nothing else is logged."""
    with pytest.raises(UnknownEvent) as raised:
        SERVICE(FOREIGN[name], context)

    sentence = str(raised.value)
    assert sentence.startswith("The event is ")
    assert sentence.endswith(f"; this function takes {TAKEN}")
    assert "\n" not in sentence
    assert raised.value.__context__ is None
    assert (capsys.readouterr().out, caplog.text) == ("", "")


def test_there_are_more_than_two_hundred_kinds() -> None:
    """Each in a shape of its own, or under a name of its own."""
    assert len(FOREIGN) == len(USUAL) + len(RARER) >= 240
    assert len({repr(event) for event in FOREIGN.values()}) == len(FOREIGN)


@pytest.mark.parametrize(
    ("name", "described"),
    [
        ("s3-ObjectCreated:Put", 'a list of records of "aws:s3"'),
        ("sns", 'a list of records of "aws:sns"'),
        ("bridge-aws.ecr-ECR Image Scan", 'an object with "detail-type": "ECR Image Scan"'),
        ("cognito-PreSignUp_SignUp", 'an object with "triggerSource": "PreSignUp_SignUp"'),
        ("authorizer-2", 'an object with "type": "REQUEST"'),
        ("web-socket-CONNECT", "an object with requestContext, headers, body, isBase64Encoded"),
        ("step-functions-text", "a text"),
        ("step-functions-number", "a number"),
        ("step-functions-list", "a list"),
        ("step-functions-null", "null"),
        ("step-functions-flag", "true or false"),
        ("step-functions-empty", "an object without known members"),
    ],
)
def test_the_sentence_names_what_was_given(name: str, described: str, context: Any) -> None:
    """By what an event says of itself."""
    with pytest.raises(UnknownEvent) as raised:
        SERVICE(FOREIGN[name], context)

    assert str(raised.value) == f"The event is {described}; this function takes {TAKEN}"


def test_where_there_is_a_queue_its_messages_are_among_what_is_taken(
    context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the template has it."""
    monkeypatch.setenv("ANSWER_QUEUE", "AnswerQueue")

    with pytest.raises(UnknownEvent, match=r"a schedule's event and messages of a queue\.$"):
        SERVICE("ping", context)
