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
    verdict = {"passed": True, "findings": [], "figures": {}}
    aws.add_response("invoke", {"Payload": body(json.dumps(verdict))}, {"FunctionName": "check", "Payload": b"{}"})

    assert ask(client, "check") == verdict


def test_a_check_that_dies_is_told(stub: Stub) -> None:
    """No verdict is not a good one."""
    client, aws = stub("lambda")
    fault = body('{"errorMessage": "Task timed out after 300.00 seconds"}')
    aws.add_response("invoke", {"FunctionError": "Unhandled", "Payload": fault})

    with pytest.raises(Problem, match=r"^check failed: Task timed out after 300\.00 seconds$"):
        ask(client, "check")
