"""
The part of AWS' runtime client that talks to the Runtime API, for systems that the client's own is not compiled for.

`awslambdaric` imports it as `runtime_client`, whose C++ is built on Linux alone; elsewhere this file is linked into its
place (`sparely_toolkit.local.sandbox`). It runs in the function's process, where nothing but the standard library is,
and is asked by one thread at a time.
Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html; setup.py and pull request 199 of
github.com/aws/aws-lambda-python-runtime-interface-client.
"""

import http.client
import os

_INVOCATION = "/2018-06-01/runtime/invocation"
_TEXTS = (
    "Lambda-Runtime-Aws-Request-Id",
    "Lambda-Runtime-Trace-Id",
    "Lambda-Runtime-Invoked-Function-Arn",
    "Lambda-Runtime-Client-Context",
    "Content-Type",
    "Lambda-Runtime-Cognito-Identity",
    "Lambda-Runtime-Aws-Tenant-Id",
    "Lambda-Runtime-Invocation-Id",
)


class _Client:
    """One kept connection to the Runtime API that the environment names."""

    def __init__(self, user_agent: str) -> None:
        self._connection = http.client.HTTPConnection(os.environ.get("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001"))
        self._headers = {"Accept": "*/*", "User-Agent": user_agent}

    def next(self) -> tuple[bytes, dict[str, str | int | None]]:
        status, headers, body = self._ask("GET", f"{_INVOCATION}/next")
        if status != http.client.OK:
            raise RuntimeError(f"The Runtime API gives no event: {status} {body!r}")
        return body, {
            **{name: headers.get(name) or None for name in _TEXTS},
            "Lambda-Runtime-Deadline-Ms": int(headers.get("Lambda-Runtime-Deadline-Ms", 0)),
        }

    def post(self, path: str, body: bytes, headers: dict[str, str | None]) -> None:
        given = {name: value for name, value in headers.items() if value}
        status, _, said = self._ask("POST", f"{_INVOCATION}/{path}", body, given)
        if not 200 <= status < 300:
            raise RuntimeError(f"The Runtime API does not take it: {status} {said!r}")

    def _ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        try:
            self._connection.request(method, path, body, {**self._headers, **(headers or {})})
            answer = self._connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise RuntimeError(f"The Runtime API does not answer: {error!r}") from None


_client: _Client


def initialize_client(user_agent: str) -> None:
    """Prepare for requests to `AWS_LAMBDA_RUNTIME_API`; it is asked nothing yet."""
    global _client
    _client = _Client(user_agent)


def next() -> tuple[bytes, dict[str, str | int | None]]:
    """
    Wait for an event.

    Returns:
        The event as it came, and its headers by name; None for a text that is not there.

    Raises:
        RuntimeError: the Runtime API has gone, or refuses.
    """
    return _client.next()


def post_invocation_result(request_id: str, result: bytes, content_type: str, invocation_id: str | None = None) -> None:
    """
    Answer an invocation.

    Raises:
        RuntimeError: the Runtime API has gone, or does not take the answer.
    """
    headers = {"Content-Type": content_type, "Lambda-Runtime-Invocation-Id": invocation_id}
    _client.post(f"{request_id}/response", result, headers)


def post_error(request_id: str, error: str, xray_cause: str, invocation_id: str | None = None) -> None:
    """
    Answer an invocation with an error, a JSON document.

    Raises:
        RuntimeError: the Runtime API has gone, or does not take it.
    """
    headers = {
        "Content-Type": "application/json",
        "Lambda-Runtime-Function-Xray-Error-Cause": xray_cause,
        "Lambda-Runtime-Invocation-Id": invocation_id,
    }
    _client.post(f"{request_id}/error", error.encode(), headers)
