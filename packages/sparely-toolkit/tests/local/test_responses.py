"""The function's answers as the HTTP responses that API Gateway makes of them."""

import json
from typing import Any

import pytest

from sparely_toolkit.local.responses import HttpResponse, MalformedAnswer, to_response


def response(value: Any, payload: str = "2.0") -> HttpResponse:
    return to_response(json.dumps(value).encode(), payload=payload)


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b'{"a": 1}', b'{"a": 1}'),
        (b"[1, 2]", b"[1, 2]"),
        (b"42", b"42"),
        (b"null", b"null"),
        (b'"Hello, \\"World\\"!"', b'Hello, "World"!'),
        (b'{"half": ', b'{"half": '),
    ],
)
def test_answer_without_status_is_the_body(answer: bytes, body: bytes) -> None:
    """Payload 2.0: a 200 in JSON, strings without their quotes, what is not JSON as it is."""
    assert to_response(answer, payload="2.0") == HttpResponse(200, (("content-type", "application/json"),), body)


def test_payload_2_lowers_header_names_and_adds_cookies() -> None:
    """Headers are sent in lower case, each cookie in a header of its own."""
    given = response({"statusCode": 201, "headers": {"X-A": 1, "Content-Type": "text/csv"}, "cookies": ["a=1", "b=2"]})

    assert given == HttpResponse(
        201, (("x-a", "1"), ("content-type", "text/csv"), ("set-cookie", "a=1"), ("set-cookie", "b=2")), b""
    )


@pytest.mark.parametrize(
    ("payload", "name", "media_type"),
    [("2.0", "content-type", "text/plain; charset=utf-8"), ("1.0", "Content-Type", "application/json")],
)
def test_content_type_has_a_default(payload: str, name: str, media_type: str) -> None:
    """An HTTP API says text, a REST API says JSON."""
    given = response({"statusCode": 200, "body": "x"}, payload)

    assert given == HttpResponse(200, ((name, media_type),), b"x")


def test_base64_body_is_decoded_by_an_http_api() -> None:
    """Payload 2.0 with isBase64Encoded."""
    assert response({"statusCode": 200, "body": "AAE=", "isBase64Encoded": True}).body == b"\x00\x01"


def test_base64_body_stays_by_a_rest_api() -> None:
    """Without binaryMediaTypes a REST API sends the text of the body."""
    assert response({"statusCode": 200, "body": "AAE=", "isBase64Encoded": True}, "1.0").body == b"AAE="


def test_rest_api_merges_single_and_multiple_headers() -> None:
    """The values of multiValueHeaders come first, and what is in both is sent once."""
    given = response(
        {
            "statusCode": 200,
            "headers": {"X-A": "single", "X-B": "same", "Content-Type": "text/csv"},
            "multiValueHeaders": {"X-A": ["one", "two"], "X-B": ["same"]},
        },
        "1.0",
    )

    assert given.headers == (
        ("X-A", "one"),
        ("X-A", "two"),
        ("X-B", "same"),
        ("X-A", "single"),
        ("Content-Type", "text/csv"),
    )


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
@pytest.mark.parametrize("status", [200, "200"])
def test_status_may_be_text(payload: str, status: Any) -> None:
    """A number and its digits are the same status."""
    assert response({"statusCode": status}, payload).status == 200


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"statusCode": 200.5}, "statusCode is not the HTTP status of an answer"),
        ({"statusCode": 0}, "statusCode is not the HTTP status of an answer"),
        ({"statusCode": True}, "statusCode is not the HTTP status of an answer"),
        ({"statusCode": None}, "statusCode is not the HTTP status of an answer"),
        ({"statusCode": 101}, "statusCode is not the HTTP status of an answer"),
        ({"statusCode": 200, "headers": {"a": "b\r\nc: d"}}, "the header a has more than one line"),
        ({"statusCode": 200, "headers": {"a": "b\0"}}, "the header a has more than one line"),
        ({"statusCode": 200, "headers": {"": "b"}}, "a header is called ''"),
        ({"statusCode": 200, "headers": {"a b": "c"}}, "a header is called 'a b'"),
        ({"statusCode": "many"}, "statusCode is not the HTTP status of an answer"),
        ({"statusCode": 200, "body": {}}, "body is not a string"),
        ({"statusCode": 200, "headers": ["a"]}, "headers is not an object"),
        ({"statusCode": 200, "headers": {"a": []}}, "a header's value is neither text nor a number"),
    ],
)
def test_malformed_answer_is_refused(payload: str, value: Any, sentence: str) -> None:
    """What API Gateway replaces by its own fault, and why."""
    with pytest.raises(MalformedAnswer) as problem:
        response(value, payload)

    assert str(problem.value) == sentence


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"[]", "the answer is not an object with a statusCode"),
        (b'{"a": 1}', "the answer is not an object with a statusCode"),
        (b'{"statusCode": 200, "extra": 1}', "a REST API does not know the answer's extra"),
        (
            b'{"statusCode": 200, "multiValueHeaders": {"a": "b"}}',
            "multiValueHeaders is not an object of lists",
        ),
    ],
)
def test_rest_api_is_stricter(answer: bytes, sentence: str) -> None:
    """Payload 1.0 infers nothing and takes no member that it does not know."""
    with pytest.raises(MalformedAnswer) as problem:
        to_response(answer, payload="1.0")

    assert str(problem.value) == sentence


def test_broken_base64_is_refused() -> None:
    """isBase64Encoded with a body that is none."""
    with pytest.raises(MalformedAnswer) as problem:
        response({"statusCode": 200, "body": "?", "isBase64Encoded": True})

    assert str(problem.value) == "body is not base64, though isBase64Encoded says so"


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
@pytest.mark.parametrize("name", ["Transfer-Encoding", "connection", "Upgrade", "keep-alive", "TE", "trailer"])
def test_headers_of_one_connection_are_the_gateways(payload: str, name: str) -> None:
    """A body that is not chunked must not be called so: a client would wait for the rest."""
    given = response({"statusCode": 200, "headers": {name: "chunked", "x-a": "1"}, "body": "abc"}, payload)

    assert name.lower() not in {each.lower() for each, _ in given.headers}
    assert ("x-a", "1") in given.headers
