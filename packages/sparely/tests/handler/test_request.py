"""Both payload versions become one request."""

import pytest

from sparely.handler.request import Request, read_event
from sparely_toolkit.contract.sample_events import event


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
def test_both_payload_versions_give_one_request(payload: str) -> None:
    """What the service reads does not depend on the kind of API in front of it."""
    read = read_event(event("POST", "/predict/clinic/high-risk", "{}", payload=payload), "17")

    assert read == Request(
        route="POST /predict/{area}/{model}",
        method="POST",
        path="/predict/clinic/high-risk",
        parameters={"area": "clinic", "model": "high-risk"},
        headers=read.headers,
        body="{}",
        is_base64=False,
        id="17",
    )
    assert read.headers["content-type"] == "application/json"


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
def test_a_path_is_decoded_once(payload: str) -> None:
    """A REST API passes paths as they were sent, an HTTP API decoded: names with a space are found behind both."""
    read = read_event(event("POST", "/predict/north%20wing/a%2Fb", "{}", payload=payload))

    assert read.path == "/predict/north wing/a/b"
    assert read.parameters == {"area": "north wing", "model": "a/b"}


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
def test_a_route_of_any_method_is_read_with_the_method(payload: str) -> None:
    """The catch-all routes pass on what has no route of its own: the route is what was asked for."""
    known = read_event(event("DELETE", "/models", payload=payload))
    unknown = read_event(event("GET", "/nothing/here", payload=payload))

    assert (known.route, known.path) == ("DELETE /models", "/models")
    assert (unknown.route, unknown.path) == ("GET /{proxy+}", "/nothing/here")
