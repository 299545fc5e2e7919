"""What the API asks of its clients."""

from typing import Any

import pytest

from sparely_toolkit.loadtest import authorization
from sparely_toolkit.loadtest.authorization import NotAuthorized

CLOUD = "https://abc.execute-api.eu-central-1.amazonaws.com"
IAM = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}
JWT = {"type": "oauth2", "x-amazon-apigateway-authorizer": {"type": "jwt"}}
URL = {**IAM, "x-sparely-signed-for": "lambda"}
KEY = {"type": "apiKey", "name": "x-api-key", "in": "header"}


@pytest.mark.parametrize(
    ("scheme", "kind"),
    [(IAM, "iam"), (URL, "iam-lambda"), (JWT, "jwt"), (KEY, "key"), ({"type": "http"}, "none")],
)
def test_the_template_tells_what_is_asked_for(scheme: dict[str, Any], kind: str) -> None:
    """The security scheme of the API's body decides, so that nothing is configured twice."""
    assert authorization.kind({"components": {"securitySchemes": {"auth": scheme}}}) == kind


def test_requests_are_signed_for_the_hosts_region(monkeypatch: pytest.MonkeyPatch) -> None:
    """SigV4 names the service, the region in the host's name, and the session's token."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session")

    signed = authorization.headers("iam", CLOUD)(f"{CLOUD}/predict/a/b", b"{}")

    assert signed["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    assert "/eu-central-1/execute-api/aws4_request" in signed["Authorization"]
    assert signed["X-Amz-Security-Token"] == "session"


@pytest.mark.parametrize(
    ("kind", "host", "scope"),
    [
        ("iam-lambda", "https://abc.lambda-url.eu-central-1.on.aws", "eu-central-1/lambda"),
        ("iam-lambda", "https://predict.example.com", "eu-west-1/lambda"),
        ("iam-lambda", "http://127.0.0.1:3000", "eu-west-1/lambda"),
        ("iam", "http://127.0.0.1:3000", "eu-west-1/execute-api"),
    ],
)
def test_the_kind_decides_what_is_signed_for(kind: str, host: str, scope: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function URL's signatures are for Lambda under any name, and the stage's region stands in for the host's."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")

    signed = authorization.headers(kind, host, "eu-west-1")(f"{host}/predict/a/b", b"{}")

    assert f"/{scope}/aws4_request" in signed["Authorization"]


def test_another_body_gets_another_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    """The signature covers the body."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    sign = authorization.headers("iam", CLOUD)

    one, other = (sign(f"{CLOUD}/predict/a/b", body)["Authorization"] for body in (b"{}", b"[]"))

    assert one != other


def test_a_token_is_borne(monkeypatch: pytest.MonkeyPatch) -> None:
    """A JWT API gets the token of the environment."""
    monkeypatch.setenv("LOAD_BEARER_TOKEN", "abc")

    assert authorization.headers("jwt", CLOUD)(CLOUD, b"")["authorization"] == "Bearer abc"


def test_a_key_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A REST API gets the key of the environment."""
    monkeypatch.setenv("LOAD_API_KEY", "abc")

    assert authorization.headers("key", CLOUD)(CLOUD, b"")["x-api-key"] == "abc"


@pytest.mark.parametrize(("kind", "message"), [
    ("jwt", "The API asks for bearer tokens, and LOAD_BEARER_TOKEN is not set."),
    ("key", "The API asks for API keys, and LOAD_API_KEY is not set."),
])  # fmt: skip
def test_what_is_missing_is_named(kind: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a secret in the environment the run ends before it begins."""
    monkeypatch.delenv("LOAD_BEARER_TOKEN", raising=False)
    monkeypatch.delenv("LOAD_API_KEY", raising=False)

    with pytest.raises(NotAuthorized) as caught:
        authorization.headers(kind, CLOUD)

    assert str(caught.value) == message


def test_this_machine_gets_a_key_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A local API that checks keys is asked with the key of the environment."""
    monkeypatch.setenv("LOAD_API_KEY", "abc")

    assert authorization.headers("key", "http://127.0.0.1:3000")("", b"")["x-api-key"] == "abc"


def test_this_machine_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a secret the local API of a run is asked without one, for it checks none."""
    for name in ("LOAD_API_KEY", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)

    for kind in ("key", "iam", "iam-lambda"):
        assert authorization.headers(kind, "http://127.0.0.1:3000")("", b"") == {"content-type": "application/json"}
