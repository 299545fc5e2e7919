"""SigV4 signatures: checked by signing the same request again with botocore's own signer."""

import hashlib
import hmac
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sparely_toolkit.local.faults import Fault, Refusal
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.routes import Match
from sparely_toolkit.local.template import ACCOUNT

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<date>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request,"
    r"\s*SignedHeaders=(?P<headers>[^,]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)
_SERVICE = "execute-api"
# Source: docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html, "Timestamps".
_SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Credentials:
    """The one identity that is known here."""

    access_key: str
    secret_key: str


def local_credentials() -> Credentials:
    """Give those of the shell's environment, else `local` and `local`."""
    environment = os.environ
    if "AWS_ACCESS_KEY_ID" in environment and "AWS_SECRET_ACCESS_KEY" in environment:
        return Credentials(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])
    return Credentials("local", "local")


def checker(
    credentials: Credentials, region: str, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Callable[[HttpRequest, Match], Mapping[str, Any]]:
    """Make the check of an HTTP API with IAM authorization; whatever is wrong is answered 403 Forbidden."""
    context = {"authorizer": {"iam": _identity(credentials)}}

    def check(asked: HttpRequest, match: Match) -> Mapping[str, Any]:
        if not _is_signed(asked, credentials, region, now()):
            raise Refusal(Fault.FORBIDDEN)
        return context

    return check


def _is_signed(asked: HttpRequest, credentials: Credentials, region: str, now: datetime) -> bool:
    given = _AUTHORIZATION.fullmatch(asked.header("authorization") or "")
    timestamp = asked.header("x-amz-date") or ""
    if given is None or (given["key"], given["region"], given["service"]) != (
        credentials.access_key,
        region,
        _SERVICE,
    ):
        return False
    signed_headers = given["headers"].split(";")
    if "host" not in signed_headers or not timestamp.startswith(given["date"]) or not _is_recent(timestamp, now):
        return False
    claimed = asked.header("x-amz-content-sha256")
    if claimed not in (None, "UNSIGNED-PAYLOAD", hashlib.sha256(asked.body).hexdigest()):
        return False
    expected = _sign(asked, signed_headers, timestamp, credentials, region)
    return hmac.compare_digest(expected, given["signature"])


def _is_recent(timestamp: str, now: datetime) -> bool:
    try:
        signed_at = datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs(now - signed_at) <= _SKEW


def _sign(asked: HttpRequest, signed: list[str], timestamp: str, credentials: Credentials, region: str) -> str:
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials as SigningCredentials

    signer = SigV4Auth(SigningCredentials(credentials.access_key, credentials.secret_key), _SERVICE, region)
    url = f"http://{asked.header('host')}{asked.full_target}"
    request = AWSRequest(method=asked.method, url=url, data=asked.body)
    for name, value in asked.headers:
        if name.lower() in signed:
            request.headers.add_header(name, value)
    request.context["timestamp"] = timestamp
    text = signer.string_to_sign(request, signer.canonical_request(request))
    return str(signer.signature(text, request))


def _identity(credentials: Credentials) -> dict[str, Any]:
    """
    Give the event's `authorizer.iam`.

    Source: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    return {
        "accessKey": credentials.access_key,
        "accountId": ACCOUNT,
        "callerId": "AIDALOCAL",
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": f"arn:aws:iam::{ACCOUNT}:user/local",
        "userId": "AIDALOCAL",
    }
