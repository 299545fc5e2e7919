"""What clients of the Open Inference Protocol send beside good requests, and what they read of an answer."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.handler.conftest import Reply
from tests.handler.echo import CULTIVAR, ROW, tensor

Call = Callable[..., Reply]
READY = ["/v2/health/live", "/v2/health/ready", "/v2/models/cultivar/ready"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", CULTIVAR, 422),
        ("POST", "/v2/models/nothing/infer", 404),
        ("GET", "/v2/nothing", 404),
        ("DELETE", "/v2/models/cultivar", 405),
        ("POST", "/v2", 405),
    ],
)
def test_a_fault_of_the_protocol_is_json(call: Call, method: str, path: str, status: int) -> None:
    """The document is that of the other dialect, with the member that clients read."""
    reply = call(method, path, {})

    assert (reply.status, reply.headers["content-type"]) == (status, "application/json")
    assert reply.document["error"] == reply.document["detail"]


@pytest.mark.parametrize("path", ["/predict/clinic", "/v20"])
def test_a_fault_of_another_path_is_a_problem(call: Call, path: str) -> None:
    """By its media type."""
    assert call("POST", path, {}).headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
@pytest.mark.parametrize("path", ["/v2", "/v2/health/ready", "/v2/models/cultivar"])
def test_a_last_slash_does_not_matter(call: Call, path: str, payload: str) -> None:
    """KServe's client asks for `/v2/`, which an HTTP API has no route for."""
    assert call("GET", f"{path}/", payload=payload).document == call("GET", path, payload=payload).document


@pytest.mark.parametrize("path", READY)
def test_health_is_told_without_a_body(call: Call, path: str) -> None:
    """HEAD is GET without what it says."""
    head, get = call("HEAD", path), call("GET", path)

    assert (head.status, get.status, head.document) == (200, 200, None)


def test_a_stranger_is_not_ready(call: Call) -> None:
    """Whatever the method."""
    assert call("HEAD", "/v2/models/nothing/ready").status == 404


@pytest.mark.parametrize(("path", "allow"), [(READY[0], "GET, HEAD"), ("/v2", "GET"), ("/models", "GET")])
def test_which_methods_are_right_is_told(call: Call, path: str, allow: str) -> None:
    """HEAD where it is."""
    assert call("DELETE", path).headers["allow"] == allow


@pytest.mark.parametrize("member", ["id", "parameters", "outputs"])
def test_null_is_as_if_it_were_not_there(call: Call, member: str) -> None:
    """Types of other servers write every member."""
    document: dict[str, Any] = {"inputs": [tensor(ROW)]}

    assert call("POST", CULTIVAR, {**document, member: None}).document == call("POST", CULTIVAR, document).document


def test_parameters_of_a_tensor_may_be_null(call: Call) -> None:
    """Of an input and of an output."""
    document = {"inputs": [tensor(ROW, parameters=None)], "outputs": [{"name": "label", "parameters": None}]}

    assert call("POST", CULTIVAR, document).status == 200


@pytest.mark.parametrize(("count", "status"), [(0, 200), (False, 200), (None, 200), (2, 422), (True, 422)])
def test_the_classification_extension_is_refused(call: Call, count: Any, status: int) -> None:
    """As binary data is: the client would read something else than it has asked for."""
    document = {"inputs": [tensor(ROW)], "outputs": [{"name": "label", "parameters": {"classification": count}}]}

    reply = call("POST", CULTIVAR, document)

    assert reply.status == status
    if status == 422:
        (error,) = reply.document["errors"]
        assert error["pointer"] == "/outputs/0/parameters/classification"
        assert error["detail"].endswith(
            "the classification extension is not supported; ask for the model's own outputs."
        )
