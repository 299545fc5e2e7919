"""Lambda's API as the checks use it, by botocore's Stubber."""

import io
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from sparely.check.target import OutOfTime, Target, patience_ms
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
    """A missing right is the check's own failure, which the entry point reports."""
    with Stubber(client) as stub:
        stub.add_client_error("invoke", "AccessDeniedException", http_status_code=403)

        with pytest.raises(client.exceptions.ClientError, match="AccessDeniedException"):
            Target(client, NEW, lambda: 60_000).ask({})


@pytest.mark.parametrize("refusals", [1, 2])
def test_a_busy_lambda_is_asked_again(client: Any, refusals: int) -> None:
    """A throttle passes; what is timed is the call that was answered."""
    waited: list[float] = []
    times = iter([1.0] * refusals + [5.0, 5.25])
    with Stubber(client) as stub:
        for _ in range(refusals):
            stub.add_client_error("invoke", "TooManyRequestsException", http_status_code=429)
        stub.add_response("invoke", {"Payload": body('{"statusCode": 200, "body": "{}"}'), "ExecutedVersion": "7"})

        reply = Target(client, NEW, lambda: 60_000, clock=lambda: next(times), wait=waited.append).ask({})

    assert (reply.problem, reply.duration_ms, reply.version) == ("", 250.0, "7")
    assert waited == [1.0, 3.0][:refusals]


def test_a_lambda_that_stays_busy_is_raised(client: Any) -> None:
    """Three times is enough."""
    with Stubber(client) as stub:
        for _ in range(3):
            stub.add_client_error("invoke", "TooManyRequestsException", http_status_code=429)

        with pytest.raises(client.exceptions.TooManyRequestsException):
            Target(client, NEW, lambda: 60_000, wait=lambda _: None).ask({})


class Silent:
    """A connection on which nothing comes."""

    def invoke(self, **_: Any) -> Any:
        raise ReadTimeoutError(endpoint_url="https://lambda.example.com")


def test_a_call_that_never_ends_is_a_fault() -> None:
    """It is waited for once, as long as Lambda would let it run; then the check goes on."""
    reply = Target(Silent(), NEW, lambda: 600_000, patience_ms=30_000).ask({})

    assert reply.problem == "no answer within 30 s"


@pytest.mark.parametrize(("timeout_s", "patience"), [(15, 30_000), (900, 435_000)])
def test_patience_is_the_functions_timeout_or_half_of_the_time(timeout_s: float, patience: float) -> None:
    """The slowest call leaves time for others and for the report."""
    assert patience_ms(timeout_s, 900_000) == patience


def test_no_call_is_begun_that_might_outlast_the_check(client: Any) -> None:
    """30 s are kept for the report, and what the call may take."""
    with pytest.raises(OutOfTime, match=r"^The checks ran out of time\.$"):
        Target(client, NEW, lambda: 59_999, patience_ms=30_000).ask({})


def test_another_version_is_asked_in_the_same_way(client: Any) -> None:
    """The unpublished function's configuration says what was deployed last."""
    with Stubber(client) as stub:
        stub.add_response("get_function_configuration", {"CodeSha256": "aaa="}, {"FunctionName": FUNCTION})

        assert Target(client, NEW, lambda: 60_000).at(FUNCTION).configuration()["CodeSha256"] == "aaa="
