"""HTTP request -> the event that API Gateway hands the function, payload 2.0 and 1.0. Pure functions."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.routes import Match
from sparely_toolkit.local.settings import ACCOUNT

API_ID = "local00000"
_TEXT_TYPES = ("application/json", "application/javascript", "application/xml")


def to_event(
    request: HttpRequest,
    match: Match,
    *,
    payload: str,
    stage: str,
    region: str,
    caller: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """
    Build the event in the payload version of the route's integration ("1.0" or "2.0"), or a function URL's ("url").

    Args:
        caller: what is known of the caller, as requestContext carries it: `authorizer`, members of `identity`.
    """
    event = _BUILDERS[payload](request, match, stage=stage, region=region)
    context = event["requestContext"]
    for name, value in (caller or {}).items():
        context[name] = {**context[name], **value} if name in context else value
    return event


def payload_2(request: HttpRequest, match: Match, *, stage: str, region: str) -> dict[str, Any]:
    """
    Build a payload 2.0 event: lower-case headers, repeated values joined by commas, absent members left out.

    The path is percent-decoded, in spite of the name `rawPath`, and starts with the stage unless that is
    `$default`; so are the path parameters.

    Sources: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html;
    recorded events in github.com/middleapi/standard-server/pull/93
    and github.com/milliHQ/terraform-aws-next-js/pull/31
    """
    path = unquote(request.raw_path if stage == "$default" else f"/{stage}{request.raw_path}")
    # At a question mark that was sent as %3F the path ends: AWS decodes it and then takes the rest for the query.
    # Source: github.com/middleapi/standard-server/pull/93, from captures of live APIs (read 2026-11-28).
    path = path.partition("?")[0]
    domain = _domain(region)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": match.route.key,
        "rawPath": path,
        "rawQueryString": request.raw_query,
        "headers": _payload_2_headers(request),
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": API_ID,
            "domainName": domain,
            "domainPrefix": API_ID,
            "http": {
                "method": request.method,
                "path": path,
                "protocol": request.protocol,
                "sourceIp": request.source_ip,
                "userAgent": request.header("user-agent") or "",
            },
            "requestId": request.extended_request_id,
            "routeKey": match.route.key,
            "stage": stage,
            "time": f"{request.time:%d/%b/%Y:%H:%M:%S +0000}",
            "timeEpoch": int(request.time.timestamp() * 1000),
        },
        "isBase64Encoded": False,
    }
    cookies = _cookies(request)
    if cookies:
        event["cookies"] = cookies
    if request.raw_query:
        event["queryStringParameters"] = _joined(_query(request))
    if match.path_parameters:
        event["pathParameters"] = {name: unquote(value) for name, value in match.path_parameters.items()}
    if request.body:
        event["isBase64Encoded"] = not _is_text(request)
        event["body"] = _body(request, encoded=event["isBase64Encoded"])
    return event


def payload_1(request: HttpRequest, match: Match, *, stage: str, region: str) -> dict[str, Any]:
    """
    Build a payload 1.0 event as a REST API does: headers in the client's case, last and all values, nulls.

    The path and the path parameters stay percent-encoded: the function has to decode them.

    Sources: docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html,
    "Input format of a Lambda function for proxy integration"; github.com/serverless/serverless/issues/5037
    """
    headers = list(_forwarded(request))
    query = list(_query(request))
    return {
        "resource": match.route.path,
        "path": request.raw_path,
        "httpMethod": request.method,
        "headers": dict(headers),
        "multiValueHeaders": _listed(headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _listed(query) or None,
        "pathParameters": dict(match.path_parameters) or None,
        "stageVariables": None,
        "requestContext": {
            "resourceId": "local0",
            "resourcePath": match.route.path,
            "httpMethod": request.method,
            "extendedRequestId": request.extended_request_id,
            "requestTime": f"{request.time:%d/%b/%Y:%H:%M:%S +0000}",
            "path": f"/{stage}{request.raw_path}",
            "accountId": ACCOUNT,
            "protocol": request.protocol,
            "stage": stage,
            "domainPrefix": API_ID,
            "requestTimeEpoch": int(request.time.timestamp() * 1000),
            "requestId": request.request_id,
            "identity": _identity(request),
            "domainName": _domain(region),
            "apiId": API_ID,
        },
        # Without binaryMediaTypes a REST API passes every body as text.
        "body": request.body.decode("utf-8", "replace") if request.body else None,
        "isBase64Encoded": False,
    }


def payload_url(request: HttpRequest, match: Match, *, stage: str, region: str) -> dict[str, Any]:
    """
    Build a function URL's event: payload 2.0 without a route, its path as the client sent it.

    Sources: docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html; for the path
    github.com/middleapi/standard-server/pull/93 (both read 2026-11-28).
    """
    event = payload_2(request, Match(match.route, {}), stage=stage, region=region)
    context = {**event["requestContext"], "routeKey": "$default", "domainName": f"{API_ID}.lambda-url.{region}.on.aws"}
    context["http"] = {**context["http"], "path": request.raw_path}
    context["requestId"] = request.request_id
    return {**event, "routeKey": "$default", "rawPath": request.raw_path, "requestContext": context}


_BUILDERS = {"2.0": payload_2, "1.0": payload_1, "url": payload_url}


def _payload_2_headers(request: HttpRequest) -> dict[str, str]:
    # An HTTP API tells the length of every body, 0 for none; a REST API does not.
    pairs = [(key.lower(), value) for key, value in _forwarded(request) if key.lower() != "cookie"]
    if request.header("content-length") is None:
        pairs.append(("content-length", str(len(request.body))))
    return _joined(pairs)


def _cookies(request: HttpRequest) -> list[str]:
    lines = [value for key, value in request.headers if key.lower() == "cookie"]
    return [part.strip() for value in lines for part in value.split(";") if part.strip()]


def _identity(request: HttpRequest) -> dict[str, Any]:
    absent = (
        "cognitoIdentityPoolId",
        "accountId",
        "cognitoIdentityId",
        "caller",
        "principalOrgId",
        "accessKey",
        "cognitoAuthenticationType",
        "cognitoAuthenticationProvider",
        "userArn",
        "user",
    )
    return {**dict.fromkeys(absent), "sourceIp": request.source_ip, "userAgent": request.header("user-agent")}


def _domain(region: str) -> str:
    return f"{API_ID}.execute-api.{region}.amazonaws.com"


def _forwarded(request: HttpRequest) -> Iterable[tuple[str, str]]:
    """Give the client's headers and those that the gateway adds; connection-level ones stay outside."""
    for name, value in request.headers:
        if name.lower() not in ("connection", "transfer-encoding", "keep-alive", "upgrade", "te"):
            yield name, value
    yield "X-Amzn-Trace-Id", request.trace_id
    yield "X-Forwarded-For", request.source_ip
    yield "X-Forwarded-Port", str(request.port)
    yield "X-Forwarded-Proto", "http"


def _query(request: HttpRequest) -> Iterable[tuple[str, str]]:
    return parse_qsl(request.raw_query, keep_blank_values=True)


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: ",".join(values) for name, values in _listed(pairs).items()}


def _listed(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    return lists


def _is_text(request: HttpRequest) -> bool:
    """
    Tell whether an HTTP API passes the body as text; forms, unnamed types and compressed bodies go as base64.

    Source: measured in github.com/ministackorg/ministack/pull/766; Content-Encoding is an assumption.
    """
    if request.header("content-encoding"):
        return False
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    return media_type.startswith("text/") or media_type in _TEXT_TYPES


def _body(request: HttpRequest, *, encoded: bool) -> str:
    return base64.b64encode(request.body).decode() if encoded else request.body.decode("utf-8", "replace")
