"""
Lambda's Runtime API, version 2018-06-01, for one execution environment.

Each environment has a port of its own, as each has an address of its own on Lambda.
Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import time
from typing import TYPE_CHECKING

from aiohttp import web

from local.listening import Handler

if TYPE_CHECKING:
    from local.environment import ExecutionEnvironment

_PREFIX = "/2018-06-01/runtime/"
_ERROR_TYPE = "Lambda-Runtime-Function-Error-Type"
# 6 MB and 100 bytes: the limit that the Runtime API names in its own message.
ANSWER_LIMIT_BYTES = 6 * 1024 * 1024 + 100


def handler(environment: "ExecutionEnvironment") -> Handler:
    """Give the HTTP handler that serves one environment."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        route = request.path.removeprefix(_PREFIX).split("/")
        match (request.method, *route):
            case ("GET", "invocation", "next"):
                return await _next(request, environment)
            case ("POST", "invocation", request_id, "response"):
                return await _response(request, environment, request_id)
            case ("POST", "invocation", request_id, "error"):
                body = await request.content.read()
                accepted = environment.fail(request_id, body, request.headers.get(_ERROR_TYPE, "Unhandled"))
                return _status(202) if accepted else _invalid_request_id()
            case ("POST", "init", "error"):
                body = await request.content.read()
                environment.fail_init(body, request.headers.get(_ERROR_TYPE, "Unhandled"))
                return _status(202)
            case _:
                return web.Response(status=404, text="404 page not found\n")

    return handle


async def _next(request: web.BaseRequest, environment: "ExecutionEnvironment") -> web.StreamResponse:
    invocation = await environment.next()
    if invocation is None:
        return web.Response(status=500)
    connected = request.transport is not None and not request.transport.is_closing()
    environment.delivered(invocation, connected=connected)
    headers = {
        "Content-Type": "application/json",
        "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
        "Lambda-Runtime-Deadline-Ms": str(int((time.time() + invocation.timeout_s) * 1000)),
        "Lambda-Runtime-Invoked-Function-Arn": invocation.invoked_arn,
        "Lambda-Runtime-Trace-Id": invocation.trace_id,
    }
    return web.Response(body=invocation.event, headers=headers)


async def _response(
    request: web.BaseRequest, environment: "ExecutionEnvironment", request_id: str
) -> web.StreamResponse:
    body = await request.content.read()
    if len(body) > ANSWER_LIMIT_BYTES:
        return _too_large(environment, request_id)
    return _status(202) if environment.respond(request_id, body) else _invalid_request_id()


def _too_large(environment: "ExecutionEnvironment", request_id: str) -> web.Response:
    error_type = "Function.ResponseSizeTooLarge"
    message = f"Response payload size exceeded maximum allowed payload size ({ANSWER_LIMIT_BYTES} bytes)."
    payload = {"errorMessage": message, "errorType": error_type}
    environment.fail(request_id, web.json_response(payload).body or b"", error_type)  # type: ignore[arg-type]
    too_large = f"Exceeded maximum allowed payload size ({ANSWER_LIMIT_BYTES} bytes)."
    return web.json_response({"errorMessage": too_large, "errorType": "RequestEntityTooLarge"}, status=413)


def _status(status: int) -> web.Response:
    return web.json_response({"status": "OK"}, status=status)


def _invalid_request_id() -> web.Response:
    body = {"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"}
    return web.json_response(body, status=400)
