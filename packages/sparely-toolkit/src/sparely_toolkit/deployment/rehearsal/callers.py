"""
Callers: golden requests through the gateway, every answer looked at.

One after the other on a few connections, or so many a minute at moments of chance, as a quiet service has them.
"""

import asyncio
import contextlib
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

import aiohttp

from sparely.bundle import Bundle

CONNECTIONS = 6
OK = 200


@dataclass
class Tally:
    """What callers got: answers by status, 0 where there was none."""

    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def requests(self) -> int:
        return sum(self.statuses.values())

    @property
    def failed(self) -> int:
        """Everything but a 200."""
        return self.requests - self.statuses[OK]


class Callers:
    """
    Sends requests from `start` until `stop`; a caller sends the next one when it has an answer.

    Args:
        pause_s: seconds from one request to the next in the mean; None sends as many as are answered.
    """

    def __init__(self, url: str, models: Sequence[Bundle], *, pause_s: float | None = None) -> None:
        self._pause_s = pause_s
        self._sent: set[asyncio.Task[None]] = set()
        self.tally = Tally()
        self._url = url
        self._requests = [
            (f"/predict/{model.area}/{model.name}", json.dumps({"instances": [row]}).encode())
            for model in models
            for position, row in enumerate(model.instances)
            # A row that the service's own steps refuse would count as failed.
            if model.answer(position).status == OK
        ]
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin; each caller starts with another model."""
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        headers = {"content-type": "application/json"}
        self._session = aiohttp.ClientSession(self._url, connector=connector, headers=headers)
        if self._pause_s is not None:
            shuffled = random.sample(self._requests, len(self._requests))
            self._tasks = [asyncio.create_task(self._now_and_then(cycle(shuffled), self._pause_s))]
            return
        step = max(1, len(self._requests) // CONNECTIONS)
        turns = [cycle(self._requests[start * step :] + self._requests[: start * step]) for start in range(CONNECTIONS)]
        self._tasks = [asyncio.create_task(self._call(turn)) for turn in turns]

    async def stop(self) -> None:
        """Let every request in flight have its answer, then end."""
        self._stopping = True
        if self._pause_s is not None:
            for task in self._tasks:
                task.cancel()
        await asyncio.gather(*self._tasks, *self._sent, return_exceptions=True)
        await self._session.close()

    async def _call(self, requests: Iterator[tuple[str, bytes]]) -> None:
        while not self._stopping:
            await self._send(*next(requests))

    async def _now_and_then(self, requests: Iterator[tuple[str, bytes]], pause_s: float) -> None:
        """Nobody waits for another's answer."""
        while not self._stopping:
            await asyncio.sleep(random.expovariate(1 / pause_s))
            sent = asyncio.create_task(self._send(*next(requests)))
            self._sent.add(sent)
            sent.add_done_callback(self._sent.discard)

    async def _send(self, path: str, body: bytes) -> None:
        status = 0
        with contextlib.suppress(aiohttp.ClientError):
            async with self._session.post(path, data=body) as answer:
                await answer.read()
                status = answer.status
        self.tally.statuses[status] += 1
