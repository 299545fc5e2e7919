"""The function's answer -> the HTTP response that API Gateway makes of it, both payloads. Pure functions."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

_PAYLOAD_1_MEMBERS = {
    "statusCode",
    "headers",
    "multiValueHeaders",
    "body",
    "isBase64Encoded",
    "base64Encoded",
    "cookies",
}

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NOT_IN_A_VALUE = re.compile(r"[\r\n\0]")
"""Source of both: RFC 9110, 5.1 and 5.5."""
_OF_THE_CONNECTION = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
"""What the gateway says itself, as each hop does. Source: RFC 9110, 7.6.1."""

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class HttpResponse:
    """Status, headers in order (a name may repeat) and body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def json_response(status: int, document: Any, *headers: tuple[str, str]) -> HttpResponse:
    """Write a document as JSON that nobody keeps."""
    known = (("content-type", "application/json"), ("cache-control", "no-store"), *headers)
    return HttpResponse(status, known, json.dumps(document).encode())


class MalformedAnswer(Exception):
    """The function answered something that API Gateway replaces by its own 500 or 502."""


def to_response(answer: bytes, *, payload: str) -> HttpResponse:
    """
    Read a function's answer in the payload version of the integration.

    Raises:
        MalformedAnswer: API Gateway would answer with its own fault.
    """
    response = payload_1(answer) if payload == "1.0" else payload_2(answer)
    for name, value in response.headers:
        if not _NAME.fullmatch(name):
            raise MalformedAnswer(f"a header is called {name!r}")
        if _NOT_IN_A_VALUE.search(value):
            raise MalformedAnswer(f"the header {name} has more than one line")
    return replace(
        response, headers=tuple(each for each in response.headers if each[0].lower() not in _OF_THE_CONNECTION)
    )


def payload_2(answer: bytes) -> HttpResponse:
    """
    Read a payload 2.0 answer: without a statusCode the whole answer is the body of a 200.

    A JSON string is sent without its quotes, and what is not JSON is sent as it is, unlike the documentation.

    Source: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html and
    the tests of aws/aws-lambda-dotnet's LambdaTestTool-v2, which also run against API Gateway.
    """
    try:
        value = json.loads(answer)
    except ValueError:
        value = None
    if not isinstance(value, dict) or "statusCode" not in value:
        body = value.encode() if isinstance(value, str) else answer
        return HttpResponse(200, (("content-type", "application/json"),), body)
    headers = [(name.lower(), item) for name, item in _headers(value)]
    if not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", "text/plain; charset=utf-8"))
    cookies = value.get("cookies") or []
    if not isinstance(cookies, list):
        raise MalformedAnswer("cookies is not a list")
    headers += [("set-cookie", str(cookie)) for cookie in cookies]
    return HttpResponse(_status(value["statusCode"]), tuple(headers), _body(value, value.get("isBase64Encoded")))


def payload_1(answer: bytes) -> HttpResponse:
    """
    Read a payload 1.0 answer as a REST API does: an object with a statusCode and no member it does not know.

    The values of headers follow those of multiValueHeaders; a value that is in both is sent once. Without
    binaryMediaTypes a body is never decoded from base64.

    Source: docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html,
    "Output format of a Lambda function for proxy integration".
    """
    try:
        value = json.loads(answer)
    except ValueError as error:
        raise MalformedAnswer(f"the answer is not JSON: {error}") from None
    if not isinstance(value, dict) or "statusCode" not in value:
        raise MalformedAnswer("the answer is not an object with a statusCode")
    unknown = value.keys() - _PAYLOAD_1_MEMBERS
    if unknown:
        raise MalformedAnswer(f"a REST API does not know the answer's {', '.join(sorted(unknown))}")
    headers = _multiple_headers(value)
    headers += [pair for pair in _headers(value) if pair not in headers]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    return HttpResponse(_status(value["statusCode"]), tuple(headers), _body(value, False))


def _headers(value: Mapping[str, Any]) -> Headers:
    headers = value.get("headers") or {}
    if not isinstance(headers, dict):
        raise MalformedAnswer("headers is not an object")
    return [(name, _header(item)) for name, item in headers.items()]


def _multiple_headers(value: Mapping[str, Any]) -> Headers:
    headers = value.get("multiValueHeaders") or {}
    if not isinstance(headers, dict) or not all(isinstance(items, list) for items in headers.values()):
        raise MalformedAnswer("multiValueHeaders is not an object of lists")
    return [(name, _header(item)) for name, items in headers.items() for item in items]


def _header(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise MalformedAnswer("a header's value is neither text nor a number")


def _status(value: Any) -> int:
    """Read a statusCode: 200 and "200" alike, but neither 200.5 nor true, nor one that an answer would follow."""
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or not 200 <= int(text) <= 599:
        raise MalformedAnswer("statusCode is not the HTTP status of an answer")
    return int(text)


def _body(value: Mapping[str, Any], encoded: Any) -> bytes:
    body = value.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise MalformedAnswer("body is not a string")
    if not encoded:
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise MalformedAnswer("body is not base64, though isBase64Encoded says so") from None
