"""Callers: golden requests through the gateway, one after the other on a few connections, every answer looked at."""

import asyncio
import contextlib
import json
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
    """Sends requests from `start` until `stop`; a caller sends the next one when it has an answer."""

    def __init__(self, url: str, models: Sequence[Bundle]) -> None:
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
        step = max(1, len(self._requests) // CONNECTIONS)
        turns = [cycle(self._requests[start * step :] + self._requests[: start * step]) for start in range(CONNECTIONS)]
        self._tasks = [asyncio.create_task(self._call(turn)) for turn in turns]

    async def stop(self) -> None:
        """Let every request in flight have its answer, then end."""
        self._stopping = True
        await asyncio.gather(*self._tasks)
        await self._session.close()

    async def _call(self, requests: Iterator[tuple[str, bytes]]) -> None:
        while not self._stopping:
            path, body = next(requests)
            status = 0
            with contextlib.suppress(aiohttp.ClientError):
                async with self._session.post(path, data=body) as answer:
                    await answer.read()
                    status = answer.status
            self.tally.statuses[status] += 1
