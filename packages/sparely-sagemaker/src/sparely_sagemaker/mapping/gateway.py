"""The REST API over HTTP: routing, request validation, the integration, and the gateway's own answers."""

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import web

from sparely_sagemaker.mapping.integration import Answer, Ask, UnsupportedMediaType, answer
from sparely_sagemaker.mapping.rest_api import RestApi
from sparely_sagemaker.mapping.variables import Input
from sparely_toolkit.local import request, routes
from sparely_toolkit.local.faults import Fault, Refusal
from sparely_toolkit.local.faults import answer as fault_answer
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.routes import Match, RouteTable
from sparely_toolkit.local.validation import RequestValidation

_LARGEST_BODY = 10 * 1024 * 1024
_LONGEST_S = 29.0


class MappingGateway:
    """Answers HTTP requests by mapping templates; neither signatures nor keys are checked."""

    def __init__(self, api: RestApi, ask: Ask) -> None:
        self._api = api
        self._ask = ask
        self._table = RouteTable(routes.read(api.body), trailing_slash_matters=False)
        self._validation = RequestValidation(api.body)

    def application(self) -> web.Application:
        application = web.Application(client_max_size=_LARGEST_BODY)
        application.router.add_route("*", "/{any:.*}", self._handle)
        return application

    async def _handle(self, received: web.Request) -> web.Response:
        sent = _read(received, await received.read())
        match = self._table.find(sent.method, sent.raw_path)
        if match is None:
            refusal = fault_answer(Fault.NO_ROUTE, "rest")
            return web.Response(status=refusal.status, body=refusal.body, headers=dict(refusal.headers))
        reply = await self._answer(sent, match)
        headers = {"x-amzn-requestid": sent.request_id, **reply.headers}
        return web.Response(status=reply.status, text=None, body=reply.body.encode(), headers=headers)

    async def _answer(self, sent: HttpRequest, match: Match) -> Answer:
        context = {
            "requestId": sent.request_id,
            "httpMethod": sent.method,
            "resourcePath": match.route.path,
            "path": sent.raw_path,
        }
        query = dict(parse_qsl(sent.raw_query, keep_blank_values=True))
        source = Input(sent.body.decode("utf-8", "replace"), {"path": match.path_parameters, "querystring": query})
        try:
            self._validation.check(sent, match)
            limit_s = float(match.route.integration.get("timeoutInMillis", _LONGEST_S * 1000)) / 1000
            async with asyncio.timeout(limit_s):
                return await answer(
                    match.route.integration, source, context, self._ask, content_type=sent.header("content-type") or ""
                )
        except Refusal:
            return self._own("BAD_REQUEST_BODY", context)
        except UnsupportedMediaType:
            return self._own("UNSUPPORTED_MEDIA_TYPE", context)
        except TimeoutError:
            return self._own("INTEGRATION_TIMEOUT", context)

    def _own(self, kind: str, context: Mapping[str, str]) -> Answer:
        response = self._api.responses[kind]
        headers = {name.lower(): _value(source, context) for name, source in response.headers.items()}
        return Answer(response.status, {"content-type": "application/json", **headers}, response.body)


def _value(source: str, context: Mapping[str, str]) -> str:
    return context[source.removeprefix("context.")] if source.startswith("context.") else source.strip("'")


def _read(received: web.Request, body: bytes) -> HttpRequest:
    time = request.now()
    return HttpRequest(
        method=received.method,
        target=received.raw_path,
        headers=tuple(received.headers.items()),
        body=body,
        source_ip=received.remote or "",
        protocol="HTTP/1.1",
        port=0,
        request_id=request.new_request_id(),
        extended_request_id=request.new_extended_request_id(),
        trace_id=request.new_trace_id(time),
        time=time,
    )
