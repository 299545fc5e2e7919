"""The plan as a page: the answers first, what they rest on last."""

from collections.abc import Mapping
from dataclasses import asdict, replace

from sparely_toolkit.loadtest.cost.bill import Bill
from sparely_toolkit.loadtest.page import Notes, Picture, Report, Section, Table, Text
from sparely_toolkit.loadtest.plan import advice, canary, cold_starts, switches
from sparely_toolkit.loadtest.plan.advice import Demand, Plan
from sparely_toolkit.loadtest.plan.architectures import ARCHITECTURES, LAMBDA_URL, managed_pays_from
from sparely_toolkit.loadtest.plan.assumptions import said
from sparely_toolkit.loadtest.plan.memory import FULL_VCPU_MB, SPARE
from sparely_toolkit.loadtest.plan.observed import Observed
from sparely_toolkit.pictures.lines import Level, Line, lines
from sparely_toolkit.pictures.parts import Axis

_MEMORY_AXIS = Axis(
    "memory size, MB", logarithmic=True, minimum=100, ticks=(128, 256, 512, 1024, 1769, 3008, 5120, 10240)
)

_HERE = " ←"


def report(demand: Demand, plan: Plan) -> Report:
    """Lay a plan out."""
    bills = {name: month(demand.traffic, plan.served, demand.pricing) for name, month in ARCHITECTURES.items()}
    return Report(
        f"Capacity and cost: {demand.traffic.name}",
        [
            Section("Answer", [_answer(demand, plan, bills)]),
            Section("Memory size", [*_sizes(demand, plan), _cost_by_memory(plan), _p95_by_memory(demand, plan)]),
            Section(f"Scaling, at {plan.served.memory_mb} MB", [_scaling(demand, plan)]),
            cold_starts.section(demand, plan),
            Section(f"The bill, at {plan.served.memory_mb} MB", [_bill(bills[demand.api]), *_switches(demand, plan)]),
            canary.section(demand.rollouts, demand.traffic),
            Section(
                "Other architectures",
                [_architectures(bills), _managed(demand, plan), _cost_by_rate(demand, plan), _changes(plan)],
            ),
            Section("What this rests on", [_assumptions(demand)]),
        ],
    )


def _answer(demand: Demand, plan: Plan, bills: Mapping[str, Bill]) -> Notes:
    outcome = plan.outcome
    if plan.chosen:
        size = (
            f"{plan.chosen.memory_mb} MB is the cheapest memory size with a p95 of at most {demand.p95_ms:g} ms: "
            f"{plan.chosen.p95_ms:.1f} ms."
        )
    else:
        size = (
            f"No memory size keeps a p95 of {demand.p95_ms:g} ms; the figures below are of {plan.served.memory_mb} MB."
        )
    if plan.chosen and (faster := advice.faster_for_little(plan.sizes, plan.chosen)):
        more_usd = advice.dearer_usd(faster, plan.chosen)
        size += f" {faster.memory_mb} MB costs {more_usd:.2f} USD a month more for {faster.p95_ms:.1f} ms."
    here = next(each for each in plan.sizes if each.memory_mb == demand.memory_mb)
    best = min(bills, key=lambda name: bills[name].usd)
    return Notes(
        [
            f"{demand.traffic.description}: {demand.traffic.requests_a_month:,.0f} requests a month, "
            f"{demand.traffic.mean_rate:.2f} a second in the mean, {demand.traffic.peak_rate:.1f} at the peak.",
            size,
            f"{outcome.peak_concurrency} environments run at once at most; {outcome.cold_percent:.3f} % of the "
            f"requests meet a cold start, {outcome.throttled_percent:.3f} % are throttled.",
            f"{bills[demand.api].usd:,.2f} USD a month by the prices of {demand.pricing.prices.named}, "
            f"at {plan.served.memory_mb} MB ({demand.api}); {here.usd:,.2f} at the stage's {here.memory_mb} MB, "
            f"with a p95 of {here.p95_ms:.1f} ms.",
            f"Cheapest of the architectures: {best}, {bills[best].usd:,.2f} USD.",
        ]
    )


def _sizes(demand: Demand, plan: Plan) -> tuple[Table, Text]:
    rows = [
        [
            f"{size.memory_mb} MB{' *' if size == plan.chosen else ''}{_HERE * (size.memory_mb == demand.memory_mb)}",
            f"{size.p50_ms:.1f}",
            f"{size.p95_ms:.1f}",
            f"{size.cold_ms:.0f}",
            f"{size.usd:,.2f}",
            "yes" if size.fits else "too small",
        ]
        for size in plan.sizes
    ]
    table = Table(["Memory", "p50 ms", "p95 ms", "Cold ms", "USD a month", "Holds the models"], rows)
    star = "The star (*) marks the cheapest size that keeps the limit, " if plan.chosen else ""
    return table, Text(f"{star}{'t' if star else 'T'}he arrow what the stage has (parameter `MemorySize`).")


def _cost_by_memory(plan: Plan) -> Picture:
    series = [
        Line("whole service", [(float(size.memory_mb), size.usd) for size in plan.sizes]),
        Line("Lambda alone", [(float(size.memory_mb), size.lambda_usd) for size in plan.sizes]),
    ]
    return Picture(lines(series, _MEMORY_AXIS, Axis("USD a month")), "Monthly cost by memory size.")


def _p95_by_memory(demand: Demand, plan: Plan) -> Picture:
    p95 = Line("p95", [(float(size.memory_mb), size.p95_ms) for size in plan.sizes])
    limit = Level(f"limit {demand.p95_ms:g} ms", demand.p95_ms)
    chart = lines([p95], _MEMORY_AXIS, Axis("p95, ms"), [limit])
    return Picture(chart, "95th percentile at the client by memory size, cold starts included.")


def _scaling(demand: Demand, plan: Plan) -> Table:
    outcome = plan.outcome
    figures = [
        ["Environments at once, most", f"{outcome.peak_concurrency}"],
        ["Concurrency allowed", "no limit" if demand.limits.concurrency is None else f"{demand.limits.concurrency}"],
        ["Cold starts a month", f"{demand.traffic.requests_a_month * outcome.cold_percent / 100:,.0f}"],
        ["Cold starts, % of requests", f"{outcome.cold_percent:.3f}"],
        ["Throttled a month", f"{demand.traffic.requests_a_month * outcome.throttled_percent / 100:,.0f}"],
        ["Throttled, % of requests", f"{outcome.throttled_percent:.3f}"],
        ["p99 with cold starts, ms", f"{outcome.latency_ms(0.99) + demand.gateway_ms:.1f}"],
        ["Billed a request, ms in the mean", f"{outcome.mean_billed_ms:.2f}"],
    ]
    return Table(["", ""], figures)


def _bill(bill: Bill) -> Table:
    rows = [
        [
            item.name if item.unit in item.name.lower() else f"{item.name}, {item.unit}",
            _quantity(item.quantity),
            f"{item.usd:,.2f}",
        ]
        for item in bill.items
    ]
    return Table(["Item", "Quantity", "USD a month"], [*rows, ["Total", "", f"{bill.usd:,.2f}"]])


def _switches(demand: Demand, plan: Plan) -> tuple[Table, Notes]:
    """What the template's switches bring, each by itself, and all together."""

    def usd(observed: Observed) -> float:
        pricing = replace(demand.pricing, observed=observed)
        return ARCHITECTURES[demand.api](demand.traffic, plan.served, pricing).usd

    observed = demand.pricing.observed
    rows = [
        [
            each.switch.parameter,
            each.value,
            f"{each.brings_usd:,.2f}",
            each.switch.cheapest,
            f"{each.would_bring_usd:,.2f}",
            each.switch.loses,
        ]
        for each in switches.brought(observed, usd)
    ]
    head = ["Parameter", "Here", "Brings USD a month", "Cheapest", "Would bring", "Loses"]
    all_off = usd(switches.cheapest(observed))
    total = f"With all of them at their cheapest: {all_off:,.2f} USD a month."
    queries = "Not counted: the package in S3, alarms' mails, queries of logs, X-Ray, what callers ask of CloudWatch."
    return Table(head, rows), Notes([total, queries])


def _quantity(quantity: float) -> str:
    return f"{quantity:,.0f}" if quantity >= 100 or quantity == int(quantity) else f"{quantity:,.2f}"


def _architectures(bills: Mapping[str, Bill]) -> Table:
    ordered = sorted(bills.items(), key=lambda item: item[1].usd)
    return Table(["Architecture", "USD a month"], [[name, f"{bill.usd:,.2f}"] for name, bill in ordered])


def _managed(demand: Demand, plan: Plan) -> Text:
    """From where on instances pay that Lambda manages."""
    assumed = demand.pricing.assumptions.managed_instances
    pays_from = managed_pays_from(demand.traffic, plan.served, demand.pricing)
    where = f"from {pays_from / 1e6:,.0f} million requests a month on" if pays_from else "at no number of requests"
    return Text(
        f"Managed Instances cost what at least {assumed.least_instances} EC2 instances cost, and 15 % more, however "
        f"little is asked; with this course of traffic they cost no more than durations {where}. They take Python 3.13 "
        "or newer, published versions and a VPC, and the template has no parameter for them."
    )


def _cost_by_rate(demand: Demand, plan: Plan) -> Picture:
    chart = lines(
        [Line(curve.name, curve.points) for curve in plan.curves],
        Axis("mean requests a second", logarithmic=True),
        Axis("USD a month", logarithmic=True, minimum=1),
    )
    return Picture(chart, f"Monthly cost by traffic with the course of {demand.traffic.name}; both axes logarithmic.")


def _changes(plan: Plan) -> Notes | Text:
    if not plan.changes:
        return Text("Between a hundredth and a thousand requests a second the order never changes.")
    return Notes(
        [
            f"From {change.rate:.3g} requests a second: {change.cheaper} costs less than {change.dearer}."
            for change in plan.changes
        ]
    )


def _assumptions(demand: Demand) -> Notes:
    measured, assumed = demand.measured, demand.pricing.assumptions
    wall = measured.request_wall_ms
    points = [
        f"Measured on this machine, with what the runtime client adds: init {measured.init_wall_ms:.0f} ms "
        f"({measured.init_cpu_ms:.0f} ms processor), request {measured.request_cpu_ms:.2f} ms processor, "
        f"p50 {wall.p50:.2f}, p95 {wall.p95:.2f}, p99 {wall.p99:.2f} ms, "
        f"peak memory {measured.peak_memory_mb:.0f} MB.",
        f"A vCPU of Lambda is taken as {demand.speed:g} times as fast as a core here; one comes with "
        f"{FULL_VCPU_MB} MB, less memory with a share in proportion; an init on demand has a whole one at every size.",
        f"A memory size must hold the measured peak {SPARE:g} times.",
        f"{'A function URL' if demand.api == LAMBDA_URL else 'API Gateway'} and the network are taken to add "
        f"{demand.gateway_ms:g} ms (`--gateway-ms`).",
        f"Environments end after {demand.limits.idle_s / 60:g} minutes without work; {demand.limits.burst} may start "
        "every 10 s; each unit of concurrency allows 10 requests a second. Requests arrive at random moments.",
        f"Lambda on {demand.architecture}; durations are billed to the ms, inits too. Free tier: "
        f"{'counted' if demand.pricing.free_tier else 'not counted'}. A month has 730 hours.",
    ]
    sections = {"requests": asdict(assumed.requests), "sagemaker": asdict(assumed.sagemaker)}
    sections["runtime"] = asdict(assumed.runtime)
    sections["thin_lambda"] = asdict(assumed.thin_lambda)
    sections["managed_instances"] = asdict(assumed.managed_instances)
    sections["snapstart"] = asdict(assumed.snapstart)
    sections["cold_start"] = asdict(assumed.cold_start)
    points += [
        f"{name}: " + ", ".join(f"{key} {said(value)}" for key, value in section.items()) + "."
        for name, section in sections.items()
    ]
    tables_of_prices = demand.pricing.prices.tables
    seen = demand.pricing.observed
    points.append(
        f"observed: {seen.custom_metrics} custom metrics at most, each paid for in hours that have data of it; alarms "
        f"on {seen.alarm_metrics} metrics; logs kept {seen.log_retention_days} days. Alarms and dashboard are taken "
        "alike for all architectures."
    )
    dates = sorted({str(table["read"]) for table in tables_of_prices.values()})
    unverified = {service: table["basis"] for service, table in tables_of_prices.items() if not table["verified"]}
    points.append(
        f"Prices of {demand.pricing.prices.named}, read {', '.join(dates)}; not wholly verified: "
        f"{', '.join(unverified) or 'none'} (`sparely plan --prices` names all sources)."
    )
    points += [f"Not verified of {service}: {basis}." for service, basis in unverified.items()]
    return Notes(points)
