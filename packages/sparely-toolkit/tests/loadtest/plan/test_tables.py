"""What a table takes and costs, by each way to score it."""

from dataclasses import replace

import pytest

from sparely_toolkit.loadtest.cost import prices
from sparely_toolkit.loadtest.plan import assumptions
from sparely_toolkit.loadtest.plan.table_rate import TableRate
from sparely_toolkit.loadtest.plan.tables import Asked, Way, report, ways

RATE = TableRate("shop/churn", rows_a_second=20_000, row_bytes=100, answer_bytes=50)
ASKED = Asked(
    rows=1_000_000,
    rate=RATE,
    prices=prices.load("us-east-1"),
    assumptions=assumptions.read(),
    memory_mb=1769,
    concurrency=5,
    speed=1.0,
    architecture="x86_64",
    init_s=0.2,
)


def by_kind(asked: Asked) -> dict[str, Way]:
    """The ways by the first word of their names."""
    return {way.name.removeprefix("the ").partition(" ")[0].rstrip(","): way for way in ways(asked)}


def test_an_invocation_takes_its_rows_and_its_init() -> None:
    """And is paid for by both, at its memory."""
    way = by_kind(ASKED)["one"]

    assert way.seconds == pytest.approx(50.2)
    duration = next(item for item in way.bill.items if item.name == "Lambda duration")
    assert duration.usd == pytest.approx(50.2 * 1769 / 1024 * 0.0000166667)


def test_less_memory_is_slower_and_more_is_not_faster() -> None:
    """An invocation has the share of a vCPU that its memory brings, and uses no more than one."""
    times = [by_kind(replace(ASKED, memory_mb=size))["one"].seconds for size in (885, 1769, 3538)]

    assert times[0] == pytest.approx(2 * 50 + 0.2, rel=0.01)
    assert times[1] == times[2]


def test_what_an_invocation_cannot_score_is_the_maps() -> None:
    """The page names it."""
    found = by_kind(replace(ASKED, rows=20_000_000))

    assert "the map scores it" in found["one"].reason
    assert found["map"].reason == ""
    assert found["map"].name == "the map, 17 ranges, 5 at once"


def test_what_the_maps_first_step_cannot_read_is_nobodys() -> None:
    """It reads the table in one stream."""
    found = by_kind(replace(ASKED, rows=1_000_000_000))

    assert "first step reads the table" in found["map"].reason


def test_a_transform_job_is_paid_for_while_its_instance_starts() -> None:
    """Which is most of it for a table that takes seconds."""
    way = by_kind(ASKED)["SageMaker"]

    assert way.seconds == pytest.approx(240 + 1_000_000 / 80_000)
    assert way.bill.of("endpoint") == pytest.approx(way.seconds / 3600 * 0.23)


def test_an_idle_queue_is_told_beside_the_bill() -> None:
    """Five pollers that ask every 20 s for 30 days, at 0.40 USD a million."""
    text = report(ASKED).markdown()

    assert "5 pollers, each every 20 s, about 648,000 requests a month, 0.26 USD for each queue" in text


def test_what_does_not_fit_has_no_price() -> None:
    """Neither in the answer nor in the bill."""
    text = report(replace(ASKED, rows=20_000_000)).markdown()

    assert "| one invocation, 1769 MB | does not fit |  |  |" in text
    assert "| one invocation, 1769 MB | Lambda" not in text
