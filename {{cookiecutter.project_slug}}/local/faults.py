"""API Gateway's own answers, where the function has none: the status and body that each kind of API gives."""

from enum import Enum
from typing import Literal

from local.responses import HttpResponse

ApiKind = Literal["http", "rest"]


class Fault(Enum):
    """What can go wrong outside the function's own answer."""

    NO_ROUTE = "no route"
    BODY_TOO_LARGE = "body above API Gateway's 10 MB"
    EVENT_TOO_LARGE = "event above Lambda's 6 MB"
    THROTTLED = "as many invocations run as the function may have"
    FUNCTION_FAILED = "the function raised, crashed, timed out or could not start"
    MALFORMED_ANSWER = "the function's answer is none that the gateway understands"
    GATEWAY_TIMEOUT = "the integration took longer than the gateway waits"


# Bodies to the byte: an HTTP API writes no space after the colon, a REST API one where an integration failed.
# Sources, read 2026-11-22:
#   404, 403: tests of aws/aws-lambda-dotnet's Tools/LambdaTestTool-v2, which also run against API Gateway.
#   500, 502: the same; a REST API's body is 36 bytes long there, an HTTP API's 35.
#   REST throttled 500: repost.aws/questions/QUfI6bsdd0SOiPeyimzxSkfQ; an HTTP API's 503 as for its timeout.
#   HTTP timeout 503: github.com/anomalyco/sst/issues/2232. REST timeout 504:
#     docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
#   413 above 6 MB: as clients of both kinds report it. Above 10 MB: a REST API's plain text as users recorded
#     it; an HTTP API's body is not confirmed by a source.
_HTTP: dict[Fault, tuple[int, str]] = {
    Fault.NO_ROUTE: (404, '{"message":"Not Found"}'),
    Fault.BODY_TOO_LARGE: (413, '{"message":"Request Entity Too Large"}'),
    Fault.EVENT_TOO_LARGE: (413, '{"message":"Request Too Long"}'),
    Fault.THROTTLED: (503, '{"message":"Service Unavailable"}'),
    Fault.FUNCTION_FAILED: (500, '{"message":"Internal Server Error"}'),
    Fault.MALFORMED_ANSWER: (500, '{"message":"Internal Server Error"}'),
    Fault.GATEWAY_TIMEOUT: (503, '{"message":"Service Unavailable"}'),
}
_REST: dict[Fault, tuple[int, str]] = {
    Fault.NO_ROUTE: (403, '{"message":"Missing Authentication Token"}'),
    Fault.BODY_TOO_LARGE: (413, "HTTP content length exceeded 10485760 bytes."),
    Fault.EVENT_TOO_LARGE: (413, '{"message":"Request Too Long"}'),
    Fault.THROTTLED: (500, '{"message": "Internal server error"}'),
    Fault.FUNCTION_FAILED: (502, '{"message": "Internal server error"}'),
    Fault.MALFORMED_ANSWER: (502, '{"message": "Internal server error"}'),
    Fault.GATEWAY_TIMEOUT: (504, '{"message": "Endpoint request timed out"}'),
}
_ERROR_TYPES: dict[int, str] = {
    403: "MissingAuthenticationTokenException",
    413: "RequestTooLargeException",
    500: "InternalServerErrorException",
    502: "InternalServerErrorException",
    504: "InternalServerErrorException",
}


def answer(fault: Fault, kind: ApiKind) -> HttpResponse:
    """Give the gateway's answer to a fault."""
    status, body = (_HTTP if kind == "http" else _REST)[fault]
    media_type = "application/json" if body.startswith("{") else "text/plain"
    headers = [("content-type", media_type)]
    if kind == "rest":
        headers.append(("x-amzn-errortype", _ERROR_TYPES[status]))
    return HttpResponse(status, tuple(headers), body.encode())
