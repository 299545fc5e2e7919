"""The thin function has the service's routes, and answers by itself what needs no model."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from handler import app as service_app
from local.sample_events import event
from proxy import app


@dataclass(frozen=True)
class Context:
    aws_request_id: str = "id-1"


def answers(method: str, path: str, body: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """The thin function's and the service's answer to the same event, without their times."""
    both = []
    for handler in (app.lambda_handler, service_app.lambda_handler):
        answer = handler(event(method, path, body), Context())
        answer["headers"].pop("server-timing")
        both.append(answer)
    return both[0], both[1]


def test_it_has_the_services_routes() -> None:
    """A route that the service gains is missing here until it is added."""
    assert set(app.ROUTES) == set(service_app.ROUTES)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/models"),
        ("GET", "/v2"),
        ("GET", "/v2/health/live"),
        ("GET", "/v2/health/ready"),
        ("DELETE", "/models"),
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
    import boto3
    from botocore.config import Config

    dead = boto3.client(
        "sagemaker-runtime",
        endpoint_url="http://127.0.0.1:9",
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}),
    )
    monkeypatch.setattr(app, "runtime", dead)

    answer = app.lambda_handler(event("POST", "/predict/clinic", '{"instances": []}'), Context())

    assert answer["statusCode"] == 502
    assert json.loads(answer["body"])["type"] == "urn:problem-type:endpoint-failed"
    assert "127.0.0.1" not in answer["body"]
