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
    """Five architectures are compared."""
    assert list(architectures.ARCHITECTURES) == [LAMBDA_HTTP, LAMBDA_REST, LAMBDA_URL, ENDPOINT, THIN, SERVERLESS]


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
