"""The story's three load tests and its bill, simulated and priced."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely_toolkit.loadtest.cost import api_gateway, lambda_cost, prices, sagemaker
from sparely_toolkit.loadtest.plan.environments import Limits
from sparely_toolkit.loadtest.plan.memory import Function
from sparely_toolkit.loadtest.plan.quantiles import Quantiles
from sparely_toolkit.loadtest.plan.simulation import Outcome, simulate
from sparely_toolkit.loadtest.plan.traffic import Segment, Traffic
from sparely_toolkit.loadtest.shapes import Stage

STAIRS = 5
FILE = Path(__file__).with_name("story.toml")


@dataclass(frozen=True, slots=True)
class LoadTest:
    """One load test of the story; without a capacity, Lambda scales as it does."""

    name: str
    offered: float
    seconds: float
    failed_percent: float
    total: int | None = None
    capacity: float | None = None
    slots: int | None = None
    ramp_s: float = 0.0
    request_ms: float = 0.0
    init_ms: float = 0.0

    @property
    def expected_total(self) -> float:
        """The story's total, or what its rate makes in its time."""
        return self.total or self.offered * self.seconds

    def traffic(self) -> Traffic:
        ramp = [Segment(1.0, self.offered * (second + 0.5) / self.ramp_s) for second in range(int(self.ramp_s))]
        rest = Segment(self.seconds - len(ramp), self.offered)
        return Traffic(self.name, "", (*ramp, rest))

    def stages(self, *, rate: float, seconds: float) -> tuple[Stage, ...]:
        """The load in another time and at another rate, with its rise as stairs."""
        stair_s = self.ramp_s * seconds / self.seconds / STAIRS
        stairs = [Stage(stair_s, rate * (number + 0.5) / STAIRS) for number in range(STAIRS if self.ramp_s else 0)]
        return (*stairs, Stage(seconds - stair_s * len(stairs), rate))

    def function(self) -> Function:
        takes_ms = self.slots / self.capacity * 1000 if self.slots and self.capacity else self.request_ms
        return Function(512, self.init_ms, Quantiles(takes_ms, takes_ms * 1.1, takes_ms * 1.2))

    def limits(self) -> Limits:
        if self.slots is None:
            return Limits()
        return Limits(self.slots, burst=self.slots, requests_an_environment=None)


@dataclass(frozen=True, slots=True)
class Before:
    """What the story paid, from assumptions that make it up: monthly USD before and after."""

    before_usd: float
    after_usd: float

    @property
    def less_percent(self) -> float:
        return 100 * (1 - self.after_usd / self.before_usd)


def read(path: Path = FILE) -> list[LoadTest]:
    """Read the story's load tests."""
    return [LoadTest(**each) for each in _document(path)["test"]]


def reproduce(test: LoadTest) -> Outcome:
    """Simulate a load test, every request of it."""
    return simulate(test.traffic(), test.function(), test.limits(), arrivals=10_000_000)


def price(path: Path = FILE) -> Before:
    """Price the story: the endpoint with its API before, Lambda alone after."""
    bill = _document(path)["bill"]
    region = prices.load(bill["region"])
    fleet = sagemaker.Fleet(bill["instance"], capacity=1, most=1)
    endpoint = sagemaker.endpoint(fleet, [0.0], 0.0, 0.0, region)
    calls = api_gateway.requests("rest", bill["requests"], region)
    usage = lambda_cost.Usage(bill["requests"], bill["memory_mb"], bill["billed_ms"])
    return Before((endpoint + calls).usd, lambda_cost.on_demand(usage, region).usd)


def _document(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))
