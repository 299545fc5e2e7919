"""The thin function has the service's routes, and answers by itself what needs no model."""

import json
from typing import Any

import pytest

from sparely.handler.response import LARGEST_REPLY_BYTES
from sparely.handler.routes import ROUTES
from sparely_sagemaker.proxy import app
from sparely_sagemaker.proxy.endpoint import Answered, connect
from sparely_toolkit.contract.sample_events import event
from support.lambda_context import Context
from support.sample_service import SERVICE


def answers(method: str, path: str, body: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """The thin function's and the service's answer to the same event, without their times."""
    both = []
    for handler in (app.lambda_handler, SERVICE):
        answer = handler(event(method, path, body), Context())
        answer["headers"].pop("server-timing")
        both.append(answer)
    return both[0], both[1]


def test_it_has_the_services_routes() -> None:
    """A route that the service gains is missing here until it is added."""
    assert set(app.ROUTES) == set(ROUTES)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/models"),
        ("GET", "/v2"),
        ("GET", "/v2/health/live"),
        ("GET", "/v2/health/ready"),
        ("DELETE", "/models"),
        ("HEAD", "/models"),
        ("PATCH", "/predict/winery"),
        ("GET", "/"),
        ("PUT", "/nothing/here"),
        ("GET", "/nothing/here"),
        ("POST", "/predict/nowhere"),
        ("POST", "/predict/winery/high-risk"),
        ("GET", "/v2/models/nothing"),
        ("GET", "/v2/models/high-risk/versions/0"),
    ],
)
def test_what_needs_no_model_is_answered_as_the_service_does(method: str, path: str) -> None:
    """To the byte, headers too, without a call of the endpoint."""
    ours, theirs = answers(method, path)

    assert ours == theirs


def test_an_endpoint_that_cannot_be_reached_is_502(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a problem document that tells nothing of the inside."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setattr(app, "runtime", connect(timeout_s=1))

    answer = app.lambda_handler(event("POST", "/predict/clinic", '{"instances": []}'), Context())

    assert answer["statusCode"] == 502
    assert json.loads(answer["body"])["type"] == "urn:problem-type:endpoint-failed"
    assert "127.0.0.1" not in answer["body"]


def test_an_answer_that_lambda_would_not_let_through_is_413(monkeypatch: pytest.MonkeyPatch) -> None:
    """The container may answer more than a function may."""
    large = Answered(200, "application/json", "x" * LARGEST_REPLY_BYTES)
    find, _ = app.ROUTES["POST /predict/{area}"]
    monkeypatch.setitem(app.ROUTES, "POST /predict/{area}", (find, lambda *_: large))

    answer = app.lambda_handler(event("POST", "/predict/clinic", '{"instances": []}'), Context())

    assert answer["statusCode"] == 413
    assert json.loads(answer["body"])["type"] == "urn:problem-type:answer-too-large"
