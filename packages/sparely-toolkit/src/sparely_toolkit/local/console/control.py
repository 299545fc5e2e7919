"""Weights, versions and figures over HTTP under `/-/`, and Lambda's own Invoke for a version or the alias."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

from sparely_toolkit.local import template
from sparely_toolkit.local.alias import WrongWeights
from sparely_toolkit.local.console.status import status_document
from sparely_toolkit.local.host import Throttled
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.responses import HttpResponse, json_response
from sparely_toolkit.local.service import LocalService
from sparely_toolkit.local.unbuilt import require_built
from sparely_toolkit.local.versions import ALIAS_NAME, UnknownVersion, VersionInUse
from sparely_toolkit.problems import Problem

_INVOKE = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")
_VERSION = re.compile(r"/-/versions/(\d+)")


class Refused(Exception):
    """A request that cannot be met; carries its status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Control:
    """Answers `/-/status`, `/-/weights`, `/-/versions` and `/2015-03-31/functions/{name}/invocations`."""

    def __init__(self, service: LocalService) -> None:
        self._service = service
        self._table: dict[tuple[str, str], Callable[[HttpRequest], Awaitable[HttpResponse]]] = {
            ("GET", "/-/status"): self._status,
            ("GET", "/-/weights"): self._weights,
            ("PUT", "/-/weights"): self._route,
            ("POST", "/-/versions"): self._publish,
        }

    async def answer(self, request: HttpRequest) -> HttpResponse | None:
        """Answer, or None when it is nothing of these."""
        try:
            return await self._answer(request)
        except Refused as refusal:
            return json_response(refusal.status, {"message": str(refusal)})

    async def _answer(self, request: HttpRequest) -> HttpResponse | None:
        handle = self._table.get((request.method, request.raw_path))
        if handle is not None:
            return await handle(request)
        version = _VERSION.fullmatch(request.raw_path)
        if version and request.method == "DELETE":
            return await self._retire(version[1])
        invocation = _INVOKE.fullmatch(request.raw_path)
        if invocation and request.method == "POST":
            return await self._invoke(request, unquote(invocation[1]))
        return None

    async def _status(self, request: HttpRequest) -> HttpResponse:
        return json_response(200, status_document(self._service))

    async def _weights(self, request: HttpRequest) -> HttpResponse:
        return json_response(200, dict(self._service.alias.weights))

    async def _route(self, request: HttpRequest) -> HttpResponse:
        weights = _document(request)
        if not all(isinstance(share, int | float) for share in weights.values()):
            raise Refused(400, 'Weights are numbers by version, such as {"1": 0.9, "2": 0.1}.')
        try:
            self._service.alias.route(weights)
        except WrongWeights as error:
            raise Refused(400, str(error)) from None
        except KeyError as error:
            raise Refused(404, str(UnknownVersion(error.args[0], list(self._service.versions.pools)))) from None
        return json_response(200, dict(self._service.alias.weights))

    async def _publish(self, request: HttpRequest) -> HttpResponse:
        path = _document(request).get("path")
        if not isinstance(path, str):
            raise Refused(400, 'Expected {"path": "<built template, or folder of an artifact>"}.')
        try:
            require_built(Path(path))
            version = self._service.versions.publish(template.read_version(Path(path), self._service.deployment))
        except Problem as problem:
            raise Refused(400, str(problem)) from None
        return json_response(201, {"version": version})

    async def _retire(self, version: str) -> HttpResponse:
        try:
            await self._service.versions.retire(version)
        except UnknownVersion as error:
            raise Refused(404, str(error)) from None
        except VersionInUse as error:
            raise Refused(409, str(error)) from None
        return json_response(200, {"retired": version})

    async def _invoke(self, request: HttpRequest, name: str) -> HttpResponse:
        """
        Answer as Lambda's Invoke does, so that boto3 with `endpoint_url` reaches one version.

        Source: docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
        """
        arn = self._service.deployment.function.arn
        qualifier = parse_qs(request.raw_query).get("Qualifier", [_qualifier(name)])[0]
        version = self._service.alias.choose() if qualifier in ("", ALIAS_NAME, "$LATEST") else qualifier
        try:
            outcome = await self._service.versions.invoke(
                version, request.body or b"{}", invoked_arn=f"{arn}:{qualifier or version}", trace_id=request.trace_id
            )
        except UnknownVersion as error:
            return _lambda_error(404, "ResourceNotFoundException", f"Function not found: {arn}:{version}. {error}")
        except Throttled:
            return _lambda_error(429, "TooManyRequestsException", "Rate Exceeded.")
        headers = [("content-type", "application/json"), ("x-amz-executed-version", version)]
        if outcome.status != "success":
            headers.append(("x-amz-function-error", "Unhandled"))
        return HttpResponse(200, tuple(headers), outcome.payload)


def _qualifier(name: str) -> str:
    """Take the qualifier off a name, a partial ARN or an ARN."""
    parts = name.split(":")
    return parts[7] if len(parts) == 8 else parts[1] if len(parts) == 2 else ""


def _document(request: HttpRequest) -> Mapping[str, Any]:
    try:
        document = json.loads(request.body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Refused(400, "Expected a JSON object.")
    return document


def _lambda_error(status: int, error: str, message: str) -> HttpResponse:
    return json_response(status, {"Type": "User", "message": message}, ("x-amzn-errortype", error))
