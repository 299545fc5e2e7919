"""Lambda's API as the checks use it, by botocore's Stubber."""

import io
import json
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from sparely.check.target import Target
from tests.check.conftest import FUNCTION, NEW


@pytest.fixture
def client() -> Any:
    return boto3.client("lambda", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


def body(text: str) -> StreamingBody:
    return StreamingBody(io.BytesIO(text.encode()), len(text))


def test_a_version_is_invoked_with_the_event(client: Any) -> None:
    """One synchronous invocation of the version's ARN; the answer's body is parsed, the time taken."""
    answer = json.dumps({"statusCode": 200, "body": '{"predictions": {}}'})
    times = iter([1.0, 1.25])
    with Stubber(client) as stub:
        stub.add_response("invoke", {"Payload": body(answer)}, {"FunctionName": NEW, "Payload": b'{"a": 1}'})

        reply = Target(client, NEW, lambda: 60_000, clock=lambda: next(times)).ask({"a": 1})

    assert (reply.status, reply.document, reply.duration_ms, reply.problem) == (200, {"predictions": {}}, 250.0, "")


def test_a_function_error_is_no_answer(client: Any) -> None:
    """What Lambda marks as an error of the function is told in the function's words."""
    fault = json.dumps({"errorType": "Runtime.ExitError", "errorMessage": "RequestId: 1 Error: Runtime exited"})
    with Stubber(client) as stub:
        stub.add_response("invoke", {"FunctionError": "Unhandled", "Payload": body(fault)})

        reply = Target(client, NEW, lambda: 60_000).ask({})

    assert reply.problem == "the function failed: RequestId: 1 Error: Runtime exited"


def test_a_refusal_of_lambda_is_raised(client: Any) -> None:
    """A throttle or a missing right is the check's own failure, which the entry point reports."""
    with Stubber(client) as stub:
        stub.add_client_error("invoke", "TooManyRequestsException")

        with pytest.raises(client.exceptions.TooManyRequestsException):
            Target(client, NEW, lambda: 60_000).ask({})


def test_another_version_is_asked_in_the_same_way(client: Any) -> None:
    """The unpublished function's configuration says what was deployed last."""
    with Stubber(client) as stub:
        stub.add_response("get_function_configuration", {"CodeSha256": "aaa="}, {"FunctionName": FUNCTION})

        assert Target(client, NEW, lambda: 60_000).at(FUNCTION).configuration()["CodeSha256"] == "aaa="
