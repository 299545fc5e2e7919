"""Counts and times of what was served: written on every request, read by the status page and by rehearsals."""

from collections import deque
from dataclasses import dataclass, field

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
class Traffic:
    """What the gateway has answered since its start; latency is from the last byte read to the answer's first."""

    requests: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    latencies: RecentTimes = field(default_factory=RecentTimes)

    def count(self, status: int, latency_ms: float) -> None:
        """Count one answer."""
        self.requests += 1
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.latencies.add(latency_ms)
