"""API Gateway's event, payload 1.0 or 2.0, as one request."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

NOTHING: Mapping[str, str] = MappingProxyType({})
UNREAD = object()


class Request(NamedTuple):
    """
    What the gateway has routed.

    `route` is method and path template, such as `POST /predict/{area}`; `path` and the values of `parameters`
    are percent-decoded, header names are lower-case; `id` names the request in the log; `document`
    is a body that has been read already.
    """

    route: str
    method: str
    path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    body: str
    is_base64: bool
    id: str = ""
    query: Mapping[str, str] = NOTHING
    document: Any = UNREAD


def read_event(event: Mapping[str, Any], request_id: str = "") -> Request:
    """
    Take from the event what the service uses.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    (payload formats 1.0 and 2.0, read 2026-11-22).
    """
    if event.get("version") == "2.0":
        method, path = event["requestContext"]["http"]["method"], event["rawPath"]
        template = event["routeKey"].partition(" ")[2]
        parameters = event.get("pathParameters") or {}
    else:
        method, path, template = event["httpMethod"], _decoded(event["path"]), event["resource"]
        parameters = {name: _decoded(value) for name, value in (event.get("pathParameters") or {}).items()}
    return Request(
        # Behind a REST API a route of any method has no method of its own.
        route=f"{method} {template}",
        method=method,
        path=path,
        parameters=parameters,
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        body=event.get("body") or "",
        is_base64=bool(event.get("isBase64Encoded")),
        id=request_id,
        query=event.get("queryStringParameters") or NOTHING,
    )


def _decoded(text: str) -> str:
    # A REST API passes paths as they were sent, an HTTP API decodes them.
    if "%" not in text:
        return text
    from urllib.parse import unquote  # 2 ms of init that no good request needs

    return unquote(text)
