"""Counts and times of what was served: written on every request, read by the status page and by rehearsals."""

import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sparely.check.latency import percentile

_KEPT = 1000


@dataclass(frozen=True)
class Percentiles:
    """Times in ms over the last thousand; None when there was none."""

    p50: float | None
    p95: float | None
    p99: float | None


class RecentTimes:
    """The last thousand times, in ms."""

    def __init__(self) -> None:
        self._times_ms: deque[float] = deque(maxlen=_KEPT)
        self.add = self._times_ms.append

    def last(self, most: int) -> tuple[float, ...]:
        """The newest of them, oldest first."""
        return tuple(self._times_ms)[-most:]

    def percentiles(self) -> Percentiles:
        """Sort what is kept."""
        times = tuple(self._times_ms)
        return Percentiles(*(percentile(times, each) if times else None for each in (50, 95, 99)))


@dataclass
class Figures:
    """
    What one version's pool has seen since its start.

    Attributes:
        peak_memory_mb: the highest of all environments, of those that are gone too.
        durations: of invocations, as REPORT tells them.
    """

    environments: int = 0
    idle: int = 0
    cold_starts: int = 0
    invocations: int = 0
    errors: int = 0
    throttles: int = 0
    peak_memory_mb: int = 0
    durations: RecentTimes = field(default_factory=RecentTimes)
    inits: RecentTimes = field(default_factory=RecentTimes)


@dataclass
class OfRoute:
    """What one route was asked, a model's or an area's by itself."""

    requests: int = 0
    failures: int = 0
    latencies: RecentTimes = field(default_factory=RecentTimes)


@dataclass
class Second:
    """One second: its answers, those of status 400 and above, and the sum of their times."""

    at: int
    requests: int = 0
    failures: int = 0
    sum_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer of status 400 or above: when it was given, to what, and the sentence that is in it."""

    at: datetime
    route: str
    status: int
    said: str


HISTORY_S = 300
"""How long seconds are kept."""
_MOST_ROUTES, _MOST_FAULTS, _MOST_LETTERS = 200, 20, 300
_OTHERS = "other paths"


@dataclass
class Traffic:
    """
    What the gateway has answered since its start; latency is from the last byte read to the answer's first.

    Attributes:
        seconds: those of the last minutes in which something was answered, oldest first.
        faults: the latest, newest first.
        clock: seconds that only grow.
    """

    requests: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    latencies: RecentTimes = field(default_factory=RecentTimes)
    routes: dict[str, OfRoute] = field(default_factory=dict)
    seconds: deque[Second] = field(default_factory=lambda: deque(maxlen=HISTORY_S))
    faults: deque[Fault] = field(default_factory=lambda: deque(maxlen=_MOST_FAULTS))
    clock: Callable[[], float] = time.monotonic

    def count(
        self, status: int, latency_ms: float, route: str = _OTHERS, *, asked: str = "", body: bytes = b""
    ) -> None:
        """
        Count one answer.

        Args:
            route: what it is counted under; those beyond the first two hundred are counted together.
            asked: method and path as they came, of which a fault tells.
            body: the answer's, of which a fault's sentence is kept.
        """
        self.requests += 1
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.latencies.add(latency_ms)
        failed = status >= 400
        second = self._second()
        second.requests += 1
        second.failures += failed
        second.sum_ms += latency_ms
        if route not in self.routes and len(self.routes) >= _MOST_ROUTES:
            route = _OTHERS
        figures = self.routes.setdefault(route, OfRoute())
        figures.requests += 1
        figures.failures += failed
        figures.latencies.add(latency_ms)
        if failed:
            self.faults.appendleft(Fault(datetime.now(), asked[:_MOST_LETTERS] or route, status, _sentence(body)))

    def history(self) -> list[tuple[int, int, int, float]]:
        """Of each kept second in which something was answered: how long ago, answers, failures, mean ms."""
        now = int(self.clock())
        return [
            (now - each.at, each.requests, each.failures, round(each.sum_ms / each.requests, 2))
            for each in self.seconds
            if now - each.at <= HISTORY_S
        ]

    def _second(self) -> Second:
        at = int(self.clock())
        if not self.seconds or self.seconds[-1].at != at:
            self.seconds.append(Second(at))
        return self.seconds[-1]


def _sentence(body: bytes) -> str:
    """What a fault's body says, be it a problem document or the gateway's own."""
    try:
        document = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(document, dict):
        return ""
    words = next((str(document[name]) for name in ("detail", "message", "title") if document.get(name)), "")
    return words if len(words) <= _MOST_LETTERS else f"{words[:_MOST_LETTERS]}..."
