"""The ASGI application of one worker: SageMaker's requests to their answers. No framework: it has seven routes."""

import json
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from sparely.handler.dispatch import answer
from sparely.handler.response import to_gateway
from sparely.handler.routes import ROUTES
from sparely.handler.telemetry import Timing, end, record
from sparely_sagemaker import forwarding
from sparely_sagemaker.container.loaded import Archive, Loaded
from sparely_sagemaker.container.models_api import ModelsApi, Outcome, unknown
from sparely_sagemaker.container.peers import Peers
from sparely_sagemaker.container.settings import Settings, read_settings

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = Mapping[str, str]

ATTRIBUTES = "x-amzn-sagemaker-custom-attributes"
ONLY = ""
"""Name of the one archive of a single-model endpoint, which no path can have."""


class Application:
    """One worker's state, and the way of a request through it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loaded = Loaded()
        self._peers = Peers(settings.state)
        self._api = ModelsApi(settings, self._loaded, self._peers)
        self._complete = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        status, fields, body = await self._answer(scope, headers, await _body(receive))
        raw = [(name.encode(), value.encode("latin-1")) for name, value in fields.items()]
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": status, "headers": [*raw, length]})
        await send({"type": "http.response.body", "body": body})

    async def _live(self, receive: Receive, send: Send) -> None:
        """Load before the first request is taken; a fault here ends the container, and names the file."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                if self._settings.models is not None:
                    self._loaded.load(ONLY, str(self._settings.models))
                await self._api.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._api.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Scope, headers: Headers, body: bytes) -> tuple[int, Headers, bytes]:
        method, path = scope["method"], unquote(scope["path"])
        match [method, *path.strip("/").split("/")]:
            case ["GET", "ping"]:
                return (200 if self._all_workers() else 503), {}, b""
            case ["POST", "invocations"]:
                return self._invoke(ONLY, headers, body)
            case ["POST", "models", name, "invoke"]:
                return self._invoke(name, headers, body)
        if self._settings.models is None:
            return _json(await self._change(method, path, scope, body))
        return _json((404, {"message": f"There is no {method} {path} on a single-model endpoint."}))

    def _all_workers(self) -> bool:
        """Whether all workers have come up; that one is being replaced later is no reason to fail a ping."""
        self._complete = self._complete or self._peers.count() >= self._settings.workers
        return self._complete

    async def _change(self, method: str, path: str, scope: Scope, body: bytes) -> Outcome:
        match [method, *path.strip("/").split("/")]:
            case ["POST", "models"]:
                return await self._api.load(body)
            case ["GET", "models"]:
                query = parse_qs(scope["query_string"].decode("latin-1"))
                return self._api.list(query.get("next_page_token", ["0"])[0])
            case ["GET", "models", name]:
                return self._api.get(name)
            case ["DELETE", "models", name]:
                return await self._api.unload(name)
        return 404, {"message": f"There is no {method} {path}."}

    def _invoke(self, name: str, headers: Headers, body: bytes) -> tuple[int, Headers, bytes]:
        archive = self._loaded.get(name)
        if archive is None:
            return _json(unknown(name))
        media_type = headers.get("content-type", "application/json")
        request = forwarding.read(headers.get(ATTRIBUTES, ""), media_type, body, area=_only_area(archive))
        timing = Timing()
        answered, versions = answer(request, ROUTES, archive.registry, timing)
        timing.finish()
        record(request.route, request.id, answered, timing)
        end()
        written = to_gateway(answered, {ATTRIBUTES: versions} if versions else {})
        return written["statusCode"], written["headers"], written["body"].encode()


def _only_area(archive: Archive) -> str:
    return next(iter(archive.registry.areas))


def _json(outcome: Outcome) -> tuple[int, Headers, bytes]:
    status, document = outcome
    return status, {"content-type": "application/json"}, json.dumps(document).encode()


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def application() -> Application:
    """A worker's application, from its environment."""
    return Application(read_settings(os.environ))
