"""SigV4 signatures: checked by signing the same request again with botocore's own signer."""

import hashlib
import hmac
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sparely_toolkit.local.faults import Fault, Refusal
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.routes import Match
from sparely_toolkit.local.settings import ACCOUNT

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<date>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request,"
    r"\s*SignedHeaders=(?P<headers>[^,]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)
GATEWAY = "execute-api"
"""The service that requests to an API Gateway are signed for; to a function URL it is `lambda`."""
# Source: docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html, "Timestamps".
_SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Credentials:
    """The one identity that is known here."""

    access_key: str
    secret_key: str


class Scope(NamedTuple):
    """What a signature is for."""

    region: str
    service: str


def local_credentials() -> Credentials:
    """Give those of the shell, else `local` and `local`."""
    access_key, secret_key = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    if access_key is not None and secret_key is not None:
        return Credentials(access_key, secret_key)
    return Credentials("local", "local")


def checker(
    credentials: Credentials,
    region: str,
    *,
    service: str = GATEWAY,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Callable[[HttpRequest, Match], Mapping[str, Any]]:
    """Make the check of an HTTP API with IAM authorization; whatever is wrong is answered 403 Forbidden."""
    context = {"authorizer": {"iam": _identity(credentials)}}
    hint = f"a signature for {service} in {region} by the access key {credentials.access_key} is accepted here"

    def check(request: HttpRequest, match: Match) -> Mapping[str, Any]:
        if not _is_signed(request, credentials, Scope(region, service), now()):
            raise Refusal(Fault.FORBIDDEN, hint=hint)
        return context

    return check


def _is_signed(request: HttpRequest, credentials: Credentials, scope: Scope, now: datetime) -> bool:
    credential = _AUTHORIZATION.fullmatch(request.header("authorization") or "")
    timestamp = request.header("x-amz-date") or ""
    if credential is None or (credential["key"], credential["region"], credential["service"]) != (
        credentials.access_key,
        scope.region,
        scope.service,
    ):
        return False
    signed_headers = credential["headers"].split(";")
    if "host" not in signed_headers or not timestamp.startswith(credential["date"]) or not _is_recent(timestamp, now):
        return False
    claimed = request.header("x-amz-content-sha256")
    if claimed not in (None, "UNSIGNED-PAYLOAD", hashlib.sha256(request.body).hexdigest()):
        return False
    expected = _sign(request, signed_headers, timestamp, credentials, scope)
    return hmac.compare_digest(expected, credential["signature"])


def _is_recent(timestamp: str, now: datetime) -> bool:
    try:
        signed_at = datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs(now - signed_at) <= _SKEW


def _sign(request: HttpRequest, signed: list[str], timestamp: str, credentials: Credentials, scope: Scope) -> str:
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials as SigningCredentials

    signer = SigV4Auth(SigningCredentials(credentials.access_key, credentials.secret_key), scope.service, scope.region)
    url = f"http://{request.header('host')}{request.full_target}"
    signed_again = AWSRequest(method=request.method, url=url, data=request.body)
    for name, value in request.headers:
        if name.lower() in signed:
            signed_again.headers.add_header(name, value)
    signed_again.context["timestamp"] = timestamp
    text = signer.string_to_sign(signed_again, signer.canonical_request(signed_again))
    return str(signer.signature(text, signed_again))


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
