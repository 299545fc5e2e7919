"""What the API asks of its clients, read from the service's template and answered from the environment."""

import os
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from sparely_toolkit.problems import Problem

Headers = Callable[[str, bytes], Mapping[str, str]]
"""Gives the headers of one POST to a URL with a body."""

TOKEN, KEY = "LOAD_BEARER_TOKEN", "LOAD_API_KEY"
_SECRETS = {"jwt": TOKEN, "key": KEY}
_JSON = {"content-type": "application/json"}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ENDPOINT = re.compile(r"\.(execute-api|lambda-url)\.([a-z0-9-]+)\.")
_SERVICES = {"execute-api": "execute-api", "lambda-url": "lambda"}


class NotAuthorized(Problem):
    """The environment holds nothing that the API would accept."""

    def __init__(self, kind: str, missing: str) -> None:
        super().__init__(f"The API asks for {kind}, and {missing}.")


def kind(body: Mapping[str, Any]) -> str:
    """Tell from an API's OpenAPI body what it asks for: `iam`, `jwt`, `key` or `none`."""
    for scheme in body.get("components", {}).get("securitySchemes", {}).values():
        if scheme.get("x-amazon-apigateway-authtype") == "awsSigv4":
            return "iam"
        if scheme.get("x-amazon-apigateway-authorizer", {}).get("type") == "jwt":
            return "jwt"
        if scheme.get("type") == "apiKey" and scheme.get("name", "").lower() == "x-api-key":
            return "key"
    return "none"


def headers(asked_for: str, host: str) -> Headers:
    """
    Prepare the headers for a host; on this machine what the environment lacks is left out.

    Raises:
        NotAuthorized: the environment lacks what the API asks for.
    """
    if urlsplit(host).hostname in _LOOPBACK and not os.environ.get(_SECRETS.get(asked_for, "")):
        asked_for = "none"
    return _KINDS[asked_for](host)


def _none(host: str) -> Headers:
    return lambda url, body: _JSON


def _jwt(host: str) -> Headers:
    token = os.environ.get(TOKEN)
    if not token:
        raise NotAuthorized("bearer tokens", f"{TOKEN} is not set")
    return lambda url, body: {**_JSON, "authorization": f"Bearer {token}"}


def _key(host: str) -> Headers:
    key = os.environ.get(KEY)
    if not key:
        raise NotAuthorized("API keys", f"{KEY} is not set")
    return lambda url, body: {**_JSON, "x-api-key": key}


def _iam(host: str) -> Headers:
    """Sign with SigV4, for `lambda` at a function URL, with the credentials that the AWS command line would use."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.session import get_session

    session = get_session()
    credentials = session.get_credentials()
    if credentials is None:
        raise NotAuthorized("signatures (SigV4)", "there are no AWS credentials")
    endpoint = _ENDPOINT.search(host)
    region = endpoint.group(2) if endpoint else session.get_config_variable("region") or "us-east-1"
    service = _SERVICES[endpoint.group(1)] if endpoint else "execute-api"

    def sign(url: str, body: bytes) -> Mapping[str, str]:
        request = AWSRequest("POST", url, data=body, headers=dict(_JSON))
        SigV4Auth(credentials.get_frozen_credentials(), service, region).add_auth(request)
        return dict(request.headers.items())

    return sign


_KINDS: dict[str, Callable[[str], Headers]] = {"none": _none, "jwt": _jwt, "key": _key, "iam": _iam}
