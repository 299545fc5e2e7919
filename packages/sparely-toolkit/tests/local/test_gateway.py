"""The gateway over HTTP: routes, events, and AWS' own answers where the function has none."""

import base64
import gzip
import http.client
import json
from typing import Any

import pytest

from tests.local.conftest import Serve

JSON = {"content-type": "application/json"}
FAILED = {
    "http": (500, b'{"message":"Internal Server Error"}'),
    "rest": (502, b'{"message": "Internal server error"}'),
}


def test_http_api_hands_over_a_payload_2_event(serve: Serve) -> None:
    """The function gets route key, path parameters, query, headers and body of the request."""
    served = serve()

    event = served.ask("POST", "/predict/cl%20inic/a?x=1&x=2", "{}", {**JSON, "X-Mine": "yes"}).json

    assert event["routeKey"] == "POST /predict/{area}/{model}"
    assert event["pathParameters"] == {"area": "cl inic", "model": "a"}
    assert event["queryStringParameters"] == {"x": "1,2"}
    assert event["headers"]["x-mine"] == "yes"
    assert event["body"] == "{}"


def test_a_target_with_scheme_and_host_is_taken_for_its_path(serve: Serve) -> None:
    """A client behind a proxy sends it so; a server has to take it (RFC 9112, section 3.2.2)."""
    event = serve().ask("GET", "http://api.example.com/models?x=1").json

    assert (event["rawPath"], event["rawQueryString"]) == ("/models", "x=1")


def test_rest_api_hands_over_a_payload_1_event(serve: Serve) -> None:
    """The function gets resource, encoded path parameters, all query values and headers as they were sent."""
    served = serve(kind="rest")

    event = served.ask("POST", "/v1/predict/cl%20inic/a?x=1&x=2", "{}", {**JSON, "X-Mine": "yes"}).json

    assert event["resource"] == "/predict/{area}/{model}"
    assert event["path"] == "/predict/cl%20inic/a"
    assert event["pathParameters"] == {"area": "cl%20inic", "model": "a"}
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"]}
    assert event["headers"]["X-Mine"] == "yes"
    assert event["requestContext"]["path"] == "/v1/predict/cl%20inic/a"


def test_a_named_stage_may_be_left_out_of_the_path(serve: Serve) -> None:
    """A REST API's stage is the first segment on AWS; here a path without it reaches the same route."""
    served = serve(kind="rest")

    event = served.ask("GET", "/models").json

    assert (event["resource"], event["requestContext"]["path"]) == ("/models", "/v1/models")


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("http", 404, b'{"message":"Not Found"}'),
        ("rest", 403, b'{"message":"Missing Authentication Token"}'),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/nothing"), ("DELETE", "/models")])
def test_unknown_route_gets_aws_answer(
    serve: Serve, kind: str, status: int, body: bytes, method: str, path: str
) -> None:
    """A path or a method without a route is answered by the gateway, 404 or 403 by the kind of API."""
    served = serve(kind=kind)

    answer = served.ask(method, path)

    assert (answer.status, answer.body) == (status, body)
    assert answer.values("content-type") == ["application/json"]
    assert served.service.pool.figures.invocations == 0


def test_rest_api_names_the_error_type(serve: Serve) -> None:
    """A REST API's faults carry x-amzn-errortype."""
    served = serve(kind="rest")

    answer = served.ask("GET", "/nothing")

    assert answer.values("x-amzn-errortype") == ["MissingAuthenticationTokenException"]


@pytest.mark.parametrize("kind", ["http", "rest"])
@pytest.mark.parametrize(
    "order",
    [
        pytest.param({"do": "fail"}, id="raises"),
        pytest.param({"do": "crash", "code": 3}, id="exits"),
        pytest.param({"do": "answer", "value": {"statusCode": "many"}}, id="answers no status"),
        pytest.param({"do": "answer", "value": {"statusCode": 200, "body": {"a": 1}}}, id="answers an object as body"),
        pytest.param({"do": "no such order"}, id="raises a KeyError"),
    ],
)
def test_failing_function_gets_aws_answer(serve: Serve, kind: str, order: dict[str, Any]) -> None:
    """Whatever the function does wrong, the client sees the gateway's 500 or 502, to the byte."""
    served = serve(kind=kind)

    answer = served.order(**order)

    assert (answer.status, answer.body) == FAILED[kind]


@pytest.mark.parametrize("kind", ["http", "rest"])
def test_timed_out_function_gets_aws_answer(serve: Serve, kind: str) -> None:
    """A function that outlives its timeout is answered for with the gateway's 500 or 502."""
    served = serve(kind=kind, timeout_s=1)

    answer = served.order("hang")

    assert (answer.status, answer.body) == FAILED[kind]
    assert "Task timed out after 1.00 seconds" in served.log


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("http", 503, b'{"message":"Service Unavailable"}'),
        ("rest", 504, b'{"message": "Endpoint request timed out"}'),
    ],
)
def test_gateway_gives_up_before_the_function_does(serve: Serve, kind: str, status: int, body: bytes) -> None:
    """The gateway waits as long as the integration's timeout says, and the function runs on to its own."""
    served = serve(kind=kind, timeout_s=2, gateway_ms=500)

    answer = served.order("hang")

    assert (answer.status, answer.body) == (status, body)


def test_answer_without_status_is_the_body_of_an_http_api(serve: Serve) -> None:
    """Payload 2.0 takes an answer without statusCode as the body of a 200 in JSON."""
    served = serve()

    answer = served.order("answer", value={"any": ["thing"]})

    assert (answer.status, answer.json) == (200, {"any": ["thing"]})
    assert answer.values("content-type") == ["application/json"]


def test_cookies_of_the_answer_become_headers(serve: Serve) -> None:
    """Payload 2.0 sends every cookie in a set-cookie header of its own."""
    served = serve()

    answer = served.order("answer", value={"statusCode": 204, "cookies": ["a=1; Secure", "b=2"]})

    assert answer.status == 204
    assert answer.values("set-cookie") == ["a=1; Secure", "b=2"]


def test_compressed_body_reaches_the_function_as_it_was_sent(serve: Serve) -> None:
    """An HTTP API does not unpack a gzip body: it passes it on in base64."""
    served = serve()
    packed = gzip.compress(b"{}")

    event = served.ask("POST", "/predict/clinic", packed, {"content-encoding": "gzip", **JSON}).json

    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == packed


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("http", b'{"message":"Request Entity Too Large"}'),
        ("rest", b"HTTP content length exceeded 10485760 bytes."),
    ],
)
def test_body_above_10_mb_is_refused(serve: Serve, kind: str, body: bytes) -> None:
    """API Gateway takes bodies to 10 MB and answers 413 above."""
    served = serve(kind=kind)
    connection = http.client.HTTPConnection("127.0.0.1", served.service.gateway.port, timeout=20)

    connection.putrequest("POST", "/predict/clinic")
    connection.putheader("content-length", str(10 * 1024 * 1024 + 1))
    connection.endheaders()
    response = connection.getresponse()

    assert (response.status, response.read()) == (413, body)
    connection.close()


@pytest.mark.parametrize("kind", ["http", "rest"])
def test_event_above_6_mb_is_refused(serve: Serve, kind: str) -> None:
    """Lambda takes events to 6 MB; what API Gateway lets through above that is answered 413."""
    served = serve(kind=kind)

    answer = served.ask("POST", "/predict/clinic", b" " * (6 * 1024 * 1024 + 1), JSON)

    space = b" " if kind == "rest" else b""
    assert (answer.status, answer.body) == (413, b'{"message":' + space + b'"Request Too Long"}')
    assert served.service.pool.figures.invocations == 0


QUIET = """
def handler(event, context):
    return {"statusCode": 200, "body": str(len(event["body"]))}
"""


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        pytest.param(b"x" * 6_200_000, "text/plain", 200, id="text"),
        pytest.param("é".encode() * 3_100_000, "text/plain", 200, id="letters of two bytes"),
        pytest.param(b'"' * 3_200_000, "text/plain", 413, id="quotes, escaped"),
        pytest.param(b"x" * 4_800_000, "application/octet-stream", 413, id="bytes, as base64"),
        pytest.param(b"x" * 4_600_000, "application/octet-stream", 200, id="fewer bytes"),
    ],
)
def test_what_counts_is_the_event_as_it_is_sent(serve: Serve, body: bytes, media_type: str, status: int) -> None:
    """In UTF-8, with what JSON's escapes and base64 add."""
    assert serve(handler=QUIET).ask(body=body, headers={"content-type": media_type}).status == status


@pytest.mark.parametrize("kind", ["http", "rest"])
def test_answer_above_6_mb_fails(serve: Serve, kind: str) -> None:
    """Lambda takes answers to 6 MB; above, the invocation fails and the log says why."""
    served = serve(kind=kind, handler=BIG_ANSWER)

    answer = served.ask("GET", "/models")

    assert (answer.status, answer.body) == FAILED[kind]
    assert "Error Type: Function.ResponseSizeTooLarge" in served.log


BIG_ANSWER = """
def handler(event, context):
    return {"statusCode": 200, "body": " " * (6 * 1024 * 1024 + 200)}
"""


def test_connection_serves_several_requests(serve: Serve) -> None:
    """The gateway keeps a connection open."""
    served = serve()
    connection = http.client.HTTPConnection("127.0.0.1", served.service.gateway.port, timeout=20)

    pids = []
    for _ in range(3):
        connection.request("POST", "/predict/clinic", json.dumps({"do": "who"}), JSON)
        pids.append(json.loads(connection.getresponse().read())["pid"])

    assert len(set(pids)) == 1
    connection.close()


def test_request_id_is_in_the_event_and_the_answer(serve: Serve) -> None:
    """The answer's apigw-requestid is the event's request id."""
    served = serve()

    answer = served.ask("GET", "/models")

    assert answer.values("apigw-requestid") == [answer.json["requestContext"]["requestId"]]
