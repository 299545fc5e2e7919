"""InvokeEndpoint's errors as the client sees them, by botocore's own parsing of recorded answers."""

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from proxy.endpoint import Answered, Call, invoke
from proxy.errors import EndpointBusy, EndpointFailed, EndpointTimedOut

CALL = Call("clinic.tar.gz", "route=x", "application/json", b"{}")
PROBLEM = json.dumps({"type": "urn:problem-type:does-not-fit", "status": 422})


@pytest.fixture
def client() -> Any:
    return boto3.client("sagemaker-runtime", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.fixture
def stub(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber


def test_an_answer_goes_on_with_the_versions_that_gave_it(client: Any, stub: Stubber) -> None:
    """Body, content type, and the attributes that the container sent back."""
    body = StreamingBody(io.BytesIO(b'{"predictions":{}}'), 18)
    sent = {
        "EndpointName": "e",
        "TargetModel": "clinic.tar.gz",
        "CustomAttributes": "route=x",
        "ContentType": "application/json",
        "Body": b"{}",
    }
    stub.add_response(
        "invoke_endpoint", {"Body": body, "ContentType": "application/json", "CustomAttributes": "a=1"}, sent
    )

    assert invoke(client, "e", CALL) == Answered(200, "application/json", '{"predictions":{}}', "a=1")


def test_the_containers_own_fault_goes_on(client: Any, stub: Stubber) -> None:
    """Status and body out of ModelError."""
    stub.add_client_error(
        "invoke_endpoint",
        "ModelError",
        "m",
        424,
        modeled_fields={"OriginalStatusCode": 422, "OriginalMessage": PROBLEM},
    )

    assert invoke(client, "e", CALL) == Answered(422, "application/problem+json", PROBLEM)


@pytest.mark.parametrize(
    ("code", "status", "fields", "expected"),
    [
        ("ModelError", 424, {"OriginalStatusCode": 500, "OriginalMessage": "Traceback"}, EndpointFailed),
        (
            "ModelError",
            424,
            {"OriginalStatusCode": 0, "OriginalMessage": "Your invocation timed out"},
            EndpointTimedOut,
        ),
        ("ModelNotReadyException", 429, {}, EndpointBusy),
        ("ThrottlingException", 400, {}, EndpointBusy),
        ("ServiceUnavailable", 503, {}, EndpointBusy),
        ("InternalDependencyException", 530, {}, EndpointBusy),
        ("InternalFailure", 500, {}, EndpointFailed),
        ("ValidationError", 400, {}, EndpointFailed),
        ("AccessDeniedException", 403, {}, EndpointFailed),
    ],
)
def test_the_endpoints_errors_are_ours(
    client: Any, stub: Stubber, code: str, status: int, fields: dict[str, Any], expected: type[Exception]
) -> None:
    """None of them is the caller's to mend, so all are 5xx."""
    for _ in range(2):  # the standard mode tries again after some
        stub.add_client_error("invoke_endpoint", code, "m", status, modeled_fields=fields)

    with pytest.raises(expected):
        invoke(client, "e", CALL)
