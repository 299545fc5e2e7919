"""API Gateway's event, payload 1.0 or 2.0, as one request."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from handler.errors import NotJson, UnsupportedMediaType


@dataclass(frozen=True, slots=True)
class Request:
    """
    What the gateway has routed.

    `route` is the route key, such as `POST /predict/{area}`; header names are lower-case.
    """

    route: str
    method: str
    path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    body: str
    is_base64: bool


def read_event(event: Mapping[str, Any]) -> Request:
    """
    Take from the event what the service uses.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    (payload formats 1.0 and 2.0, read 2026-11-22).
    """
    if event.get("version") == "2.0":
        route = event["routeKey"]
        method, path = event["requestContext"]["http"]["method"], event["rawPath"]
    else:
        method, path = event["httpMethod"], event["path"]
        route = f"{method} {event['resource']}"
    return Request(
        route=route,
        method=method,
        path=path,
        parameters=event.get("pathParameters") or {},
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        body=event.get("body") or "",
        is_base64=bool(event.get("isBase64Encoded")),
    )


def read_json(request: Request) -> Any:
    """
    Parse the body.

    Raises:
        UnsupportedMediaType: the content type is stated and is not JSON's.
        NotJson: the body is not JSON as RFC 8259 has it; NaN and Infinity are not.
    """
    media_type = request.headers.get("content-type", "application/json")
    if not is_json(media_type):
        raise UnsupportedMediaType(media_type)
    try:
        return _decode(_text(request))
    except binascii.Error:
        raise NotJson("it is not valid base64") from None
    except UnicodeDecodeError:
        raise NotJson("it is not UTF-8") from None
    except RecursionError:
        raise NotJson("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        raise NotJson(f"{reason} at line {error.lineno}, column {error.colno}") from None
    except NotANumber as error:
        raise NotJson(f"{error} is not a JSON number") from None
    except ValueError:  # Python converts integers of up to 4,300 digits, against quadratic time
        raise NotJson("an integer has more than 4300 digits") from None


def _text(request: Request) -> str:
    return base64.b64decode(request.body, validate=True).decode() if request.is_base64 else request.body


def is_json(media_type: str) -> bool:
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or (essence.startswith("application/") and essence.endswith("+json"))


class NotANumber(ValueError):
    """NaN, Infinity or -Infinity, which Python would take and RFC 8259 does not know."""


def _refuse_constant(name: str) -> NoReturn:
    raise NotANumber(name)


_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode
