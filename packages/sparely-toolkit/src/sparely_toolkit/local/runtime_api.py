"""
Lambda's Runtime API, version 2018-06-01, for one execution environment.

Each environment has a port of its own, as each has an address of its own on Lambda.
Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import time
from collections.abc import Mapping
from typing import Any, Protocol

from sparely_toolkit.local.invocation import Invocation
from sparely_toolkit.local.plain_http import PlainConnection, PlainRequest, answer

_PREFIX = "/2018-06-01/runtime/"
_ERROR_TYPE = "lambda-runtime-function-error-type"
# 6 MB and 100 bytes: the limit that the Runtime API names in its own message.
ANSWER_LIMIT_BYTES = 6 * 1024 * 1024 + 100
_ACCEPTED = answer(202, b'{"status":"OK"}\n')


class Environment(Protocol):
    """What the Runtime API hands a runtime client's calls to, in the order of an invocation."""

    def next(self, connection: "RuntimeApiConnection") -> None:
        """Take note that the runtime wants an event: GET /runtime/invocation/next."""

    def respond(self, request_id: str, payload: bytes) -> bool:
        """Take an answer: POST /runtime/invocation/{id}/response; False when it is not running."""

    def fail(self, request_id: str, payload: bytes, error_type: str) -> bool:
        """Take an error: POST /runtime/invocation/{id}/error; False when it is not running."""

    def fail_init(self, payload: bytes, error_type: str) -> None:
        """Take an error: POST /runtime/init/error."""


class RuntimeApiConnection(PlainConnection):
    """One connection of a runtime client; it asks, works and answers in turn."""

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self._environment = environment

    def answer_to(self, request: PlainRequest) -> None:
        """Answer one request; that for an event is answered when there is one."""
        route = request.target.removeprefix(_PREFIX).split("/")
        match (request.method, *route):
            case ("GET", "invocation", "next"):
                self._environment.next(self)
            case ("POST", "invocation", request_id, "response"):
                self._respond(request_id, request.body)
            case ("POST", "invocation", request_id, "error"):
                self._confirm(self._environment.fail(request_id, request.body, _error_type(request)))
            case ("POST", "init", "error"):
                self._environment.fail_init(request.body, _error_type(request))
                self.send(_ACCEPTED)
            case _:
                self.send(answer(404, b"404 page not found\n", {"Content-Type": "text/plain"}))

    def deliver(self, invocation: Invocation) -> None:
        """Hand over the event that the runtime client asked for."""
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + invocation.timeout_s) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.invoked_arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_id,
        }
        self.send(answer(200, invocation.event, headers))

    def _respond(self, request_id: str, body: bytes) -> None:
        if len(body) <= ANSWER_LIMIT_BYTES:
            self._confirm(self._environment.respond(request_id, body))
            return
        error_type = "Function.ResponseSizeTooLarge"
        message = f"Response payload size exceeded maximum allowed payload size ({ANSWER_LIMIT_BYTES} bytes)."
        self._environment.fail(request_id, _json(message, error_type), error_type)
        too_large = f"Exceeded maximum allowed payload size ({ANSWER_LIMIT_BYTES} bytes)."
        self.send(answer(413, _json(too_large, "RequestEntityTooLarge")))

    def _confirm(self, accepted: bool) -> None:
        self.send(_ACCEPTED if accepted else answer(400, _json("Invalid request ID", "InvalidRequestID")))


def _error_type(request: PlainRequest) -> str:
    return request.headers.get(_ERROR_TYPE, "Unhandled")


def _json(message: str, error_type: str) -> bytes:
    document: Mapping[str, Any] = {"errorMessage": message, "errorType": error_type}
    return json.dumps(document).encode()
