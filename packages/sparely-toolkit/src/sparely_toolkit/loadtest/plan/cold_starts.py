"""What a caller waits for who meets a cold start, by memory size: as a zip, as an image, from a snapshot, prepared."""

from collections.abc import Sequence
from dataclasses import dataclass

from sparely.cold_start import LIMIT_MS, SIZES_MB, on_demand_ms, prepared_ms, too_long
from sparely.package_size import LIMIT_BYTES
from sparely_toolkit.deployment.doctor.regions import NO_SNAPSTART
from sparely_toolkit.loadtest.cost import lambda_cost
from sparely_toolkit.loadtest.cost.bill import SECONDS_A_MONTH
from sparely_toolkit.loadtest.page import Notes, Section, Table
from sparely_toolkit.loadtest.plan import memory
from sparely_toolkit.loadtest.plan.advice import Demand, Plan
from sparely_toolkit.loadtest.plan.architectures import snapshots

READ = "2026-11-29"


@dataclass(frozen=True, slots=True)
class Span:
    """From least to most, in ms."""

    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.least:,.0f} to {self.most:,.0f}"


@dataclass(frozen=True, slots=True)
class Start:
    """A cold start at one memory size, in ms: its init as measured here, and what its caller waits for on AWS."""

    memory_mb: int
    on_demand: float
    prepared: float
    as_zip: Span
    as_image: Span


def starts(demand: Demand, sizes: Sequence[int] = SIZES_MB) -> list[Start]:
    """One a memory size that holds the models."""
    measured, assumed = demand.measured.init_wall_ms / demand.speed, demand.pricing.assumptions.cold_start
    found = []
    for size in sizes:
        if not memory.fits(demand.measured, size):
            continue
        init = on_demand_ms(measured, size)
        request = memory.at(demand.measured, size, speed=demand.speed).request_ms.p50 + demand.gateway_ms
        least, most = init + request + assumed.microvm_least_ms, init + request + assumed.microvm_most_ms
        found.append(
            Start(
                size,
                init,
                prepared_ms(measured, size),
                Span(
                    least + assumed.zip_least_ms_a_mb * demand.zip_mb, most + assumed.zip_most_ms_a_mb * demand.zip_mb
                ),
                Span(least + assumed.image_least_ms, most + assumed.image_most_ms),
            )
        )
    return found


def section(demand: Demand, plan: Plan) -> Section:
    """The sizes, the ways to start, and what is known of AWS' part."""
    rows = [
        [
            f"{each.memory_mb} MB",
            f"{each.on_demand:,.0f}",
            f"{each.as_zip}" if demand.fits_zip else _no_zip(demand),
            f"{each.as_image}",
            f"{each.prepared:,.0f}",
        ]
        for each in starts(demand)
    ]
    head = ["Memory", "Init on demand, ms", "Zip, caller waits ms", "Image, caller waits ms", "Init provisioned, ms"]
    return Section("Cold starts", [Table(head, rows), _ways(demand, plan), Notes(_notes(demand))])


def _no_zip(demand: Demand) -> str:
    return "does not fit" if demand.image_mb is None or demand.image_mb * 1e6 > LIMIT_BYTES else "not built"


def _zip(demand: Demand) -> str:
    return "" if demand.image_mb is not None else f", and the zip, {demand.zip_mb:.1f} MB"


def image_note(demand: Demand) -> list[str]:
    """What is to say of a package that is a container image: its size, what keeping it costs, what it does without."""
    if demand.image_mb is None:
        return []
    usd = demand.pricing.prices.usd("ecr", "gb_month") * demand.image_mb / 1000
    return [
        f"A container image: {demand.image_mb:,.1f} MB of layers on top of AWS' base image. A request costs what it "
        f"costs with a zip. Amazon ECR keeps them for at most {usd:,.2f} USD a month and version: compressed they are "
        "smaller, and layers that two versions share are kept once. There is no SnapStart of an image."
    ]


def _ways(demand: Demand, plan: Plan) -> Table:
    """What a cold start is and costs more, at the plan's memory size."""
    size, restore = plan.served.memory_mb, demand.pricing.assumptions.snapstart.restore_ms
    init_ms = demand.measured.init_wall_ms / demand.speed
    cold = demand.traffic.requests_a_month * plan.served.cold_share
    prices = demand.pricing.prices
    nobody = lambda_cost.Usage(0, size, 0, architecture=demand.architecture)
    kept = lambda_cost.provisioned(nobody, 1, SECONDS_A_MONTH, prices)
    here = "SnapStart" if demand.snapstart else "on demand"
    restored = [f"{restore:,.0f}", f"{snapshots(size, cold, demand.pricing).usd:,.2f}"]
    rows = [
        ["on demand", f"{on_demand_ms(init_ms, size):,.0f}", "0.00"],
        ["SnapStart", *(restored if demand.image_mb is None else ["not of an image", ""])],
        ["provisioned concurrency, one environment", "0", f"{kept.usd:,.2f}"],
    ]
    rows = [[f"{row[0]}{' ←' * (row[0] == here)}", *row[1:]] for row in rows]
    return Table([f"Way to start, at {size} MB", "Init or restore, ms", "USD a month more"], rows)


def _notes(demand: Demand) -> list[str]:
    assumed, snapstart = demand.pricing.assumptions.cold_start, demand.pricing.assumptions.snapstart
    init_ms = demand.measured.init_wall_ms / demand.speed
    long = too_long(init_ms)
    notes = [long] if long else [f"The init is below the {LIMIT_MS / 1000:.0f} s that Lambda gives it on demand."]
    notes += [
        *image_note(demand),
        f"Measured here: the init, {init_ms:,.0f} ms{_zip(demand)}. Added on AWS, from public "
        f"figures of 2023 to 2026 (read {READ}), none of them AWS' own: starting the microVM "
        f"{Span(assumed.microvm_least_ms, assumed.microvm_most_ms)} ms, fetching a zip "
        f"{assumed.zip_least_ms_a_mb:g} to {assumed.zip_most_ms_a_mb:g} ms a MB, an image whose blocks are near "
        f"{Span(assumed.image_least_ms, assumed.image_most_ms)} ms. The sources stand in the plan's assumptions.toml.",
        "An image's first start after a deployment took "
        f"{Span(assumed.image_first_least_ms, assumed.image_first_most_ms)} ms where others saw it; what fetching a "
        "large model's blocks adds is not known.",
        "On demand an init has a whole vCPU at every memory size; where it is provisioned it has the size's share, and "
        "up to 15 minutes. Nobody waits for that one.",
        f"SnapStart: Python 3.12 or newer, zip, published versions; not in {' and '.join(NO_SNAPSTART)}. "
        f"{snapstart.versions} versions are counted as kept, each is paid for while it is there, three hours at least. "
        "How long a restore takes for Python is not known here.",
    ]
    if demand.image_mb is None and init_ms < snapstart.restore_ms:
        notes.append(
            f"This init is shorter than the restores that are known ({snapstart.restore_ms:.0f} ms in the mean, of "
            "other runtimes), so SnapStart would bring nothing."
        )
    return notes
