"""Requests whose route no gateway has found: function URLs, load balancers, and an API's route for everything."""

import json
from typing import Any

import pytest

from sparely.handler.paths import routed
from sparely.handler.request import Request
from sparely.handler.routes import ROUTES
from support.sample_service import SERVICE
from tests.handler.test_telemetry import RISK

BODY = json.dumps({"instances": [RISK]})


def url_event(method: str, path: str, body: str | None = None, domain: str = "abc.lambda-url.eu-west-1.on.aws") -> Any:
    """What a function URL sends."""
    http = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "curl"}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json"},
        "requestContext": {"domainName": domain, "http": http, "routeKey": "$default", "stage": "$default"},
        "isBase64Encoded": False,
        **({} if body is None else {"body": body}),
    }


def balancer_event(method: str, path: str, body: str = "", *, several: bool = False) -> Any:
    """What an Application Load Balancer sends, with or without several values of a header."""
    headers = {"Content-Type": "application/json"}
    form: dict[str, Any] = {"headers": headers, "queryStringParameters": {"a%20b": "c+d"}}
    if several:
        form = {"multiValueHeaders": {name: ["text/plain", value] for name, value in headers.items()}}
    target = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/t/1"
    context = {"elb": {"targetGroupArn": target}}
    return {
        "requestContext": context,
        "httpMethod": method,
        "path": path,
        "body": body,
        "isBase64Encoded": False,
    } | form


def request_of(method: str, path: str) -> Request:
    return Request("", method, path, {}, {}, "", is_base64=False)


@pytest.mark.parametrize(
    ("method", "path", "route", "parameters"),
    [
        ("GET", "/models", "GET /models", {}),
        ("GET", "/models/", "GET /models", {}),
        ("POST", "/predict/winery", "POST /predict/{area}", {"area": "winery"}),
        ("POST", "/predict/a%2Fb/m", "POST /predict/{area}/{model}", {"area": "a/b", "model": "m"}),
        ("GET", "/v2/health/ready", "GET /v2/health/ready", {}),
        ("GET", "/v2/models/ready/ready", "GET /v2/models/{model}/ready", {"model": "ready"}),
        ("DELETE", "/v2/models/m", "DELETE /v2/models/{model}", {"model": "m"}),
        ("GET", "/%6Dodels", "GET /models", {}),
        ("GET", "/predict", "GET /{proxy+}", {}),
        ("GET", "/predict//m", "GET /{proxy+}", {}),
        ("GET", "//models", "GET /{proxy+}", {}),
        ("GET", "/", "GET /{proxy+}", {}),
        ("GET", "", "GET /{proxy+}", {}),
        ("GET", "/predict/{area}/m/x", "GET /{proxy+}", {}),
    ],
)
def test_a_path_has_its_route(method: str, path: str, route: str, parameters: dict[str, str]) -> None:
    """As a gateway would find it."""
    found = routed(request_of(method, path), ROUTES, is_encoded=True)

    assert (found.route, found.parameters) == (route, parameters)


def test_a_segment_may_be_called_as_its_placeholder() -> None:
    """Values are looked at, not their likeness."""
    found = routed(request_of("POST", "/predict/{area}"), ROUTES, is_encoded=False)

    assert (found.route, found.parameters) == ("POST /predict/{area}", {"area": "{area}"})


@pytest.mark.parametrize("several", [False, True])
def test_a_balancer_is_answered_in_the_form_in_which_it_asks(several: bool, context: Any) -> None:
    """Where it is set to several values of a header, it takes no others."""
    answer = SERVICE(balancer_event("POST", "/predict/clinic/high-risk", BODY, several=several), context)

    assert answer["statusCode"] == 200
    assert ("multiValueHeaders" in answer, "headers" in answer) == (several, not several)
    expected = ["application/json"] if several else "application/json"
    assert answer["multiValueHeaders" if several else "headers"]["content-type"] == expected


def test_a_url_gets_what_a_gateway_gets(context: Any) -> None:
    """Status, headers and body."""
    answer = SERVICE(url_event("POST", "/predict/clinic/high-risk", BODY), context)

    assert answer["statusCode"] == 200
    assert answer["headers"]["x-model-version"].startswith("high-risk=")
    assert list(json.loads(answer["body"])["predictions"]) == ["high-risk"]


@pytest.mark.parametrize(
    ("method", "path", "status", "detail"),
    [
        ("GET", "/wines", 404, "There is no GET /wines. GET /models lists what is served."),
        ("DELETE", "/models", 405, "/models takes GET, not DELETE."),
        ("POST", "/predict/no%20where", 404, 'No area "no where". Available: clinic, winery.'),
    ],
)
def test_what_is_not_there_is_told_as_behind_a_gateway(
    method: str, path: str, status: int, detail: str, context: Any
) -> None:
    """In the same sentences, with the path as a person writes it."""
    answer = SERVICE(url_event(method, path, "{}"), context)

    assert (answer["statusCode"], json.loads(answer["body"])["detail"]) == (status, detail)


@pytest.mark.parametrize(("domain", "area"), [("abc.lambda-url.us-east-1.on.aws", "a b"), ("api.example.com", "a%20b")])
def test_a_path_that_the_gateway_has_decoded_is_not_decoded_again(domain: str, area: str, context: Any) -> None:
    """An HTTP API's route for everything has done it, a function URL has not."""
    answer = SERVICE(url_event("POST", "/predict/a%20b", "{}", domain), context)

    assert json.loads(answer["body"])["detail"] == f'No area "{area}". Available: clinic, winery.'


def test_a_rest_api_may_send_several_values_alone(context: Any) -> None:
    """Payload 1.0 without `headers`: the last value counts."""
    event = {
        "resource": "/predict/{area}/{model}",
        "path": "/predict/clinic/high-risk",
        "httpMethod": "POST",
        "headers": None,
        "multiValueHeaders": {"Content-Type": ["text/plain", "application/json"]},
        "pathParameters": {"area": "clinic", "model": "high-risk"},
        "requestContext": {},
        "body": BODY,
    }

    assert SERVICE(event, context)["statusCode"] == 200


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/models", 405)])
def test_a_callers_long_method_is_not_repeated(path: str, status: int, context: Any) -> None:
    """A URL passes on whatever stands there."""
    answer = SERVICE(url_event("X" * 5000, path), context)

    assert answer["statusCode"] == status
    assert "X" * 19 + "…" in answer["body"]
    assert len(answer["body"]) < 500


SIGNED = {
    "accountId": "123456789012",
    "userArn": "arn:aws:sts::123456789012:assumed-role/app/anna",
    "callerId": "A:anna",
}


@pytest.mark.parametrize(
    ("setting", "logged"),
    [
        (None, {}),
        ("off", {"account": "123456789012"}),
        ("on", {"account": "123456789012", "caller": SIGNED["userArn"], "ip": "192.0.2.1"}),
    ],
)
def test_the_line_of_a_urls_request_says_who_called(
    setting: str | None,
    logged: dict[str, str],
    context: Any,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A URL has no access log; who it was is data on a person, and left out where LOG_CALLERS says so."""
    monkeypatch.setattr("sparely.handler.paths.CALLERS", setting)
    monkeypatch.setattr("sparely.handler.telemetry.CALLERS", setting)
    event = url_event("POST", "/predict/clinic/high-risk", BODY)
    event["requestContext"]["authorizer"] = {"iam": SIGNED}

    SERVICE(event, context)

    request = json.loads(capsys.readouterr().out)["request"]
    assert {name: value for name, value in request.items() if name in ("account", "caller", "ip")} == logged


def test_a_request_is_not_logged_as_the_one_before(
    context: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An execution environment answers many callers, and some say nothing of themselves."""
    monkeypatch.setattr("sparely.handler.paths.CALLERS", "on")
    monkeypatch.setattr("sparely.handler.telemetry.CALLERS", "on")
    first = url_event("POST", "/predict/clinic/high-risk", BODY)
    first["requestContext"]["authorizer"] = {"iam": SIGNED}
    SERVICE(first, context)
    capsys.readouterr()

    SERVICE(balancer_event("POST", "/predict/clinic/high-risk", BODY), context)

    assert "caller" not in json.loads(capsys.readouterr().out)["request"]
