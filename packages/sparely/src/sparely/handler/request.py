"""An event that a gateway has routed, payload 1.0 or 2.0, as one request."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sparely.bundle import GOLDEN_MARK
from sparely.record import Record

NOTHING: Mapping[str, str] = MappingProxyType({})
UNREAD = object()


class Request(Record):
    """
    What a gateway has routed, or what is found by its path where none has.

    `route` is method and path template, such as `POST /predict/{area}`; `path` and the values of `parameters`
    are percent-decoded, header names are lower-case; `id` names the request in the log; `document`
    is a body that has been read already; `is_golden` says that a check asks for golden rows.
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
    is_golden: bool = False


class NotRouted(Exception):
    """
    An event that is no routed request of API Gateway's; `other_events` knows what else is taken.

    The message, if any, is what it is in `UnknownEvent`'s sentence.
    """


def read_event(event: Any, request_id: str = "") -> Request:
    """
    Take from the event what the service uses.

    A function URL, and an HTTP API's `$default` route, name no route: that of the request is empty then, its path as
    the event has it, and `paths` finds both.

    Raises:
        NotRouted: the event is something else.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    (payload formats 1.0 and 2.0, read 2026-11-22).
    """
    try:
        if event.get("version") == "2.0":
            method, path = event["requestContext"]["http"]["method"], event["rawPath"]
            template = event["routeKey"].partition(" ")[2]
            parameters = event.get("pathParameters") or {}
        else:
            method, path, template = event["httpMethod"], _decoded(event["path"]), event["resource"]
            parameters = {name: _decoded(value) for name, value in (event.get("pathParameters") or {}).items()}
        headers = {name.lower(): value for name, value in (event.get("headers") or _last_headers(event)).items()}
    except (KeyError, IndexError, TypeError, AttributeError):
        raise NotRouted from None
    if "type" in event:  # asks a Lambda authorizer whether somebody may call, in the form of a request
        raise NotRouted
    return Request(
        # Behind a REST API a route of any method has no method of its own.
        route=f"{method} {template}" if template else "",
        method=method,
        path=path,
        parameters=parameters,
        headers=headers,
        body=event.get("body") or "",
        is_base64=bool(event.get("isBase64Encoded")),
        id=request_id,
        query=event.get("queryStringParameters") or NOTHING,
        # No caller can set it: the gateway makes the event, and puts what it was sent into other members.
        is_golden=GOLDEN_MARK in event,
    )


def _last_headers(event: Mapping[str, Any]) -> dict[str, str]:
    """Of each header the last value, as an event's `headers` have it where it has them."""
    return {name: values[-1] for name, values in (event.get("multiValueHeaders") or {}).items()}


def _decoded(text: str) -> str:
    # A REST API passes paths as they were sent, an HTTP API decodes them.
    if "%" not in text:
        return text
    from urllib.parse import unquote  # 2 ms of init that no good request needs

    return unquote(text)
