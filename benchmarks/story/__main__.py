"""`python -m benchmarks.story.__main__`: the story's three load tests, simulated, and with --measure also put on this machine."""

import argparse
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sparely_toolkit.loadtest import generator, local_api, marked, measurements, stand_in
from sparely_toolkit.loadtest.cost import api_gateway, lambda_cost, prices, sagemaker
from sparely_toolkit.loadtest.cost.bill import HOURS_A_MONTH
from sparely_toolkit.loadtest.generator import Statistics
from sparely_toolkit.loadtest.measurements import Totals
from sparely_toolkit.loadtest.page import Table, markdown_table
from sparely_toolkit.loadtest.plan.environments import Limits
from sparely_toolkit.loadtest.plan.memory import Function
from sparely_toolkit.loadtest.plan.quantiles import Quantiles
from sparely_toolkit.loadtest.plan.simulation import Outcome, simulate
from sparely_toolkit.loadtest.plan.traffic import Segment, Traffic
from sparely_toolkit.loadtest.run_settings import RunSettings
from sparely_toolkit.loadtest.shapes import Shape, Stage
from sparely_toolkit.problems import Problem

STAIRS = 5
FILE = Path(__file__).parent / "scenarios" / "story.toml"
PROBLEMS = (Problem, generator.GeneratorFailed, local_api.NotServed, marked.NoMarks)


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


def bill(path: Path = FILE) -> Before:
    """Price the story: the endpoint with its API before, Lambda alone after."""
    given = _document(path)["bill"]
    region = prices.load(given["region"])
    fleet = sagemaker.Fleet(given["instance"], capacity=1, most=1)
    endpoint = sagemaker.endpoint(fleet, [0.0], 0.0, 0.0, region)
    calls = api_gateway.requests("rest", given["requests"], region)
    usage = lambda_cost.Usage(given["requests"], given["memory_mb"], given["billed_ms"])
    return Before((endpoint + calls).usd, lambda_cost.on_demand(usage, region).usd)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    given = _parser().parse_args(arguments)
    try:
        text = markdown_table(_simulated()) + "\n\n" + _bill_text()
        print(text, flush=True)
        if given.write:
            marked.write_between(given.write, "story", text)
        if given.measure:
            measured = _measured_text([(test, _measure(test, given)) for test in read()], given)
            print("\n" + measured)
            if given.write:
                marked.write_between(given.write, "measured", measured)
    except PROBLEMS as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


def _simulated() -> Table:
    rows = []
    for test in read():
        outcome = reproduce(test)
        capacity = "none met" if test.capacity is None else f"{test.capacity:g}"
        story = [f"{test.total:,}" if test.total else "not given", f"{test.failed_percent:.2f}"]
        simulated = [f"{outcome.offered:,.0f}", f"{outcome.throttled_percent:.2f}"]
        rows.append([test.name, capacity, f"{test.offered:g}", *story, *simulated])
    head = [
        "Architecture",
        "Capacity a second",
        "Offered a second",
        "Story's total",
        "Story's failed %",
        "Simulated total",
        "Simulated failed %",
    ]
    return Table(head, rows)


def _bill_text() -> str:
    found = bill()
    return (
        f"Before: {found.before_usd:.2f} USD a month for the endpoint ({HOURS_A_MONTH:g} hours) and API Gateway. "
        f"After: {found.after_usd:.2f} USD for Lambda, {found.less_percent:.0f} % less."
    )


def _measure(test: LoadTest, given: argparse.Namespace) -> Totals:
    print(f"{test.name} ...", file=sys.stderr, flush=True)
    rate, template = test.offered * given.scale, given.template
    concurrency = given.unlimited
    if test.capacity:
        concurrency = given.slots
        wait_ms = concurrency / (test.capacity * given.scale) * 1000 - given.answer_ms
        template = stand_in.write(given.output / "stand-in", template, wait_ms=wait_ms, concurrency=concurrency)
    given.output.mkdir(parents=True, exist_ok=True)
    statistics = Statistics(given.output / "story")
    # Twice a second at most for each user: one who waits for a served answer must not keep others from failing.
    shape = Shape("story", test.stages(rate=rate, seconds=given.seconds), users=max(1, round(rate / 2)))
    with local_api.serving(given.output / "story-api.log", template=template, concurrency=concurrency) as host:
        generator.generate(RunSettings(shape, given.models, "none", statistics.distribution, seed=1), host, statistics)
    return measurements.read(statistics).total


def _measured_text(measured: Sequence[tuple[LoadTest, Totals]], given: argparse.Namespace) -> str:
    rows = [
        [test.name, f"{test.offered * given.scale:.1f}", f"{total.rate:.1f}", f"{total.requests:,}",
         f"{total.failed_percent:.2f}", f"{test.failed_percent:.2f}", f"{total.p50_ms:g}", f"{total.p95_ms:g}"]
        for test, total in measured
    ]  # fmt: skip
    head = [
        "Architecture",
        "Offered a second",
        "Asked a second",
        "Total",
        "Failed %",
        "Story's failed %",
        "p50 ms",
        "p95 ms",
    ]
    note = (
        f"Measured {datetime.now():%Y-%m-%d} with {given.scale:g} of the story's rates and capacities "
        f"for {given.seconds:g} s each. "
        "The first two are stand-ins: the built service behind a wait and a limit, with the endpoint's capacity."
    )
    return f"{note}\n\n{markdown_table(Table(head, rows))}"


def _document(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.story.__main__", description=__doc__)
    parser.add_argument("--measure", action="store_true", help="also put the three loads on this machine")
    parser.add_argument(
        "--scale", type=float, default=0.3, help="share of the story's rates and capacities to measure with"
    )
    parser.add_argument("--seconds", type=float, default=20.0, help="length of a measured load")
    parser.add_argument("--unlimited", type=int, default=50, help="environments of the third test at most")
    parser.add_argument("--slots", type=int, default=8, help="environments of a stand-in")
    parser.add_argument("--answer-ms", type=float, default=2.0, help="what a stand-in takes beside its wait")
    parser.add_argument("--write", type=Path, help="document with the marks story and measured to write into")
    parser.add_argument("--template", type=Path, default=local_api.BUILT)
    parser.add_argument("--models", type=Path, default=Path("src/models"))
    parser.add_argument("--output", type=Path, default=Path("reports"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
