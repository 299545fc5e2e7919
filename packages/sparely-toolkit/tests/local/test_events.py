"""HTTP requests as the events that API Gateway makes of them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sparely_toolkit.local.events import to_event
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.routes import Match, Route

REQUEST = HttpRequest(
    method="POST",
    target="/predict/cl%20inic?a=1&a=2&b=x%2Fy&empty=",
    headers=(
        ("Host", "localhost:3000"),
        ("User-Agent", "curl/8"),
        ("Content-Type", "application/json"),
        ("X-Twice", "one"),
        ("x-twice", "two"),
        ("Cookie", "a=1; b=2"),
    ),
    body=b'{"rows": "\xc3\xa9"}',
    source_ip="192.0.2.1",
    protocol="HTTP/1.1",
    port=3000,
    request_id="11111111-2222-3333-4444-555555555555",
    extended_request_id="JKJaXmPLvHcESHA=",
    trace_id="Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e",
    time=datetime(2020, 3, 12, 19, 3, 58, 390000, tzinfo=UTC),
)
MATCH = Match(Route("POST", "/predict/{area}", {}, {}), {"area": "cl%20inic"})


def event(request: HttpRequest = REQUEST, payload: str = "2.0", stage: str = "$default") -> Any:
    return to_event(request, MATCH, payload=payload, stage=stage, region="eu-west-1")


def test_payload_2_is_whole() -> None:
    """Every member of a payload 2.0 event is there, and no other."""
    assert event() == {
        "version": "2.0",
        "routeKey": "POST /predict/{area}",
        "rawPath": "/predict/cl inic",
        "rawQueryString": "a=1&a=2&b=x%2Fy&empty=",
        "cookies": ["a=1", "b=2"],
        "headers": {
            "host": "localhost:3000",
            "user-agent": "curl/8",
            "content-type": "application/json",
            "content-length": "14",
            "x-twice": "one,two",
            "x-amzn-trace-id": "Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e",
            "x-forwarded-for": "192.0.2.1",
            "x-forwarded-port": "3000",
            "x-forwarded-proto": "http",
        },
        "queryStringParameters": {"a": "1,2", "b": "x/y", "empty": ""},
        "pathParameters": {"area": "cl inic"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "local00000",
            "domainName": "local00000.execute-api.eu-west-1.amazonaws.com",
            "domainPrefix": "local00000",
            "http": {
                "method": "POST",
                "path": "/predict/cl inic",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "curl/8",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "POST /predict/{area}",
            "stage": "$default",
            "time": "12/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1584039838390,
        },
        "body": '{"rows": "é"}',
        "isBase64Encoded": False,
    }


def test_payload_1_is_whole() -> None:
    """Every member of a REST API's event is there; path and path parameters stay encoded."""
    given = event(payload="1.0", stage="v1")

    assert given.pop("requestContext") == {
        "resourceId": "local0",
        "resourcePath": "/predict/{area}",
        "httpMethod": "POST",
        "extendedRequestId": "JKJaXmPLvHcESHA=",
        "requestTime": "12/Mar/2020:19:03:58 +0000",
        "path": "/v1/predict/cl%20inic",
        "accountId": "123456789012",
        "protocol": "HTTP/1.1",
        "stage": "v1",
        "domainPrefix": "local00000",
        "requestTimeEpoch": 1584039838390,
        "requestId": "11111111-2222-3333-4444-555555555555",
        "identity": {
            "cognitoIdentityPoolId": None,
            "accountId": None,
            "cognitoIdentityId": None,
            "caller": None,
            "sourceIp": "192.0.2.1",
            "principalOrgId": None,
            "accessKey": None,
            "cognitoAuthenticationType": None,
            "cognitoAuthenticationProvider": None,
            "userArn": None,
            "userAgent": "curl/8",
            "user": None,
        },
        "domainName": "local00000.execute-api.eu-west-1.amazonaws.com",
        "apiId": "local00000",
    }
    assert given.pop("multiValueHeaders")["Cookie"] == ["a=1; b=2"]
    assert given.pop("headers")["x-twice"] == "two"
    assert given == {
        "resource": "/predict/{area}",
        "path": "/predict/cl%20inic",
        "httpMethod": "POST",
        "queryStringParameters": {"a": "2", "b": "x/y", "empty": ""},
        "multiValueQueryStringParameters": {"a": ["1", "2"], "b": ["x/y"], "empty": [""]},
        "pathParameters": {"area": "cl%20inic"},
        "stageVariables": None,
        "body": '{"rows": "é"}',
        "isBase64Encoded": False,
    }


def test_payload_2_leaves_out_what_is_absent() -> None:
    """Without query, cookies, parameters and body the event has no such members."""
    bare = replace(REQUEST, method="GET", target="/models", headers=(("Host", "a"),), body=b"")

    given = to_event(bare, Match(Route("GET", "/models", {}, {}), {}), payload="2.0", stage="$default", region="x")

    assert given.keys().isdisjoint({"queryStringParameters", "cookies", "pathParameters", "body"})
    assert (given["rawQueryString"], given["headers"]["content-length"]) == ("", "0")


def test_payload_1_has_null_for_what_is_absent() -> None:
    """A REST API's event names every member."""
    bare = replace(REQUEST, method="GET", target="/models", headers=(("Host", "a"),), body=b"")

    given = to_event(bare, Match(Route("GET", "/models", {}, {}), {}), payload="1.0", stage="v1", region="x")

    absent = ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "body")
    assert [given[name] for name in absent] == [None] * 4


def test_named_stage_is_in_the_path_of_payload_2() -> None:
    """With a named stage rawPath and http.path begin with it."""
    given = event(stage="prod")

    assert (given["rawPath"], given["requestContext"]["http"]["path"]) == ("/prod/predict/cl inic",) * 2


@pytest.mark.parametrize(
    ("headers", "encoded"),
    [
        ((("content-type", "application/json; charset=utf-8"),), False),
        ((("content-type", "text/csv"),), False),
        ((("content-type", "application/xml"),), False),
        ((("content-type", "application/javascript"),), False),
        ((("content-type", "application/problem+json"),), True),
        ((("content-type", "application/x-www-form-urlencoded"),), True),
        ((("content-type", "application/octet-stream"),), True),
        ((("content-type", "application/json"), ("content-encoding", "gzip")), True),
        ((), True),
    ],
)
def test_http_api_encodes_what_is_not_text(headers: tuple[tuple[str, str], ...], encoded: bool) -> None:
    """Only text, JSON, XML and JavaScript go as they are."""
    given = event(replace(REQUEST, headers=headers, body=b"{}"))

    assert (given["isBase64Encoded"], given["body"]) == ((True, "e30=") if encoded else (False, "{}"))


def test_a_path_ends_at_a_decoded_question_mark() -> None:
    """An HTTP API decodes the path and cuts it there; a REST API leaves it as it was sent."""
    asked = replace(REQUEST, target="/predict/a%3Fb?c=1")

    http, rest = event(asked), event(asked, payload="1.0")

    assert (http["rawPath"], http["rawQueryString"]) == ("/predict/a", "c=1")
    assert rest["path"] == "/predict/a%3Fb"
