"""Traffic against Lambda's scaling: what is served, throttled, cold, and how long it takes."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from sparely_toolkit.loadtest.cost.bill import whole_ms
from sparely_toolkit.loadtest.plan.environments import Environments, Limits, Start
from sparely_toolkit.loadtest.plan.memory import Function
from sparely_toolkit.loadtest.plan.quantiles import bucket, quantile
from sparely_toolkit.loadtest.plan.traffic import Traffic


@dataclass(slots=True)
class Outcome:
    """Counts over the traffic's whole course; those of a stretch that was simulated in part are scaled up."""

    offered: float = 0.0
    throttled: float = 0.0
    cold: float = 0.0
    billed_ms: float = 0.0
    peak_concurrency: int = 0
    latencies_ms: dict[float, float] = field(default_factory=dict)

    @property
    def served(self) -> float:
        return self.offered - self.throttled

    @property
    def throttled_percent(self) -> float:
        return 100 * self.throttled / self.offered if self.offered else 0.0

    @property
    def cold_percent(self) -> float:
        return 100 * self.cold / self.served if self.served else 0.0

    @property
    def mean_billed_ms(self) -> float:
        """Mean billed duration of an invocation, without inits."""
        return self.billed_ms / self.served if self.served else 0.0

    def count(self, start: Start | None, now_s: float, request_ms: float, busy: int, *, weight: float) -> None:
        """Add one request, which stands for `weight` of them; `start` None is a throttled one."""
        self.offered += weight
        if start is None:
            self.throttled += weight
            return
        self.cold += weight * start.cold
        self.billed_ms += weight * whole_ms(request_ms)
        self.peak_concurrency = max(self.peak_concurrency, busy)
        took_ms = bucket((start.finish_s - now_s) * 1000)
        self.latencies_ms[took_ms] = self.latencies_ms.get(took_ms, 0.0) + weight

    def latency_ms(self, share: float) -> float:
        """A quantile of the time that served requests took, inits included."""
        return quantile(self.latencies_ms, share)


def simulate(
    traffic: Traffic, function: Function, limits: Limits, *, arrivals: int = 200_000, seed: int = 1
) -> Outcome:
    """
    Let requests arrive at random moments and follow each through Lambda's scaling.

    Args:
        arrivals: about how many to follow; of a longer course every stretch is followed in part, from its start, with
            the environments as the stretch before left them.
    """
    source = random.Random(seed)
    environments = Environments(limits)
    outcome = Outcome()
    part = min(1.0, arrivals / max(1.0, traffic.mean_rate * traffic.seconds))
    for now in _moments(traffic, part, source):
        request_ms = function.request_ms.draw(source)
        start = environments.invoke(now, request_ms / 1000, function.init_ms / 1000)
        outcome.count(start, now, request_ms, environments.busy, weight=1 / part)
    return outcome


def _moments(traffic: Traffic, part: float, source: random.Random) -> Iterator[float]:
    """Draw arrivals as a Poisson process has them, of every stretch the same part."""
    began = 0.0
    for segment in traffic.segments:
        ended = began + segment.seconds * part
        now = began
        while segment.rate > 0 and (now := now + source.expovariate(segment.rate)) < ended:
            yield now
        began = ended
