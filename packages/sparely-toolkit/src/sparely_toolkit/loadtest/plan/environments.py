"""Lambda's scaling, moment by moment: which invocation finds an environment, starts one, or is throttled."""

import heapq
from collections import deque
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What Lambda allows one function.

    Args:
        concurrency: environments at once: what is reserved, or the account's quota; None is no limit.
        burst: environments that may start at once, refilled over 10 s; unused ones do not add up.
        requests_an_environment: invocations a second allowed for each unit of concurrency; None is no limit.
        idle_s: how long an environment waits before it is ended; Lambda does not say, minutes are usual.

    Sources: https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html (1,000 every 10 s and function),
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html (10 requests a second), read 2026-11-22.
    """

    concurrency: int | None = 1000
    burst: int = 1000
    requests_an_environment: float | None = 10.0
    idle_s: float = 600.0


class Start(NamedTuple):
    """An invocation that runs: when it ends, and whether it waited for an init."""

    finish_s: float
    cold: bool


class Environments:
    """The environments of one function; times in seconds, never going back."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._busy: list[float] = []
        # Since when each waits; the one that was busy last works next, so the left end is the longest idle.
        self._idle: deque[float] = deque()
        self._startable = float(limits.burst)
        self._refilled_s = 0.0
        self._rate = self._allowed = self._requests_a_second()
        self._counted_s = 0.0

    @property
    def busy(self) -> int:
        """How many run an invocation."""
        return len(self._busy)

    def invoke(self, now_s: float, duration_s: float, init_s: float) -> Start | None:
        """Run an invocation; None when it is throttled."""
        self._release(now_s)
        if not self._within_rate(now_s):
            return None
        if self._idle:
            self._idle.pop()
            return self._run(now_s + duration_s, cold=False)
        full = self._limits.concurrency is not None and len(self._busy) >= self._limits.concurrency
        if full or not self._may_start(now_s):
            return None
        return self._run(now_s + init_s + duration_s, cold=True)

    def _run(self, finish_s: float, *, cold: bool) -> Start:
        heapq.heappush(self._busy, finish_s)
        return Start(finish_s, cold)

    def _release(self, now_s: float) -> None:
        while self._busy and self._busy[0] <= now_s:
            self._idle.append(heapq.heappop(self._busy))
        while self._idle and self._idle[0] < now_s - self._limits.idle_s:
            self._idle.popleft()

    def _may_start(self, now_s: float) -> bool:
        refill = (now_s - self._refilled_s) * self._limits.burst / 10
        self._startable = min(float(self._limits.burst), self._startable + refill)
        self._refilled_s = now_s
        if self._startable < 1:
            return False
        self._startable -= 1
        return True

    def _requests_a_second(self) -> float:
        limits = self._limits
        if limits.concurrency is None or limits.requests_an_environment is None:
            return float("inf")
        return limits.concurrency * limits.requests_an_environment

    def _within_rate(self, now_s: float) -> bool:
        if self._rate == float("inf"):
            return True
        self._allowed = min(self._rate, self._allowed + (now_s - self._counted_s) * self._rate)
        self._counted_s = now_s
        if self._allowed < 1:
            return False
        self._allowed -= 1
        return True
