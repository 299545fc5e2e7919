"""Both payload versions become one request, and a body becomes JSON or a fault."""

import pytest

from handler.errors import NotJson, UnsupportedMediaType
from handler.request import Request, is_json, read_event, read_json
from local.sample_events import event


def request(body: str, *, is_base64: bool = False, **headers: str) -> Request:
    """A request of this body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("POST /predict/{area}", "POST", "/predict/a", {"area": "a"}, named, body, is_base64)


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
def test_both_payload_versions_give_one_request(payload: str) -> None:
    """What the service reads does not depend on the kind of API in front of it."""
    read = read_event(event("POST", "/predict/clinic/high-risk", "{}", payload=payload))

    assert read == Request(
        route="POST /predict/{area}/{model}",
        method="POST",
        path="/predict/clinic/high-risk",
        parameters={"area": "clinic", "model": "high-risk"},
        headers=read.headers,
        body="{}",
        is_base64=False,
    )
    assert read.headers["content-type"] == "application/json"


def test_a_body_that_the_gateway_encoded_is_decoded() -> None:
    """API Gateway sends bodies that it takes for binary in base64."""
    assert read_json(request("eyJhIjogMX0=", is_base64=True)) == {"a": 1}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("%%%", "it is not valid base64"),
        ("/w==", "it is not UTF-8"),
        ("", "expecting value at line 1, column 1"),
    ],
)
def test_an_encoded_body_that_cannot_be_read_is_refused(body: str, reason: str) -> None:
    """Neither broken base64 nor other bytes than UTF-8 are a fault of ours."""
    with pytest.raises(NotJson) as caught:
        read_json(request(body, is_base64=True))

    assert caught.value.detail == f"The request body is not JSON: {reason}."


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.acme+json"],
)
def test_json_media_types_are_known(media_type: str) -> None:
    """RFC 6839 lets every +json type be read as JSON; parameters and case do not matter."""
    assert is_json(media_type)


def test_another_media_type_is_refused() -> None:
    """What is not sent as JSON is not guessed at."""
    with pytest.raises(UnsupportedMediaType):
        read_json(request("{}", content_type="text/csv"))


def test_no_media_type_is_taken_for_json() -> None:
    """RFC 9110 lets a recipient guess where none is stated."""
    assert read_json(request("{}")) == {}
