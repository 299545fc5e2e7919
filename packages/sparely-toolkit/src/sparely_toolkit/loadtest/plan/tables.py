"""A table of so many rows: its time and price here, in one invocation, by the map and as a batch transform job."""

import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sparely.batch.aws.ranges import LEAST_BYTES, MOST_BYTES, MOST_RANGES, RANGE_S
from sparely.batch.aws.scoring import RESERVE_S, SPARE
from sparely.batch.aws.store import CHUNK_BYTES, PART_BYTES
from sparely_toolkit.loadtest.cost import lambda_cost
from sparely_toolkit.loadtest.cost.bill import Bill, Item, bill
from sparely_toolkit.loadtest.cost.lambda_cost import Architecture, Usage
from sparely_toolkit.loadtest.cost.prices import Prices
from sparely_toolkit.loadtest.page import Notes, Report, Section, Table
from sparely_toolkit.loadtest.plan.assumptions import Assumptions, said
from sparely_toolkit.loadtest.plan.memory import FULL_VCPU_MB
from sparely_toolkit.loadtest.plan.table_rate import TableRate
from sparely_toolkit.score.pace import lasting

INVOCATION_S = 900.0
QUEUE_REQUESTS = 3
"""Of a message: S3 sends it, Lambda takes it and deletes it."""
POLLERS, POLL_S, MONTH_S = 5, 20, 30 * 86_400
"""
How often Lambda asks a queue that is empty: a mapping with a maximum concurrency never has fewer pollers than five.

Source: docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html, read 2026-11-29; that each waits for the longest
time that SQS has is taken, not found.
"""
HEADS = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What is to be priced.

    Attributes:
        rows: of the table.
        memory_mb: of the function for tables.
        concurrency: ranges at once.
        speed: a vCPU of Lambda in cores of this machine.
        init_s: of an execution environment.
    """

    rows: int
    rate: TableRate
    prices: Prices
    assumptions: Assumptions
    memory_mb: int
    concurrency: int
    speed: float
    architecture: Architecture
    init_s: float

    @property
    def size(self) -> float:
        """Of the table in bytes."""
        return self.rows * self.rate.row_bytes

    @property
    def answers_size(self) -> float:
        """Of its answers in bytes."""
        return self.rows * self.rate.answer_bytes

    @property
    def lambda_rate(self) -> float:
        """Rows a second of an invocation, which uses no more than one vCPU."""
        return self.rate.rows_a_second * self.speed * min(1.0, self.memory_mb / FULL_VCPU_MB)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to score it; `reason` says why it cannot, where it cannot."""

    name: str
    seconds: float
    bill: Bill
    reason: str = ""


def ways(asked: Asked) -> list[Way]:
    """All four."""
    return [_here(asked), _invocation(asked), _map(asked), _transform(asked)]


def report(asked: Asked) -> Report:
    """Lay them out."""
    found = ways(asked)
    rows = [
        [
            way.name,
            "does not fit" if way.reason else lasting(way.seconds, 1),
            "" if way.reason else f"{asked.rows / way.seconds:,.0f}",
            "" if way.reason else f"{way.bill.usd:,.4f}",
        ]
        for way in found
    ]
    return Report(
        f"A table of {asked.rows:,} rows",
        [
            Section("Answer", [Table(["Way", "Time", "Rows a second", "USD"], rows), Notes(_reasons(found))]),
            Section("The bill", [_items(found)]),
            Section("What this rests on", [Notes(_basis(asked))]),
        ],
    )


def _here(asked: Asked) -> Way:
    cores = os.cpu_count() or 1
    return Way(
        f"make score here, {cores} core{'s' * (cores > 1)}", asked.rows / (asked.rate.rows_a_second * cores), Bill(())
    )


def _invocation(asked: Asked) -> Way:
    seconds = asked.rows / asked.lambda_rate
    reads = HEADS + math.ceil(asked.size / CHUNK_BYTES)
    writes = math.ceil(asked.answers_size / PART_BYTES) + 3
    queue = QUEUE_REQUESTS * asked.prices.usd("sqs", "request")
    cost = _function(asked, 1, seconds) + _requests(asked, reads, writes)
    cost += bill([Item("SQS requests", QUEUE_REQUESTS, "requests", queue)])
    too_long = seconds > INVOCATION_S * SPARE - RESERVE_S
    reason = (
        f"One invocation has {INVOCATION_S / 60:.0f} minutes, the table takes {lasting(seconds, 1)}: the map scores it."
    )
    return Way(f"one invocation, {asked.memory_mb} MB", seconds + asked.init_s, cost, reason if too_long else "")


def _map(asked: Asked) -> Way:
    batch = asked.assumptions.batch
    size = min(max(asked.lambda_rate * asked.rate.row_bytes * RANGE_S, LEAST_BYTES), MOST_BYTES)
    ranges = math.ceil(asked.size / max(size, asked.size / MOST_RANGES))
    each = asked.rows / ranges / asked.lambda_rate
    listing = asked.size / (batch.read_mb_a_second * 2**20)
    joining = ranges * batch.join_s_a_range
    rounds = math.ceil(ranges / asked.concurrency)
    chunks = math.ceil(asked.size / CHUNK_BYTES)
    reads = 2 * chunks + 5 * ranges + 3 * HEADS
    writes = math.ceil(asked.answers_size / PART_BYTES) + 4 * ranges + 4
    transitions = batch.transitions_a_range * ranges + batch.transitions
    price = asked.prices.usd("step_functions", "transition")
    cost = _function(asked, ranges, asked.rows / asked.lambda_rate) + _function(asked, 2, listing + joining)
    cost += _requests(asked, reads, writes)
    cost += bill([Item("Step Functions transitions", transitions, "transitions", transitions * price)])
    seconds = listing + rounds * (each + batch.range_start_s) + joining
    reason = f"Its first step reads the table in one invocation, which has {INVOCATION_S / 60:.0f} minutes."
    too_long = listing > INVOCATION_S - RESERVE_S
    name = f"the map, {ranges} range{'s' * (ranges > 1)}, {asked.concurrency} at once"
    return Way(name, seconds + asked.init_s, cost, reason if too_long else "")


def _transform(asked: Asked) -> Way:
    batch = asked.assumptions.batch
    seconds = batch.transform_start_s + asked.rows / (asked.rate.rows_a_second * asked.speed * batch.transform_vcpus)
    hours = seconds / 3600
    instance = batch.transform_instance
    usd = hours * asked.prices.usd("sagemaker", "hour", instance)
    reads, writes = math.ceil(asked.size / CHUNK_BYTES), math.ceil(asked.answers_size / PART_BYTES)
    cost = bill([Item(f"SageMaker {instance}", hours, "hours", usd)], "endpoint") + _requests(asked, reads, writes)
    return Way(f"SageMaker batch transform, one {instance}", seconds, cost)


def _function(asked: Asked, invocations: int, seconds: float) -> Bill:
    """Invocations that take so long together, each with an init."""
    usage = Usage(
        requests=invocations,
        memory_mb=asked.memory_mb,
        billed_ms=seconds * 1000 / invocations,
        cold_starts=invocations,
        init_ms=asked.init_s * 1000,
        architecture=asked.architecture,
    )
    return lambda_cost.on_demand(usage, asked.prices)


def _requests(asked: Asked, reads: int, writes: int) -> Bill:
    return bill(
        [
            Item("S3 reads", reads, "requests", reads * asked.prices.usd("s3", "read_request")),
            Item("S3 writes", writes, "requests", writes * asked.prices.usd("s3", "write")),
        ]
    )


def _items(found: Sequence[Way]) -> Table:
    rows = []
    for way in (each for each in found if not each.reason):
        items: dict[str, tuple[float, float]] = {}
        for item in way.bill.items:
            quantity, usd = items.get(label := f"{item.name}, {item.unit}", (0.0, 0.0))
            items[label] = (quantity + item.quantity, usd + item.usd)
        rows += [[way.name, label, f"{quantity:,.4g}", f"{usd:,.6f}"] for label, (quantity, usd) in items.items()]
    return Table(["Way", "Item", "Quantity", "USD"], rows)


def _reasons(found: Sequence[Way]) -> list[str]:
    told = [way.reason for way in found if way.reason]
    fitting = [way for way in found[1:] if not way.reason]
    cheapest = min(fitting, key=lambda way: way.bill.usd)
    return [*told, f"Cheapest on AWS: {cheapest.name}, {cheapest.bill.usd:,.4f} USD."]


def _idle(asked: Asked) -> str:
    """What the queue costs while nothing comes."""
    requests = POLLERS * MONTH_S / POLL_S
    usd = requests * asked.prices.usd("sqs", "request")
    return (
        "While no table comes, Lambda asks the queue of Batch=S3 all the same, and that of Queue=on: "
        f"{POLLERS} pollers, each every {POLL_S} s, about {requests:,.0f} requests a month, {usd:,.2f} USD for each "
        "queue; the bill above does not count them."
    )


def _basis(asked: Asked) -> list[str]:
    rate, batch = asked.rate, asked.assumptions.batch
    tables = {name: asked.prices.tables[name] for name in ("lambda", "s3", "sqs", "step_functions", "sagemaker")}
    unverified = [f"{name} ({table['basis']})" for name, table in tables.items() if not table["verified"]]
    dates = ", ".join(sorted({str(table["read"]) for table in tables.values()}))
    assumed = ", ".join(f"{name} {said(value)}" for name, value in asdict(batch).items())
    return [
        f"Measured on this machine: {rate.model} scores {rate.rows_a_second:,.0f} rows a second on one core from CSV "
        f"to CSV, by the built package without S3; a row has {rate.row_bytes:.0f} bytes, its answer "
        f"{rate.answer_bytes:.0f}.",
        f"The table has {asked.size / 2**20:,.1f} MiB, its answers {asked.answers_size / 2**20:,.1f} MiB. What lies in "
        "S3 is paid for by the month, and is not counted.",
        "make score with pyarrow is faster than that; here it is taken as the function's own code on every core.",
        f"A vCPU of Lambda is taken as {asked.speed:g} times as fast as a core here; an invocation uses one, which "
        f"comes with {FULL_VCPU_MB} MB.",
        f"batch: {assumed}.",
        _idle(asked),
        f"Prices of {asked.prices.named}, read {dates}; not wholly verified: {'; '.join(unverified) or 'none'} "
        "(`sparely plan --prices` names all sources).",
    ]
