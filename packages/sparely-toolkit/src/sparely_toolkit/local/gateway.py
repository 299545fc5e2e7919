"""API Gateway on this machine: HTTP in, the route's event to the function, the function's answer out."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from aiohttp import web

from sparely.bundle import GOLDEN_MARK
from sparely_toolkit.local import aiohttp_adapter, cors, events, faults, responses, routes
from sparely_toolkit.local.access import Access
from sparely_toolkit.local.aiohttp_adapter import Handler
from sparely_toolkit.local.faults import Fault, Refusal
from sparely_toolkit.local.figures import Traffic
from sparely_toolkit.local.host import Throttled
from sparely_toolkit.local.invocation import Outcome
from sparely_toolkit.local.report import Log
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.responses import HttpResponse, MalformedAnswer
from sparely_toolkit.local.routes import Match, RouteTable
from sparely_toolkit.local.settings import ApiSettings
from sparely_toolkit.local.throttling import RouteThrottles
from sparely_toolkit.local.validation import RequestValidation

EVENT_LIMIT_BYTES = 6 * 1024 * 1024
"""
An event has to be smaller: body, headers and what the gateway adds, with what JSON's escapes and base64 cost.

Sources (read 2026-11-28): github.com/pelmers/streetwarp-web/issues/14 for Lambda's own words, "Request must be smaller
than 6291456 bytes"; for what counts zaccharles.medium.com/
deep-dive-lambdas-request-payload-size-limit-2-2-6350c1ae5577. An answer may have 100 bytes more.
"""
# A function URL waits as long as the function may run, 15 minutes at most.
_WAIT_S = {"http": 30.0, "rest": 29.0, "url": 900.0}
Console = Callable[[HttpRequest], Awaitable[HttpResponse | None]]


async def nothing(request: HttpRequest) -> HttpResponse | None:
    """No console."""
    return None


class Function(Protocol):
    """What the gateway calls: a pool, or an alias in front of several."""

    async def invoke(self, event: bytes, *, invoked_arn: str, trace_id: str) -> Outcome:
        """Run one event to its end, or raise Throttled."""


class Gateway:
    """
    Answers HTTP requests; the faults' statuses and bodies are those of the API's kind.

    Args:
        throttles: None lets every rate through.
        golden: mark every event as the check of a new version does, which API Gateway never does.
        console: goes before a refusal and before a route that refuses; answers None where it has nothing.
    """

    def __init__(
        self,
        api: ApiSettings,
        function: Function,
        *,
        access: Access,
        throttles: RouteThrottles | None,
        golden: bool,
        console: Console,
        invoked_arn: str,
        region: str,
        traffic: Traffic,
        log: Log,
    ) -> None:
        self.port = 0
        self._function = function
        self._throttles = throttles
        self._golden = golden
        self._console = console
        self._invoked_arn = invoked_arn
        self._region = region
        self._traffic = traffic
        self._log = log
        self._running: set[asyncio.Task[Outcome]] = set()
        self.serve(api, access)

    def serve(self, api: ApiSettings, access: Access) -> None:
        """Serve an API from the next request on."""
        self.api = api
        self.table = RouteTable(routes.read(api.body), trailing_slash_matters=api.kind != "rest")
        self._access = access
        self._cors = cors.read(api, self.table)
        self._validation = RequestValidation(api.body) if api.kind == "rest" else None

    def handler(self) -> Handler:
        """Give the handler for aiohttp's low-level server."""

        async def handle(received: web.BaseRequest) -> web.StreamResponse:
            try:
                request = await aiohttp_adapter.read(received, self.port)
            except Refusal as refusal:
                answer = self.unread(refusal.fault, refusal.fault.value)
                answer.force_close()
                return answer
            began = time.perf_counter()
            request = self._within_stage(request)
            match = self.table.find(request.method, request.raw_path)
            if match is None or match.route.refuses or self.api.kind == "url":
                shown = await self._console(request)
                if shown is not None:
                    return aiohttp_adapter.sent(shown)
            response = await self.answer(request, match)
            latency_ms = (time.perf_counter() - began) * 1000
            asked, route = f"{request.method} {request.raw_path}", _name(request, match, response.status)
            self._traffic.count(response.status, latency_ms, route, asked=asked, body=response.body)
            return aiohttp_adapter.sent(response, self._id_headers(request))

        return handle

    def unread(self, fault: Fault, reason: str) -> web.Response:
        """Answer in place of a request that was not read to its end, and say why here: its answer does not."""
        response = self._refused(Refusal(fault))
        self._traffic.count(response.status, 0.0, "unread", body=response.body)
        self._log.say(f"API Gateway answers {response.status} and closes the connection: {reason.rstrip('.')}.")
        return aiohttp_adapter.sent(response)

    async def answer(self, request: HttpRequest, match: Match | None) -> HttpResponse:
        """Answer by the function, or in its place."""
        preflight = self._cors.preflight(request, match)
        if preflight is not None:
            return preflight
        try:
            response = await self._pass_on(request, match)
        except Refusal as refusal:
            response = self._refused(refusal)
            if refusal.hint:
                asked = f"{request.method} {request.raw_path}"
                self._log.say(f"API Gateway answers {response.status} to {asked}: {refusal.hint}.")
        return self._cors.add(request, response)

    def _refused(self, refusal: Refusal) -> HttpResponse:
        usual = faults.answer(refusal.fault, self.api.kind, refusal.headers, refusal.message)
        return faults.reworded(usual, refusal.fault, self.api.body) if self.api.kind == "rest" else usual

    async def _pass_on(self, request: HttpRequest, match: Match | None) -> HttpResponse:
        """
        Check a request, run the function, translate its answer.

        Raises:
            Refusal: the gateway has to answer.
        """
        if match is None:
            raise Refusal(Fault.NO_ROUTE)
        caller = self._access.admit(request, match)
        if self._throttles is not None and not self._throttles.take(match.route):
            raise Refusal(Fault.TOO_MANY_REQUESTS)
        if self._validation is not None:
            self._validation.check(request, match)
        payload = self._payload(match)
        event = events.to_event(
            request, match, payload=payload, stage=self.api.stage, region=self._region, caller=caller
        )
        if self._golden:
            event[GOLDEN_MARK] = True
        outcome = await self._invoke(_written(event), request, match)
        if outcome.status != "success":
            raise Refusal(Fault.FUNCTION_FAILED)
        try:
            return responses.to_response(outcome.payload, payload=payload)
        except MalformedAnswer as problem:
            self._log.say(f"API Gateway refuses the function's answer to {match.route.key}: {problem}.")
            raise Refusal(Fault.MALFORMED_ANSWER) from None

    async def _invoke(self, event: bytes, request: HttpRequest, match: Match) -> Outcome:
        """Wait as long as the gateway does; the function runs on after that, and ends at its own timeout."""
        if len(event) >= EVENT_LIMIT_BYTES:
            raise Refusal(Fault.EVENT_TOO_LARGE)
        limit_ms = match.route.integration.get("timeoutInMillis", _WAIT_S[self.api.kind] * 1000)
        running = asyncio.Task(
            self._function.invoke(event, invoked_arn=self._invoked_arn, trace_id=request.trace_id),
            loop=asyncio.get_running_loop(),
            eager_start=True,
        )
        if not running.done():
            self._running.add(running)
            running.add_done_callback(self._running.discard)
            await asyncio.wait([running], timeout=float(limit_ms) / 1000)
        if not running.done():
            raise Refusal(Fault.GATEWAY_TIMEOUT)
        try:
            return running.result()
        except Throttled:
            raise Refusal(Fault.THROTTLED) from None

    async def drain(self) -> None:
        """Wait until no invocation runs."""
        while self._running:
            await asyncio.wait(self._running)

    def _within_stage(self, request: HttpRequest) -> HttpRequest:
        """Take a named stage off the path. On AWS it must be there; here its absence is forgiven."""
        prefix = f"/{self.api.stage}/"
        if not request.target.startswith(prefix):
            return request
        return replace(request, target=request.target[len(prefix) - 1 :], sent_target=request.target)

    def _payload(self, match: Match) -> str:
        if self.api.kind == "rest":
            return "1.0"
        return str(match.route.integration.get("payloadFormatVersion", "2.0"))

    def _id_headers(self, request: HttpRequest) -> tuple[tuple[str, str], ...]:
        if self.api.kind == "url":
            return (("x-amzn-requestid", request.request_id), ("x-amzn-trace-id", request.trace_id))
        if self.api.kind == "http":
            return (("apigw-requestid", request.extended_request_id),)
        return (("x-amzn-requestid", request.request_id), ("x-amz-apigw-id", request.extended_request_id))


def _name(request: HttpRequest, match: Match | None, status: int) -> str:
    """Method and path, so that each model has its own; of what is not there the route's, so that there are few."""
    if match is None or match.route.refuses:
        return "no route"
    return match.route.key if status == 404 else f"{request.method} {request.raw_path}"


def _written(event: Mapping[str, Any]) -> bytes:
    """An event as Lambda is sent it: UTF-8 without spaces, which is what its size is measured of."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
