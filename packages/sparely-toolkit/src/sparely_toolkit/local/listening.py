"""Listening on a port with aiohttp's low-level server, and ending that without a connection left behind."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
_CLOSING_S = 1.0


class Listener:
    """
    One handler on one port.

    aiohttp is the choice among what was measured (see docs/local.md): one library for both sides, no event loop
    besides Python's own, within 20 % of the fastest.
    """

    def __init__(self, handler: Handler, *, keepalive_s: float) -> None:
        # A body is handed over as it was sent, compressed or not: auto_decompress would undo that.
        self._web = web.Server(handler, access_log=None, auto_decompress=False, keepalive_timeout=keepalive_s)
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
