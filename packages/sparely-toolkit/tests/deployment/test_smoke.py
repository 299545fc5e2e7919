"""The check after traffic, run by hand."""

import io
import json

import pytest
from botocore.response import StreamingBody

from sparely_toolkit.deployment.smoke import ask
from sparely_toolkit.problems import Problem
from tests.deployment.conftest import Stub


def body(text: str) -> StreamingBody:
    return StreamingBody(io.BytesIO(text.encode()), len(text))


def test_the_deployed_check_gives_the_verdict(stub: Stub) -> None:
    """It is invoked without a deployment, so it reports to nobody else."""
    client, aws = stub("lambda")
    verdict = {"passed": True, "findings": [], "figures": {}, "extent": "all"}
    aws.add_response("invoke", {"Payload": body(json.dumps(verdict))}, {"FunctionName": "check", "Payload": b"{}"})

    assert ask(client, "check") == verdict


def test_a_check_that_dies_is_told(stub: Stub) -> None:
    """No verdict is not a good one."""
    client, aws = stub("lambda")
    fault = body('{"errorMessage": "Task timed out after 300.00 seconds"}')
    aws.add_response("invoke", {"FunctionError": "Unhandled", "Payload": fault})

    with pytest.raises(Problem, match=r"^check failed: Task timed out after 300\.00 seconds\.$"):
        ask(client, "check")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("hello", 'check failed: it answers "hello", which is no verdict.'),
        ("", 'check failed: it answers "", which is no verdict.'),
        ("[1]", 'check failed: it answers "[1]", which is no verdict.'),
        ('{"a": 1}', "check failed: what it answers is no verdict; `make deploy` renews it."),
    ],
)
def test_what_is_no_verdict_is_told(stub: Stub, answer: str, sentence: str) -> None:
    """As of a check that somebody has changed, or an older one."""
    client, aws = stub("lambda")
    aws.add_response("invoke", {"Payload": body(answer)})

    with pytest.raises(Problem) as caught:
        ask(client, "check")

    assert str(caught.value) == sentence
