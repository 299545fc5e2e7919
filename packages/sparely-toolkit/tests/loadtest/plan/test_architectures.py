"""The architectures' bills, and where their order changes."""

from dataclasses import replace
from typing import get_args

import pytest

from sparely_toolkit.loadtest.cost import prices
from sparely_toolkit.loadtest.cost.bill import Part
from sparely_toolkit.loadtest.plan import architectures, assumptions
from sparely_toolkit.loadtest.plan.architectures import (
    ENDPOINT,
    LAMBDA_HTTP,
    LAMBDA_REST,
    LAMBDA_URL,
    MANAGED,
    SERVERLESS,
    THIN,
    Curve,
    Pricing,
    Served,
)
from sparely_toolkit.loadtest.plan.observed import Observed
from sparely_toolkit.loadtest.plan.traffic import steady

PRICING = Pricing(prices.load("us-east-1"), assumptions.read())
SERVED = Served(memory_mb=512, billed_ms=3, cold_share=0.001, init_ms=120)


def test_crossings_are_found_where_costs_are_equal() -> None:
    """A line that rises by one a request a second meets a level of ten at ten."""
    rising = Curve("rising", tuple((float(rate), float(rate)) for rate in (1, 8, 16, 32)))
    level = Curve("level", tuple((float(rate), 10.0) for rate in (1, 8, 16, 32)))

    (change,) = architectures.changes([rising, level])

    assert (change.cheaper, change.dearer) == ("level", "rising")
    assert change.rate == pytest.approx(10)


def test_every_architecture_has_a_bill() -> None:
    """Seven architectures are compared."""
    ours = [LAMBDA_HTTP, LAMBDA_REST, LAMBDA_URL, MANAGED]
    assert list(architectures.ARCHITECTURES) == [*ours, ENDPOINT, THIN, SERVERLESS]


def test_an_endpoint_costs_the_same_without_traffic() -> None:
    """Its instance runs whether or not anyone asks; Lambda's bill is almost only metrics, alarms and the dashboard."""
    quiet = steady(0.001)

    usd = {name: month(quiet, SERVED, PRICING).usd for name, month in architectures.ARCHITECTURES.items()}

    watching = 3.80
    assert usd[ENDPOINT] == pytest.approx(730 * 0.23 + watching, abs=0.1)
    assert usd[LAMBDA_HTTP] == pytest.approx(11 * 0.30 + watching, abs=0.1)


def test_the_bill_of_a_known_month_adds_up() -> None:
    """Ten million requests on an HTTP API: every item by hand."""
    month = steady(10e6 / (730 * 3600))

    items = {item.name: item.usd for item in architectures.ARCHITECTURES[LAMBDA_HTTP](month, SERVED, PRICING).items}

    assert items["HTTP API requests"] == pytest.approx(10.0)
    assert items["Lambda requests"] == pytest.approx(2.0)
    assert items["Lambda duration"] == pytest.approx((10e6 * 0.003 + 10e3 * 0.12) * 0.5 * 0.0000166667)
    lines = 10e6 * 420 / 1024**3 * 0.50
    assert items["Logs of the function"] == pytest.approx(lines)
    assert items["Logs of Lambda, START and REPORT"] == pytest.approx(lines * 900 / 420)
    assert items["Logs of the gateway"] == pytest.approx(lines * 250 / 420)
    assert items["Logs kept"] == pytest.approx(10e6 * 1570 / 1024**3 * 0.15 * 0.03)
    assert items["Data transfer out"] == pytest.approx(10e6 * 0.3 / 1024**2 * 0.09)
    assert items["Custom metrics"] == pytest.approx(11 * 0.30)
    assert items["Alarm metrics"] == pytest.approx(0.80)
    assert items["Dashboards"] == pytest.approx(3.00)
    assert len(items) == 11


def test_a_bill_is_told_by_its_parts() -> None:
    """Gateway, function, logs, metrics, alarms and dashboard, and transfer are the whole of it."""
    bill = architectures.ARCHITECTURES[LAMBDA_REST](steady(1), SERVED, PRICING)

    parts = get_args(Part)
    assert sum(map(bill.of, parts)) == pytest.approx(bill.usd)
    assert bill.of("gateway") > bill.of("logs") > 0


def test_a_sample_of_lines_makes_logs_cheaper_and_no_less_true() -> None:
    """One line in a hundred, none of Lambda's, metrics for alarms alone: what is left is cold starts and that one."""
    month, quiet = steady(10e6 / (730 * 3600)), Observed(log_share=0.01, platform_lines=False, only_alarms=True)

    bill = architectures.ARCHITECTURES[LAMBDA_URL](month, SERVED, replace(PRICING, observed=quiet))

    lines = {item.name: item.quantity for item in bill.items}["Logs of the function"] * 1024**3 / 245
    assert lines == pytest.approx(10_000 + 0.01 * 9_990_000)
    assert bill.of("metrics") == pytest.approx(0.60)


def test_more_traffic_needs_more_instances() -> None:
    """Eight times what an instance is asked to hold takes eight of them."""
    rate = 8 * 264 * 0.7

    bill = architectures.ARCHITECTURES[ENDPOINT](steady(rate), SERVED, PRICING)

    assert next(item for item in bill.items if item.unit == "hours").quantity == pytest.approx(8 * 730)


def test_managed_instances_cost_three_of_them_and_a_fee_however_little_is_asked() -> None:
    """EC2's price by the hour, 15 % of it, and the price of a request."""
    month = steady(0.001)

    bill = architectures.managed(month, SERVED, PRICING)

    ec2 = 3 * 730 * 0.1008
    assert bill.usd == pytest.approx(ec2 * 1.15 + month.requests_a_month * 0.0000002)


def test_managed_instances_are_as_many_as_the_processors_need() -> None:
    """A request of 20 ms leaves a vCPU 50 a second, of which half are used: fifty for an instance with two."""
    served = replace(SERVED, cpu_ms=20)

    bill = architectures.managed(steady(500), served, PRICING)

    assert next(item for item in bill.items if item.name == "EC2 m7i.large").quantity == pytest.approx(10 * 730)


def test_managed_instances_pay_where_durations_cost_more_than_they() -> None:
    """Long requests on much memory: from there on they are cheaper, below they are not."""
    served = Served(memory_mb=3008, billed_ms=100, cold_share=0, init_ms=0, cpu_ms=60)

    found = architectures.managed_pays_from(steady(1), served, PRICING)

    assert found is not None
    usd = found * 0.1 * 3008 / 1024 * 0.0000166667
    assert usd == pytest.approx(3 * 730 * 0.1008 * 1.15, rel=0.15)  # steps of an eighth


def test_managed_instances_never_pay_for_short_requests() -> None:
    """Two ms at 512 MB cost less than the processor time on an instance that is half used."""
    assert architectures.managed_pays_from(steady(1), SERVED, PRICING) is None


def test_a_snapshot_is_kept_for_each_version_and_restored_at_each_cold_start() -> None:
    """With SnapStart the bill has both; on demand it has neither."""
    month = steady(10e6 / (730 * 3600))

    with_it = architectures.ARCHITECTURES[LAMBDA_HTTP](month, replace(SERVED, snapstart=True), PRICING)

    items = {item.name: item.usd for item in with_it.items}
    assert items["SnapStart cache"] == pytest.approx(2 * 0.5 * 730 * 3600 * 0.0000015046)
    assert items["SnapStart restores"] == pytest.approx(10_000 * 0.5 * 0.0001397998)
    without = architectures.ARCHITECTURES[LAMBDA_HTTP](month, SERVED, PRICING)
    assert with_it.usd - without.usd == pytest.approx(items["SnapStart cache"] + items["SnapStart restores"])
