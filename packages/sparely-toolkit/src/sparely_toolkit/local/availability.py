"""Which execution environment takes the next invocation."""

import asyncio
import time
from collections import deque

from sparely_toolkit.local.environment import ExecutionEnvironment


class Availability:
    """
    The environments that are free, and those that soon will be.

    An environment that has answered asks for more work a moment later. Whoever comes in that moment waits for it
    instead of starting another one.
    """

    def __init__(self) -> None:
        self._idle: list[ExecutionEnvironment] = []
        self._returning: set[ExecutionEnvironment] = set()
        self._waiting: deque[asyncio.Future[ExecutionEnvironment | None]] = deque()

    def __len__(self) -> int:
        return len(self._idle)

    async def take(self) -> ExecutionEnvironment | None:
        """Give the environment that was busy last; None when a new one is needed."""
        while True:
            if self._idle:
                return self._idle.pop()
            if len(self._returning) <= len(self._waiting):
                return None
            waiter: asyncio.Future[ExecutionEnvironment | None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            environment = await waiter
            if environment is not None:
                return environment

    def answered(self, environment: ExecutionEnvironment) -> None:
        """Expect an environment back."""
        self._returning.add(environment)

    def free(self, environment: ExecutionEnvironment) -> None:
        """Hand an environment to whoever waits longest, or keep it."""
        self._returning.discard(environment)
        environment.idle_since = time.monotonic()
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(environment)
                return
        self._idle.append(environment)

    def lost(self, environment: ExecutionEnvironment) -> None:
        """Forget an environment; whoever waited for it looks again for another."""
        self._returning.discard(environment)
        if environment in self._idle:
            self._idle.remove(environment)
        while self._waiting and len(self._waiting) > len(self._returning):
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)

    def idle_before(self, moment: float) -> list[ExecutionEnvironment]:
        """List those that have waited since before a monotonic time."""
        return [environment for environment in self._idle if environment.idle_since < moment]
