"""InvokeEndpoint's errors as the client sees them, by botocore's own parsing of recorded answers."""

import io
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from sparely_sagemaker.proxy.endpoint import (
    Answered,
    Call,
    EndpointBusy,
    EndpointFailed,
    EndpointTimedOut,
    connect,
    invoke,
)

CALL = Call("clinic.tar.gz", "route=x", "application/json", b"{}")
PROBLEM = json.dumps({"type": "urn:problem-type:does-not-fit", "status": 422})


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    return connect(timeout_s=0.2)


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
    stub.add_client_error("invoke_endpoint", code, "m", status, modeled_fields=fields)

    with pytest.raises(expected):
        invoke(client, "e", CALL)


@dataclass
class Listener:
    """A server that takes connections and answers none."""

    url: str
    taken: list[socket.socket]


@pytest.fixture
def listener(request: pytest.FixtureRequest) -> Iterator[Listener]:
    """It keeps what it has taken, or closes it where the test says so."""
    server = socket.create_server(("127.0.0.1", 0))
    found = Listener(f"http://127.0.0.1:{server.getsockname()[1]}", [])

    def take() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                found.taken.append(connection)
                if request.param:
                    connection.recv(65_536)
                    connection.close()

    thread = threading.Thread(target=take)
    thread.start()
    yield found
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()
    for connection in found.taken:
        connection.close()


@pytest.mark.parametrize(
    ("listener", "expected", "asked"), [(False, EndpointTimedOut, 1), (True, EndpointFailed, 2)], indirect=["listener"]
)
def test_only_a_lost_connection_is_tried_again(
    client: Any, listener: Listener, expected: type[Exception], asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second wait for a slow endpoint would outlast the function, and its caller would learn nothing."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", listener.url)

    with pytest.raises(expected):
        invoke(connect(timeout_s=0.2), "e", CALL)

    assert len(listener.taken) == asked
