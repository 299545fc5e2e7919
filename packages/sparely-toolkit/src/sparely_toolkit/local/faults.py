"""API Gateway's own answers, where the function has none: by the kind of API, and in a REST API's own words."""

import json
from collections.abc import Mapping
from enum import Enum
from typing import Any

from sparely_toolkit.local.responses import HttpResponse
from sparely_toolkit.local.settings import ApiKind


class Fault(Enum):
    """What can go wrong outside the function's own answer."""

    NO_ROUTE = "no route"
    NOT_AUTHORIZED = "no token, or one that does not pass"
    FORBIDDEN = "no right to this route"
    TOO_MANY_REQUESTS = "more requests a second than the API or the usage plan lets through"
    QUOTA_USED = "more requests than the usage plan grants in its period"
    INVALID_PARAMETERS = "a required parameter is missing"
    INVALID_BODY = "the body does not fit the route's model"
    NOT_HTTP = "what was sent is no request of HTTP/1.0 or 1.1"
    HEAD_TOO_LARGE = "request line and headers above API Gateway's 10,240 bytes"
    BODY_TOO_LARGE = "body above API Gateway's 10 MB"
    EVENT_TOO_LARGE = "event above Lambda's 6 MB"
    THROTTLED = "as many invocations run as the function may have"
    FUNCTION_FAILED = "the function raised, crashed, timed out or could not start"
    MALFORMED_ANSWER = "the function's answer is none that the gateway understands"
    GATEWAY_TIMEOUT = "the integration took longer than the gateway waits"


class Refusal(Exception):
    """
    A request that the gateway answers itself; `headers` go with the answer.

    `hint` is printed where the server runs: what AWS answers does not say what is accepted here.
    """

    def __init__(
        self, fault: Fault, headers: tuple[tuple[str, str], ...] = (), message: str = "", *, hint: str = ""
    ) -> None:
        super().__init__(message or fault.value)
        self.fault = fault
        self.headers = headers
        self.message = message
        self.hint = hint


# Bodies to the byte: an HTTP API writes no space after the colon, a REST API one where an integration failed.
# Sources, read 2026-11-22:
#   404, 403: tests of aws/aws-lambda-dotnet's Tools/LambdaTestTool-v2, which also run against API Gateway.
#   500, 502: the same; a REST API's body is 36 bytes long there, an HTTP API's 35.
#   401: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-jwt.html
#   REST throttled 500: repost.aws/questions/QUfI6bsdd0SOiPeyimzxSkfQ; an HTTP API's 503 as for its timeout.
#   HTTP timeout 503: github.com/anomalyco/sst/issues/2232. REST timeout 504, 429, 400 and error types:
#     docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
#   REST 413, both: recorded in github.com/koki-develop/lgtm-generator/issues/10, to the length and error type.
#   REST 431, its words and its status (read 2026-11-28): ntsblog.homedev.com.au/index.php/2021/03/09/
#     aws-api-gateway-http-header-is-larger-than-10240-bytes, backbencher.dev/
#     solved-431-status-code-with-request-header-fields-too-large
#   What no source confirms is listed in docs/local.md, "Uncertain".
_HTTP: dict[Fault, tuple[int, str]] = {
    Fault.NO_ROUTE: (404, '{"message":"Not Found"}'),
    Fault.NOT_AUTHORIZED: (401, '{"message":"Unauthorized"}'),
    Fault.FORBIDDEN: (403, '{"message":"Forbidden"}'),
    Fault.TOO_MANY_REQUESTS: (429, '{"message":"Too Many Requests"}'),
    Fault.NOT_HTTP: (400, '{"message":"Bad Request"}'),
    Fault.HEAD_TOO_LARGE: (431, '{"message":"Request Header Fields Too Large"}'),
    Fault.BODY_TOO_LARGE: (413, '{"message":"Request Entity Too Large"}'),
    Fault.EVENT_TOO_LARGE: (413, '{"message":"Request Too Long"}'),
    Fault.THROTTLED: (503, '{"message":"Service Unavailable"}'),
    Fault.FUNCTION_FAILED: (500, '{"message":"Internal Server Error"}'),
    Fault.MALFORMED_ANSWER: (500, '{"message":"Internal Server Error"}'),
    Fault.GATEWAY_TIMEOUT: (503, '{"message":"Service Unavailable"}'),
}
_REST: dict[Fault, tuple[int, str, str]] = {
    Fault.NO_ROUTE: (403, '{"message":"Missing Authentication Token"}', "MissingAuthenticationTokenException"),
    Fault.NOT_AUTHORIZED: (401, '{"message":"Unauthorized"}', "UnauthorizedException"),
    Fault.FORBIDDEN: (403, '{"message":"Forbidden"}', "ForbiddenException"),
    Fault.TOO_MANY_REQUESTS: (429, '{"message":"Too Many Requests"}', "TooManyRequestsException"),
    Fault.QUOTA_USED: (429, '{"message":"Limit Exceeded"}', "LimitExceededException"),
    Fault.INVALID_PARAMETERS: (400, '{"message": "Missing required request parameters"}', "BadRequestException"),
    Fault.INVALID_BODY: (400, '{"message": "Invalid request body"}', "BadRequestException"),
    Fault.NOT_HTTP: (400, '{"message": "Bad Request"}', "BadRequestException"),
    Fault.HEAD_TOO_LARGE: (431, "HTTP header is larger than 10240 bytes.", ""),
    Fault.BODY_TOO_LARGE: (413, "HTTP content length exceeded 10485760 bytes.", ""),
    Fault.EVENT_TOO_LARGE: (413, '{"message": "Request Too Long"}', "BadRequestException"),
    Fault.THROTTLED: (500, '{"message": "Internal server error"}', "InternalServerErrorException"),
    Fault.FUNCTION_FAILED: (502, '{"message": "Internal server error"}', "InternalServerErrorException"),
    Fault.MALFORMED_ANSWER: (502, '{"message": "Internal server error"}', "InternalServerErrorException"),
    Fault.GATEWAY_TIMEOUT: (504, '{"message": "Endpoint request timed out"}', "InternalServerErrorException"),
}

# As Lambda says of an event. Source: among many, github.com/pelmers/streetwarp-web/issues/14 (read 2026-11-28).
_TOO_LARGE = '{"Message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}'
# Of a function URL. Statuses: docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html and urls-invocation.html (read
# 2026-11-28); the bodies are not documented, see docs/local.md.
_URL: dict[Fault, tuple[int, str, str]] = {
    Fault.NO_ROUTE: (404, '{"Message":null}', ""),
    Fault.NOT_AUTHORIZED: (403, '{"Message":"Forbidden"}', "AccessDeniedException"),
    Fault.FORBIDDEN: (403, '{"Message":"Forbidden"}', "AccessDeniedException"),
    Fault.NOT_HTTP: (400, '{"Message":"Bad Request"}', ""),
    Fault.HEAD_TOO_LARGE: (431, '{"Message":"Request Header Fields Too Large"}', ""),
    Fault.BODY_TOO_LARGE: (413, _TOO_LARGE, "RequestEntityTooLargeException"),
    Fault.EVENT_TOO_LARGE: (413, _TOO_LARGE, "RequestEntityTooLargeException"),
    Fault.THROTTLED: (429, '{"Reason":"ConcurrentInvocationLimitExceeded","Type":"User"}', "TooManyRequestsException"),
    Fault.FUNCTION_FAILED: (502, "Internal Server Error", ""),
    Fault.MALFORMED_ANSWER: (502, "Internal Server Error", ""),
    Fault.GATEWAY_TIMEOUT: (504, '{"Message":null}', ""),
}

RESPONSES = "x-amazon-apigateway-gateway-responses"
# Source: docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html (read
# 2026-11-22). What it does not name has the default of its status; which type a failed function and a request
# above Lambda's 6 MB have, no source says.
RESPONSE_TYPES = {
    Fault.NO_ROUTE: "MISSING_AUTHENTICATION_TOKEN",
    Fault.NOT_AUTHORIZED: "UNAUTHORIZED",
    Fault.FORBIDDEN: "INVALID_API_KEY",
    Fault.TOO_MANY_REQUESTS: "THROTTLED",
    Fault.QUOTA_USED: "QUOTA_EXCEEDED",
    Fault.INVALID_PARAMETERS: "BAD_REQUEST_PARAMETERS",
    Fault.INVALID_BODY: "BAD_REQUEST_BODY",
    Fault.BODY_TOO_LARGE: "REQUEST_TOO_LARGE",
    Fault.GATEWAY_TIMEOUT: "INTEGRATION_TIMEOUT",
}
_RESPONSE_HEADER = "gatewayresponse.header."
BEFORE_THE_API = frozenset((Fault.NOT_HTTP, Fault.HEAD_TOO_LARGE))
"""What is told before anybody knows which API is asked, and so never in that API's own words."""


def answer(fault: Fault, kind: ApiKind, headers: tuple[tuple[str, str], ...] = (), message: str = "") -> HttpResponse:
    """Give the gateway's answer to a fault; `message` takes the place of the usual one."""
    if kind == "http":
        status, body = _HTTP[fault]
        error_type = ""
    else:
        status, body, error_type = (_REST if kind == "rest" else _URL)[fault]
    if message:
        body = f'{{"message": "{message}"}}'
    known = [("content-type", "application/json" if body.startswith("{") else "text; charset=utf-8"), *headers]
    if error_type:
        known.append(("x-amzn-errortype", error_type))
    return HttpResponse(status, tuple(known), body.encode())


def reworded(usual: HttpResponse, fault: Fault, body: Mapping[str, Any]) -> HttpResponse:
    """
    Give a fault's answer as the API's OpenAPI body has it, or the usual one where it has none.

    Of the variables the message is filled in, and of the headers those with a constant value are set.
    """
    defined = body.get(RESPONSES, {})
    response = defined.get(RESPONSE_TYPES.get(fault, ""), defined.get(f"DEFAULT_{usual.status // 100}XX"))
    if response is None or fault in BEFORE_THE_API:
        return usual
    status = int(response.get("statusCode", usual.status))
    ((media_type, template), *_) = response.get("responseTemplates", {"": None}).items()
    text = usual.body if template is None else _filled(template, usual.body).encode()
    headers = dict(usual.headers) | ({"content-type": media_type} if media_type else {})
    for name, value in response.get("responseParameters", {}).items():
        if name.startswith(_RESPONSE_HEADER) and str(value).startswith("'"):
            headers[name.removeprefix(_RESPONSE_HEADER).lower()] = str(value).strip("'")
    return HttpResponse(status, tuple(headers.items()), text)


def _filled(template: str, usual: bytes) -> str:
    """Fill in the message, which comes in its quotes."""
    message = json.loads(usual)["message"] if usual.startswith(b"{") else usual.decode()
    return template.replace("$context.error.messageString", json.dumps(message))
