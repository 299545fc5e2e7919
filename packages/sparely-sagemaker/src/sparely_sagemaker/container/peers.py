"""The workers of one container tell each other what to load and unload: any of them may get SageMaker's request."""

import asyncio
import fcntl
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

Order = dict[str, Any]
Obey = Callable[[Order], Awaitable[Order]]


class Peers:
    """
    A Unix socket for each worker in a folder that all share, a lock, and the list of what is loaded.

    A worker that starts late, or again after a crash, takes the list under the lock and then listens: it misses
    nothing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = folder / f"{os.getpid()}.socket"
        self._list = folder / "loaded.json"
        self._server: asyncio.Server | None = None

    async def listen(self, obey: Obey) -> None:
        """Take orders from the other workers."""

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(ConnectionError):
                order = json.loads(await reader.readline())
                writer.write(json.dumps(await obey(order)).encode() + b"\n")
                await writer.drain()
            writer.close()

        self._own.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(serve, self._own)

    async def stop(self) -> None:
        """Take no more orders."""
        if self._server is not None:
            self._server.close()
        self._own.unlink(missing_ok=True)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Hold the lock of all workers: one change at a time."""
        with (self._folder / "lock").open("w") as lock:
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
            yield

    async def tell(self, order: Order) -> list[Order]:
        """Give an order to all other workers and wait for their answers; one that is gone has none."""
        answers = await asyncio.gather(*(self._tell(path, order) for path in self._others()))
        return [answer for answer in answers if answer is not None]

    def count(self) -> int:
        """How many workers listen, this one too."""
        return len(list(self._folder.glob("*.socket")))

    def read_list(self) -> dict[str, str]:
        """What is loaded: URL by name."""
        return dict(json.loads(self._list.read_text())) if self._list.is_file() else {}

    def write_list(self, loaded: dict[str, str]) -> None:
        """Keep what is loaded for workers to come."""
        self._list.write_text(json.dumps(loaded))

    def _others(self) -> Iterator[Path]:
        return (path for path in sorted(self._folder.glob("*.socket")) if path != self._own)

    async def _tell(self, path: Path, order: Order) -> Order | None:
        try:
            reader, writer = await asyncio.open_unix_connection(path)
        except OSError:
            path.unlink(missing_ok=True)  # of a worker that crashed
            return None
        writer.write(json.dumps(order).encode() + b"\n")
        line = await reader.readline()
        writer.close()
        return dict(json.loads(line)) if line else None
