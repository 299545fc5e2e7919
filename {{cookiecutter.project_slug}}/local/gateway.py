"""API Gateway on this machine: HTTP in, the route's event to the function, the function's answer out."""

import asyncio
import json
from dataclasses import replace
from typing import Protocol

from aiohttp import web
from multidict import CIMultiDict

from local import events, faults, request, responses, routes
from local.concurrency import Throttled
from local.faults import Fault
from local.listening import Handler
from local.outcome import Outcome
from local.report import Log
from local.request import HttpRequest
from local.responses import HttpResponse, MalformedAnswer
from local.routes import Match, RouteTable
from local.template import ApiSettings

# Source: docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
BODY_LIMIT_BYTES = 10 * 1024 * 1024
# 6 MB and 100 bytes, as Invoke says in its own message: "Request must be smaller than 6291556 bytes".
EVENT_LIMIT_BYTES = 6 * 1024 * 1024 + 100
_WAIT_S = {"http": 30.0, "rest": 29.0}


class Function(Protocol):
    """What the gateway calls: a pool, or an alias in front of several."""

    async def invoke(self, event: bytes, *, invoked_arn: str, trace_id: str) -> Outcome:
        """Run one event to its end, or raise Throttled."""


class _TooLarge(Exception):
    pass


class Gateway:
    """Answers HTTP requests; the faults' statuses and bodies are those of the API's kind."""

    def __init__(self, api: ApiSettings, function: Function, *, invoked_arn: str, region: str, log: Log) -> None:
        self.api = api
        self.table = RouteTable(routes.read(api.body), trailing_slash_matters=api.kind == "http")
        self.port = 0
        self._function = function
        self._invoked_arn = invoked_arn
        self._region = region
        self._log = log
        self._running: set[asyncio.Task[Outcome]] = set()

    def handler(self) -> Handler:
        """Give the handler for aiohttp's low-level server."""

        async def handle(received: web.BaseRequest) -> web.StreamResponse:
            try:
                asked = await self._read(received)
            except _TooLarge:
                return _sent(faults.answer(Fault.BODY_TOO_LARGE, self.api.kind))
            response = await self.answer(asked)
            return _sent(response, self._id_headers(asked))

        return handle

    async def answer(self, asked: HttpRequest) -> HttpResponse:
        """Route a request, run the function, translate its answer; a fault gets the gateway's own answer."""
        asked = self._within_stage(asked)
        match = self.table.find(asked.method, asked.raw_path)
        if match is None:
            return faults.answer(Fault.NO_ROUTE, self.api.kind)
        payload = self._payload(match)
        event = events.to_event(asked, match, payload=payload, stage=self.api.stage, region=self._region)
        text = json.dumps(event).encode()
        if len(text) > EVENT_LIMIT_BYTES:
            return faults.answer(Fault.EVENT_TOO_LARGE, self.api.kind)
        try:
            outcome = await self._invoke(text, asked, match)
        except Throttled:
            return faults.answer(Fault.THROTTLED, self.api.kind)
        except TimeoutError:
            return faults.answer(Fault.GATEWAY_TIMEOUT, self.api.kind)
        if outcome.status != "success":
            return faults.answer(Fault.FUNCTION_FAILED, self.api.kind)
        try:
            return responses.to_response(outcome.payload, payload=payload)
        except MalformedAnswer as problem:
            self._log.say(f"API Gateway refuses the function's answer to {match.route.key}: {problem}.")
            return faults.answer(Fault.MALFORMED_ANSWER, self.api.kind)

    async def _invoke(self, event: bytes, asked: HttpRequest, match: Match) -> Outcome:
        """Wait as long as the gateway does; the function runs on after that, and ends at its own timeout."""
        limit_ms = match.route.integration.get("timeoutInMillis", _WAIT_S[self.api.kind] * 1000)
        running = asyncio.create_task(
            self._function.invoke(event, invoked_arn=self._invoked_arn, trace_id=asked.trace_id)
        )
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        done, _ = await asyncio.wait([running], timeout=float(limit_ms) / 1000)
        if not done:
            raise TimeoutError
        return running.result()

    async def drain(self) -> None:
        """Wait until no invocation runs."""
        while self._running:
            await asyncio.wait(self._running)

    def _within_stage(self, asked: HttpRequest) -> HttpRequest:
        """Take a named stage off the path. On AWS it must be there; here its absence is forgiven."""
        prefix = f"/{self.api.stage}/"
        return replace(asked, target=asked.target[len(prefix) - 1 :]) if asked.target.startswith(prefix) else asked

    def _payload(self, match: Match) -> str:
        if self.api.kind == "rest":
            return "1.0"
        return str(match.route.integration.get("payloadFormatVersion", "2.0"))

    async def _read(self, received: web.BaseRequest) -> HttpRequest:
        time = request.now()
        raw = received.raw_headers
        return HttpRequest(
            method=received.method,
            target=received.raw_path,
            headers=tuple((name.decode("latin-1"), text.decode("utf-8", "replace")) for name, text in raw),
            body=await _body(received) if received.can_read_body else b"",
            source_ip=received.remote or "",
            protocol=f"HTTP/{received.version.major}.{received.version.minor}",
            port=self.port,
            request_id=request.new_request_id(),
            extended_request_id=request.new_extended_request_id(),
            trace_id=request.new_trace_id(time),
            time=time,
        )

    def _id_headers(self, asked: HttpRequest) -> tuple[tuple[str, str], ...]:
        if self.api.kind == "http":
            return (("apigw-requestid", asked.extended_request_id),)
        return (("x-amzn-requestid", asked.request_id), ("x-amz-apigw-id", asked.extended_request_id))


async def _body(received: web.BaseRequest) -> bytes:
    if (received.content_length or 0) > BODY_LIMIT_BYTES:
        raise _TooLarge
    parts = []
    size = 0
    async for part in received.content.iter_any():
        size += len(part)
        if size > BODY_LIMIT_BYTES:
            raise _TooLarge
        parts.append(part)
    return b"".join(parts)


def _sent(response: HttpResponse, more: tuple[tuple[str, str], ...] = ()) -> web.Response:
    headers = CIMultiDict([*response.headers, *more])
    headers.popall("content-length", None)
    return web.Response(status=response.status, headers=headers, body=response.body)
