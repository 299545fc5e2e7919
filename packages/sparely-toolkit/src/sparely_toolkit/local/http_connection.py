"""
One connection of a client: aiohttp's, with what a front of AWS does besides.

A good request is answered whatever follows it, a client that has closed its side still gets its answers, and what is
no HTTP is answered in the gateway's words, never in the parser's.
"""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from aiohttp import HttpVersion10, HttpVersion11, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import HttpRequestParser, RawRequestMessage
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong
from aiohttp.streams import StreamReader
from aiohttp.web_protocol import RequestPayloadError

from sparely_toolkit.local.faults import Fault

Refuse = Callable[[Fault, str], web.Response]
"""Writes the answer to a request that cannot be read, and tells the reason to who runs the server."""

HEAD_LIMIT_BYTES = 10_240
"""Of the request line and all headers' values together; what is longer alone is not read on.

Source: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html, and the REST API's (read 2026-11-28).
"""
_MOST_HEADERS = 1_000
_LOOK_S = 0.01
_UNREAD = "UNKNOWN"


class Server(web.Server):
    """Makes a connection for each client."""

    def __init__(self, handler: Any, *, refuse: Refuse, keepalive_s: float) -> None:
        super().__init__(handler, request_factory=_request)
        self._refuse = refuse
        self._keepalive_s = keepalive_s

    def __call__(self) -> web.RequestHandler:
        """Give the protocol of a new connection."""
        return Connection(self, self._refuse, self._keepalive_s)


class Connection(web.RequestHandler):
    """The requests of one client, one after the other."""

    __slots__ = ("_one_by_one", "_refuse")

    def __init__(self, server: Server, refuse: Refuse, keepalive_s: float) -> None:
        loop = asyncio.get_running_loop()
        limits: dict[str, Any] = {
            "max_line_size": HEAD_LIMIT_BYTES,
            "max_field_size": HEAD_LIMIT_BYTES,
            "max_headers": _MOST_HEADERS,
            # A body is handed over as it was sent, compressed or not.
            "auto_decompress": False,
        }
        super().__init__(server, loop=loop, access_log=cast(Any, None), keepalive_timeout=keepalive_s, **limits)
        parser = HttpRequestParser(
            self, loop, self._read_bufsize, payload_exception=RequestPayloadError, max_msg_queue_size=1, **limits
        )
        self._one_by_one = _OneByOne(parser)
        self._parser = cast(Any, self._one_by_one)
        self._refuse = refuse

    def data_received(self, data: bytes) -> None:
        """Take what the client has sent; a fault in it comes after the requests before it."""
        super().data_received(data)
        if self._one_by_one.failure is not None:
            super().data_received(b"")

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio's says so
        """
        Keep the way back open for answers that are due; a request that is not whole is none.

        Source: RFC 9112, section 9.6: a client may close its side of the connection as soon as it has said all.
        """
        payload = self._messages[-1][1] if self._messages else getattr(self._current_request, "content", None)
        if payload is not None and not payload.is_eof():
            payload.set_exception(RequestPayloadError("The connection ended within the body."))
        self._close_when_idle()
        return True

    def _close_when_idle(self) -> None:
        if self.transport is None:
            return
        if self._request_in_progress or self._messages:
            self._loop.call_later(_LOOK_S, self._close_when_idle)
        else:
            self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what cannot be read as the gateway does; a failure of the server itself stays aiohttp's."""
        if isinstance(exc, ConnectionError):
            answer = web.Response(status=400)  # which nobody reads: the client went while it was sending
        elif isinstance(exc, HttpProcessingError):
            too_long = isinstance(exc, LineTooLong) or str(exc.message).startswith("Too many headers")
            answer = self._refuse(Fault.HEAD_TOO_LARGE if too_long else Fault.NOT_HTTP, _reason(exc.message))
        else:
            return super().handle_error(request, status, exc, message)
        answer.force_close()
        return answer


class _OneByOne:
    """
    A parser that gives the requests before a fault.

    aiohttp's forgets them with the fault. It stops after each request where it may have one unanswered at a time, and
    goes on when it is fed again.
    """

    def __init__(self, parser: Any) -> None:
        self._parser = parser
        self.failure: HttpProcessingError | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parser, name)

    def feed_data(self, data: bytes) -> tuple[Any, bool, bytes]:
        """Give what has become whole; raise what could not be read once nothing is before it."""
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        found: list[Any] = []
        messages, upgraded, tail = self._parser.feed_data(data)
        while not upgraded:
            found += messages
            self._parser.message_consumed()
            try:
                messages, upgraded, tail = self._parser.feed_data(b"")
            except HttpProcessingError as failure:
                self.failure = failure
                return found, False, b""
            if not messages and not upgraded:
                return found, False, b""
        return [*found, *messages], upgraded, tail


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: "asyncio.Task[None]",
) -> web.BaseRequest:
    """Make a request, as aiohttp does; one that could not be read is answered in HTTP/1.1."""
    if message.method == _UNREAD and message.version == HttpVersion10:
        message = message._replace(version=HttpVersion11)
    return web.BaseRequest(message, payload, protocol, writer, task, asyncio.get_running_loop())


def _reason(message: Any) -> str:
    """The parser's first line, which names what is wrong; what the caller has sent follows it."""
    return str(message).partition("\n")[0].partition(": b'")[0].partition(": bytearray")[0].rstrip(": ")
