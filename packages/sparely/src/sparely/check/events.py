"""A request as API Gateway hands it to the function: the members that the function reads, in either payload format."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sparely.bundle import GOLDEN_MARK

CHECK, SHIFT = "deployment-check", "deployment-shift"
"""Who asks, as the event's user agent has it: the check of a version, or what asks while traffic moves."""


def event(
    route: str, parameters: Mapping[str, str], document: Any, *, payload: str, agent: str = CHECK
) -> dict[str, Any]:
    """
    Build the event of one POST; it is marked as a golden one, which no caller's event is.

    Args:
        route: the path's template, such as `/predict/{area}`.
        payload: "1.0" as a REST API sends it, "2.0" as an HTTP API does, "url" as a function URL.
    """
    path = route
    for name, value in parameters.items():
        path = path.replace(f"{{{name}}}", value)
    common: dict[str, Any] = {
        "headers": {"content-type": "application/json", "user-agent": agent},
        **({} if payload == "url" else {"pathParameters": dict(parameters)}),
        "body": json.dumps(document),
        "isBase64Encoded": False,
        GOLDEN_MARK: True,
    }
    return {**_ROUTINGS[payload](route, path), **common}


def _http_api(route: str, path: str) -> dict[str, Any]:
    http = {"method": "POST", "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": ""}
    return {
        "version": "2.0",
        "routeKey": f"POST {route}",
        "rawPath": path,
        "rawQueryString": "",
        "requestContext": {"http": http, "routeKey": f"POST {route}", "stage": "$default"},
    }


def _function_url(route: str, path: str) -> dict[str, Any]:
    """It names no route, and a path as it was sent."""
    asked = _http_api("", quote(path))
    context = {**asked["requestContext"], "routeKey": "$default", "domainName": "check.lambda-url.local.on.aws"}
    return {**asked, "routeKey": "$default", "requestContext": context}


def _rest_api(route: str, path: str) -> dict[str, Any]:
    return {
        "resource": route,
        "path": path,
        "httpMethod": "POST",
        "queryStringParameters": None,
        "requestContext": {"resourcePath": route, "httpMethod": "POST", "path": path, "stage": "check"},
    }


_ROUTINGS = {"2.0": _http_api, "1.0": _rest_api, "url": _function_url}
