"""What the API asks of its clients, read from the service's template and answered from the environment."""

import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from sparely_toolkit.local.settings import SIGNED_FOR
from sparely_toolkit.problems import Problem

Headers = Callable[[str, bytes], Mapping[str, str]]
"""Gives the headers of one POST to a URL with a body."""

TOKEN, KEY = "LOAD_BEARER_TOKEN", "LOAD_API_KEY"
_SECRETS = {"jwt": TOKEN, "key": KEY, "iam": "AWS_SECRET_ACCESS_KEY", "iam-lambda": "AWS_SECRET_ACCESS_KEY"}
_JSON = {"content-type": "application/json"}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ENDPOINT = re.compile(r"\.(?:execute-api|lambda-url)\.([a-z0-9-]+)\.")


class NotAuthorized(Problem):
    """The environment holds nothing that the API would accept."""

    def __init__(self, kind: str, missing: str) -> None:
        super().__init__(f"The API asks for {kind}, and {missing}.")


def kind(body: Mapping[str, Any]) -> str:
    """Tell from an OpenAPI body what its API asks for: `iam`, `iam-lambda` (a function URL), `jwt`, `key` or `none`."""
    for scheme in body.get("components", {}).get("securitySchemes", {}).values():
        if scheme.get("x-amazon-apigateway-authtype") == "awsSigv4":
            return "iam-lambda" if scheme.get(SIGNED_FOR) == "lambda" else "iam"
        if scheme.get("x-amazon-apigateway-authorizer", {}).get("type") == "jwt":
            return "jwt"
        if scheme.get("type") == "apiKey" and scheme.get("name", "").lower() == "x-api-key":
            return "key"
    return "none"


def headers(asked_for: str, host: str, region: str | None = None) -> Headers:
    """
    Prepare the headers for a host; on this machine what the environment lacks is left out.

    Args:
        asked_for: what `kind` tells.
        region: the stage's; one in the host's name goes before it, and the session's stands in for it.

    Raises:
        NotAuthorized: the environment lacks what the API asks for.
    """
    if urlsplit(host).hostname in _LOOPBACK and not os.environ.get(_SECRETS.get(asked_for, "")):
        asked_for = "none"
    return _KINDS[asked_for](host, region)


def _none(host: str, region: str | None) -> Headers:
    return lambda url, body: _JSON


def _jwt(host: str, region: str | None) -> Headers:
    token = os.environ.get(TOKEN)
    if not token:
        raise NotAuthorized("bearer tokens", f"{TOKEN} is not set")
    return lambda url, body: {**_JSON, "authorization": f"Bearer {token}"}


def _key(host: str, region: str | None) -> Headers:
    key = os.environ.get(KEY)
    if not key:
        raise NotAuthorized("API keys", f"{KEY} is not set")
    return lambda url, body: {**_JSON, "x-api-key": key}


def _iam(host: str, region: str | None, *, service: str) -> Headers:
    """Sign with SigV4, with the credentials that the AWS command line would use."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.session import get_session

    session = get_session()
    credentials = session.get_credentials()
    if credentials is None:
        raise NotAuthorized("signatures (SigV4)", "there are no AWS credentials")
    endpoint = _ENDPOINT.search(host)
    signed_for = endpoint.group(1) if endpoint else region or session.get_config_variable("region") or "us-east-1"

    def sign(url: str, body: bytes) -> Mapping[str, str]:
        request = AWSRequest("POST", url, data=body, headers=dict(_JSON))
        SigV4Auth(credentials.get_frozen_credentials(), service, signed_for).add_auth(request)
        return dict(request.headers.items())

    return sign


_KINDS: dict[str, Callable[[str, str | None], Headers]] = {
    "none": _none,
    "jwt": _jwt,
    "key": _key,
    "iam": partial(_iam, service="execute-api"),
    "iam-lambda": partial(_iam, service="lambda"),
}
