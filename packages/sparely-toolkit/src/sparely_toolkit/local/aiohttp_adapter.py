"""aiohttp's server, its request -> our own value, our response -> aiohttp's: the only place that knows both."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit, urlunsplit

from aiohttp import HttpVersion10, web
from aiohttp.web_protocol import RequestPayloadError
from multidict import CIMultiDict

from sparely_toolkit.local import request
from sparely_toolkit.local.faults import Fault, Refusal
from sparely_toolkit.local.http_connection import HEAD_LIMIT_BYTES, Refuse, Server
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.responses import HttpResponse

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
# Source: docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
BODY_LIMIT_BYTES = 10 * 1024 * 1024
_CLOSING_S = 1.0
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


async def read(received: web.BaseRequest, port: int) -> HttpRequest:
    """
    Read a request with its body.

    Raises:
        Refusal: it is no HTTP, or larger than API Gateway takes; as soon as that is known, the rest is not read.
    """
    if received.version < HttpVersion10:
        raise Refusal(Fault.NOT_HTTP)
    if _head_bytes(received) > HEAD_LIMIT_BYTES:
        raise Refusal(Fault.HEAD_TOO_LARGE)
    time = request.now()
    return HttpRequest(
        method=received.method,
        target=_origin_form(received.raw_path),
        headers=tuple((name.decode("latin-1"), text.decode("utf-8", "replace")) for name, text in received.raw_headers),
        body=await _body(received) if received.can_read_body else b"",
        source_ip=received.remote or "",
        protocol=f"HTTP/{received.version.major}.{received.version.minor}",
        port=port,
        request_id=request.new_request_id(),
        extended_request_id=request.new_extended_request_id(),
        trace_id=request.new_trace_id(time),
        time=time,
    )


def _head_bytes(received: web.BaseRequest) -> int:
    """The request line and the values of all headers."""
    line = len(f"{received.method} {received.raw_path} HTTP/1.1")
    return line + sum(len(value) for _, value in received.raw_headers)


def _origin_form(target: str) -> str:
    """A target without scheme and host, which a client sends to a proxy. Source: RFC 9112, section 3.2.2."""
    if target.startswith("/"):
        return target
    parts = urlsplit(target)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


async def _body(received: web.BaseRequest) -> bytes:
    if (received.content_length or 0) > BODY_LIMIT_BYTES:
        raise Refusal(Fault.BODY_TOO_LARGE)
    if received.headers.get("expect", "").lower() == "100-continue" and received.version > HttpVersion10:
        # What is refused by its length is refused before it is sent: that is what the client waits for.
        await received.writer.write(_CONTINUE)
        received.writer.output_size = 0
    parts = []
    size = 0
    try:
        async for part in received.content.iter_any():
            size += len(part)
            if size > BODY_LIMIT_BYTES:
                raise Refusal(Fault.BODY_TOO_LARGE)
            parts.append(part)
    except RequestPayloadError:
        received.content.feed_eof()  # nothing more is to be read of it
        raise Refusal(Fault.NOT_HTTP) from None
    return b"".join(parts)


def sent(response: HttpResponse, more: tuple[tuple[str, str], ...] = ()) -> web.Response:
    """Write a response; its length is the body's, whatever the function said."""
    headers = CIMultiDict([*response.headers, *more])
    headers.popall("content-length", None)
    return web.Response(status=response.status, headers=headers, body=response.body)


class Listener:
    """
    One handler on one port.

    aiohttp is the choice among what was measured (see docs/local.md): one library for both sides, no event loop
    besides Python's own, within 20 % of the fastest.
    """

    def __init__(self, handler: Handler, refuse: Refuse, *, keepalive_s: float) -> None:
        self._web = Server(handler, refuse=refuse, keepalive_s=keepalive_s)
        self._server: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> int:
        """Begin to listen; give the port, which the system chooses for 0."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._web, host, port, backlog=1024)
        chosen: int = self._server.sockets[0].getsockname()[1]
        return chosen

    @property
    def listening(self) -> bool:
        """Tell whether new connections are taken."""
        return self._server is not None and self._server.is_serving()

    def refuse(self) -> None:
        """Take no new connections, and no further requests on those that are open."""
        if self._server is not None:
            self._server.close()
        self._web.pre_shutdown()

    async def close(self, patience_s: float = 0.0) -> None:
        """End all connections, after the answers under way if they take no longer than the patience."""
        self.refuse()
        await self._web.shutdown(patience_s)
        if self._server is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._server.wait_closed(), _CLOSING_S)
