"""What a cold start takes by memory size, and by the way to start."""

from dataclasses import replace

import pytest

from sparely_toolkit.loadtest.cost import prices
from sparely_toolkit.loadtest.page import Notes, Table
from sparely_toolkit.loadtest.plan import advice, assumptions, cold_starts
from sparely_toolkit.loadtest.plan.advice import Demand, Plan
from sparely_toolkit.loadtest.plan.architectures import Pricing
from sparely_toolkit.loadtest.plan.cold_starts import Span
from sparely_toolkit.loadtest.plan.environments import Limits
from sparely_toolkit.loadtest.plan.measured import Measured
from sparely_toolkit.loadtest.plan.quantiles import Quantiles
from sparely_toolkit.loadtest.plan.traffic import steady

DEMAND = Demand(
    measured=Measured(100, 120, 1, Quantiles(1, 2, 3), 43),
    traffic=steady(0.01),
    limits=Limits(),
    pricing=Pricing(prices.load("us-east-1"), assumptions.read()),
    p95_ms=1000,
    gateway_ms=10,
    speed=1,
    architecture="x86_64",
    memory_mb=512,
    zip_mb=10,
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Of a service that is asked now and then."""
    return advice.plan(DEMAND)


def notes(demand: Demand, plan: Plan) -> str:
    """What the section says below its tables."""
    return "\n".join(
        point
        for block in cold_starts.section(demand, plan).blocks
        if isinstance(block, Notes)
        for point in block.points
    )


def ways(demand: Demand, plan: Plan) -> dict[str, list[str]]:
    """The second table by its first column."""
    table = cold_starts.section(demand, plan).blocks[1]
    assert isinstance(table, Table)
    return {row[0]: list(row[1:]) for row in table.rows}


def test_an_init_on_demand_takes_the_same_at_every_size_and_a_provisioned_one_does_not() -> None:
    """A whole vCPU, or the share that the size has."""
    found = {each.memory_mb: each for each in cold_starts.starts(DEMAND)}

    assert list(found) == [128, 512, 1024, 1769, 10240]
    assert {each.on_demand for each in found.values()} == {120}
    assert found[128].prepared == pytest.approx(120 * 1769 / 128)
    assert found[10240].prepared == 120


def test_a_zip_is_fetched_by_its_bytes_and_an_image_by_blocks() -> None:
    """Init, request, gateway and microVM are the same for both."""
    (start,) = cold_starts.starts(DEMAND, [1769])

    assert start.as_zip == Span(120 + 1 + 10 + 50 + 10 * 5, 120 + 1 + 10 + 200 + 10 * 10)
    assert start.as_image == Span(120 + 1 + 10 + 50 + 50, 120 + 1 + 10 + 200 + 300)


def test_sizes_that_do_not_hold_the_models_are_left_out() -> None:
    """There is no start to tell of."""
    large = replace(DEMAND, measured=replace(DEMAND.measured, peak_memory_mb=700))

    assert [each.memory_mb for each in cold_starts.starts(large)] == [1024, 1769, 10240]


def test_an_init_of_more_than_ten_seconds_is_told(plan: Plan) -> None:
    """Before anything is deployed, with what to do."""
    long = replace(DEMAND, measured=replace(DEMAND.measured, init_wall_ms=12_000.0))

    said = notes(long, plan)

    assert "The init takes 12.0 s on one vCPU, and Lambda ends one on demand after 10 s" in said
    assert "ProvisionedConcurrency, or SnapStart of a zip, which have minutes for it" in said
    assert "The init is below the 10 s" in notes(DEMAND, plan)


def test_the_ways_to_start_are_priced(plan: Plan) -> None:
    """At the plan's memory size; the arrow is at the stage's own."""
    found = ways(DEMAND, plan)
    gb = plan.served.memory_mb / 1024

    assert found["on demand ←"] == ["120", "0.00"]
    assert found["SnapStart"][0] == "450"
    assert float(found["SnapStart"][1]) == pytest.approx(2 * gb * 730 * 3600 * 0.0000015046, rel=0.02)
    assert float(found["provisioned concurrency, one environment"][1]) == pytest.approx(
        gb * 730 * 3600 * 0.0000041667, rel=0.02
    )


def test_of_an_image_there_is_no_snapstart(plan: Plan) -> None:
    """It has no price, and is not said to bring nothing."""
    image = replace(DEMAND, image_mb=167.2, fits_zip=False)

    assert ways(image, plan)["SnapStart"] == ["not of an image", ""]
    assert "There is no SnapStart of an image." in notes(image, plan)
    assert "so SnapStart would bring nothing" not in notes(image, plan)
    assert "so SnapStart would bring nothing" in notes(DEMAND, plan)


def test_with_snapstart_a_cold_start_is_a_restore() -> None:
    """Its time is what callers wait for, a part of it what is billed, and the bill has the snapshots."""
    snapped = replace(DEMAND, snapstart=True)

    found = advice.plan(snapped)

    assert found.sizes[0].cold_ms > 450
    assert found.served.init_ms == 120  # billed
    assert "SnapStart ←" in ways(snapped, found)


def test_where_snapstart_brings_nothing_is_said(plan: Plan) -> None:
    """An init of 120 ms is shorter than any restore that is known; one of 5 s is not."""
    slow = replace(DEMAND, measured=replace(DEMAND.measured, init_wall_ms=5000.0))

    assert "SnapStart would bring nothing" in notes(DEMAND, plan)
    assert "SnapStart would bring nothing" not in notes(slow, plan)


def test_a_package_that_no_zip_holds_has_no_time_as_one(plan: Plan) -> None:
    """The image has."""
    table = cold_starts.section(replace(DEMAND, fits_zip=False), plan).blocks[0]

    assert isinstance(table, Table)
    assert {row[2] for row in table.rows} == {"does not fit"}


def test_an_image_is_told_with_its_size_and_what_keeping_it_costs(plan: Plan) -> None:
    """And no zip is spoken of that is not there."""
    demand = replace(DEMAND, image_mb=400.0, zip_mb=0, fits_zip=False)

    said = notes(demand, plan)
    table = cold_starts.section(demand, plan).blocks[0]

    assert (
        "A container image: 400.0 MB of layers on top of AWS' base image. A request costs what it costs with a zip. "
        "Amazon ECR keeps them for at most 0.04 USD a month and version" in said
    )
    assert "and the zip" not in said
    assert isinstance(table, Table)
    assert {row[2] for row in table.rows} == {"does not fit"}


def test_a_small_image_could_be_a_zip(plan: Plan) -> None:
    """Its table does not say that it does not fit."""
    table = cold_starts.section(replace(DEMAND, image_mb=30.0, zip_mb=0, fits_zip=False), plan).blocks[0]

    assert isinstance(table, Table)
    assert {row[2] for row in table.rows} == {"not built"}
