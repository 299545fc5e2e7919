"""
As much of HTTP/1.1 as the runtime client speaks, without a library's cost for each message.

One invocation is two requests of the runtime client for one of the user's: with aiohttp on this side too a
request took a quarter more of the server's processor time (docs/local.md). It talks to one known client over
loopback; what users send goes through aiohttp.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class PlainRequest:
    """One request; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


def answer(status: int, body: bytes, headers: Mapping[str, str] = _JSON) -> bytes:
    """Write an answer as it goes over the wire."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", f"Content-Length: {len(body)}"]
    if "Content-Type" not in headers:
        lines.append("Content-Type: application/json")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "\r\n"]).encode() + body


class PlainConnection(asyncio.Protocol):
    """Reads requests with a Content-Length one after the other; `answer_to` answers each by `send`."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._head: tuple[str, str, dict[str, str]] | None = None
        self._expected = 0
        self.left_unread = False

    def answer_to(self, request: PlainRequest) -> None:
        """Answer a request."""
        raise NotImplementedError

    def send(self, data: bytes) -> None:
        """Send an answer, unless the client is gone."""
        if self._transport is not None:
            self._transport.write(data)

    @property
    def connected(self) -> bool:
        """Tell whether the client is there, as far as is known."""
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """
        Forget the way back, and note whether the client went before it had read everything.

        The kernel resets a connection that is closed with bytes unread (RFC 9293, section 3.6.1), and ends it
        in order otherwise.
        """
        self._transport = None
        self.left_unread = exc is not None

    def close(self) -> None:
        """End the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take bytes until a request is whole."""
        self._received += data
        while self._take_head() and len(self._received) >= self._expected:
            assert self._head is not None
            method, target, headers = self._head
            body = bytes(self._received[: self._expected])
            del self._received[: self._expected]
            self._head = None
            self.answer_to(PlainRequest(method, target, headers, body))

    def _take_head(self) -> bool:
        if self._head is not None:
            return True
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return False
        first, *lines = self._received[:end].decode("latin-1").split("\r\n")
        del self._received[: end + 4]
        method, target, _ = first.split(" ", 2)
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        self._head = (method, target, headers)
        self._expected = int(headers.get("content-length", "0"))
        if headers.get("expect", "").lower() == "100-continue":
            self.send(_CONTINUE)
        return True
