"""The plan's answers: the cheapest memory size that keeps the limit, and what comes with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sparely_toolkit.loadtest.cost.lambda_cost import Architecture
from sparely_toolkit.loadtest.plan import architectures, memory
from sparely_toolkit.loadtest.plan.architectures import LAMBDA_HTTP, Change, Curve, Pricing, Served
from sparely_toolkit.loadtest.plan.canary import Rollouts
from sparely_toolkit.loadtest.plan.environments import Limits
from sparely_toolkit.loadtest.plan.measured import Measured
from sparely_toolkit.loadtest.plan.simulation import Outcome, simulate
from sparely_toolkit.loadtest.plan.traffic import Traffic

RATES = tuple(0.01 * 10 ** (n / 6) for n in range(31))
"""Mean requests a second of the picture: a hundredth to a thousand."""
ALL_ARRIVALS, SOME_ARRIVALS, FEW_ARRIVALS = 300_000, 40_000, 20_000
"""As many requests are followed at most: at the chosen memory size, at each other one, at each rate of the picture."""


@dataclass(frozen=True, slots=True)
class Demand:
    """
    What the plan has to meet: the traffic, the limits, how to price it, and the memory size that the stage has.

    Attributes:
        snapstart: whether the stage starts environments from a snapshot.
        zip_mb: the package's zip in MB of 10^6 bytes.
        fits_zip: whether Lambda takes it as a zip, and is given it as one.
        image_mb: its layers in a container image, in the same; None where it is a zip.
    """

    measured: Measured
    traffic: Traffic
    limits: Limits
    pricing: Pricing
    p95_ms: float
    gateway_ms: float
    speed: float
    architecture: Architecture
    memory_mb: int
    api: str = LAMBDA_HTTP
    rollouts: Rollouts = field(default_factory=Rollouts)
    snapstart: bool = False
    zip_mb: float = 0.0
    fits_zip: bool = True
    image_mb: float | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """One memory size: times at the client in ms, monthly USD."""

    memory_mb: int
    p50_ms: float
    p95_ms: float
    cold_ms: float
    usd: float
    lambda_usd: float
    fits: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The answers; `chosen` None when no size keeps the limit, then `served` is of the fastest."""

    sizes: tuple[Size, ...]
    chosen: Size | None
    served: Served
    outcome: Outcome
    curves: tuple[Curve, ...]
    changes: tuple[Change, ...]


def plan(demand: Demand) -> Plan:
    """Simulate every memory size, choose one, and price the architectures."""
    sizes, best, outcome = _sizes(demand)
    memory_mb = best.memory_mb
    served = _served(demand, memory_mb, outcome)

    def serve(traffic: Traffic) -> Served:
        found = _served(demand, memory_mb, _simulated(demand, traffic, memory_mb, arrivals=FEW_ARRIVALS))
        if traffic.mean_rate < demand.traffic.mean_rate:
            return found
        # More traffic of the same course meets no larger share of cold starts; of few seconds of it all are a start.
        return replace(found, cold_share=min(found.cold_share, served.cold_share))

    curves = architectures.curves(demand.traffic, RATES, serve, demand.pricing)
    return Plan(
        sizes=sizes,
        chosen=cheapest(sizes, demand.p95_ms),
        served=served,
        outcome=outcome,
        curves=tuple(curves),
        changes=tuple(architectures.changes(curves)),
    )


def _sizes(demand: Demand) -> tuple[tuple[Size, ...], Size, Outcome]:
    """
    All memory sizes, the cheapest or, where none keeps the limit, the fastest, and what becomes of the requests there.

    They are followed in full there and at the stage's size, at the others in a part of each stretch of traffic. A part
    begins with as many cold starts as the whole, so those are taken to be fewer by as much as at the stage's size.
    """
    sizes_mb = sorted({*memory.SIZES_MB, demand.memory_mb})
    parts = {each: _simulated(demand, demand.traffic, each, arrivals=SOME_ARRIVALS) for each in sizes_mb}
    full = {demand.memory_mb: _simulated(demand, demand.traffic, demand.memory_mb, arrivals=ALL_ARRIVALS)}
    too_many = parts[demand.memory_mb].cold_percent
    fewer = full[demand.memory_mb].cold_percent / too_many if too_many else 1.0
    while True:
        found = tuple(
            _size(demand, each, full[each]) if each in full else _size(demand, each, parts[each], cold=fewer)
            for each in sizes_mb
        )
        best = cheapest(found, demand.p95_ms) or min(found, key=lambda size: (not size.fits, size.p95_ms))
        if best.memory_mb in full:
            return found, best, full[best.memory_mb]
        full[best.memory_mb] = _simulated(demand, demand.traffic, best.memory_mb, arrivals=ALL_ARRIVALS)


def cheapest(sizes: Sequence[Size], p95_ms: float) -> Size | None:
    """Choose the cheapest size that fits the memory and keeps the limit; of equally cheap ones the smallest."""
    able = [size for size in sizes if size.fits and size.p95_ms <= p95_ms]
    return min(able, key=lambda size: (round(size.usd, 2), size.memory_mb), default=None)


def faster_for_little(sizes: Sequence[Size], chosen: Size, *, more: float = 0.01) -> Size | None:
    """Find the size with the lowest p95 among those that cost at most a hundredth more; None when it is the chosen."""
    near = [size for size in sizes if size.fits and size.usd <= chosen.usd * (1 + more)]
    best = min(near, key=lambda size: (round(size.p95_ms, 1), size.usd), default=chosen)
    return None if best == chosen else best


def dearer_usd(size: Size, chosen: Size) -> float:
    """What a size costs more a month, of the two figures in cents that a page shows."""
    return round(size.usd, 2) - round(chosen.usd, 2)


def _size(demand: Demand, memory_mb: int, outcome: Outcome, *, cold: float = 1.0) -> Size:
    """One of them; its cold starts are this many times those that were counted."""
    function = function_at(demand, memory_mb)
    served = _served(demand, memory_mb, outcome)
    served = replace(served, cold_share=served.cold_share * cold)
    bill = architectures.ARCHITECTURES[demand.api](demand.traffic, served, demand.pricing)
    return Size(
        memory_mb=memory_mb,
        p50_ms=outcome.latency_ms(0.5) + demand.gateway_ms,
        p95_ms=outcome.latency_ms(0.95) + demand.gateway_ms,
        cold_ms=function.init_ms + function.request_ms.p50 + demand.gateway_ms,
        usd=bill.usd,
        lambda_usd=sum(item.usd for item in bill.items if item.name.startswith(("Lambda", "SnapStart"))),
        fits=memory.fits(demand.measured, memory_mb),
    )


def function_at(demand: Demand, memory_mb: int) -> memory.Function:
    """What the simulation needs of a memory size; where a cold start is a restore, its time is the init's."""
    function = memory.at(demand.measured, memory_mb, speed=demand.speed)
    if not demand.snapstart:
        return function
    return replace(function, init_ms=demand.pricing.assumptions.snapstart.restore_ms)


def _simulated(demand: Demand, traffic: Traffic, memory_mb: int, *, arrivals: int) -> Outcome:
    return simulate(traffic, function_at(demand, memory_mb), demand.limits, arrivals=arrivals)


def _served(demand: Demand, memory_mb: int, outcome: Outcome) -> Served:
    billed_ms = demand.pricing.assumptions.snapstart.billed_ms
    return Served(
        memory_mb=memory_mb,
        billed_ms=outcome.mean_billed_ms,
        cold_share=outcome.cold_percent / 100,
        init_ms=billed_ms if demand.snapstart else function_at(demand, memory_mb).init_ms,
        architecture=demand.architecture,
        snapstart=demand.snapstart,
        cpu_ms=demand.measured.request_cpu_ms / demand.speed,
    )
