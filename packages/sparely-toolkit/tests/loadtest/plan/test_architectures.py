"""The architectures' bills, and where their order changes."""

import pytest

from sparely_toolkit.loadtest.cost import prices
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
    """Its instance runs whether or not anyone asks, Lambda's bill is almost only its metrics."""
    quiet = steady(0.001)

    usd = {name: month(quiet, SERVED, PRICING).usd for name, month in architectures.ARCHITECTURES.items()}

    assert usd[ENDPOINT] == pytest.approx(730 * 0.23, abs=0.1)
    assert usd[LAMBDA_HTTP] < 2


def test_the_bill_of_a_known_month_adds_up() -> None:
    """Ten million requests on an HTTP API: every item by hand."""
    month = steady(10e6 / (730 * 3600))

    items = {item.name: item.usd for item in architectures.ARCHITECTURES[LAMBDA_HTTP](month, SERVED, PRICING).items}

    assert items["HTTP API requests"] == pytest.approx(10.0)
    assert items["Lambda requests"] == pytest.approx(2.0)
    assert items["Lambda duration"] == pytest.approx((10e6 * 0.003 + 10e3 * 0.12) * 0.5 * 0.0000166667)
    assert items["Logs"] == pytest.approx(10e6 * 1310 / 1024**3 * 0.50)
    assert items["Custom metrics"] == pytest.approx(1.80)


def test_more_traffic_needs_more_instances() -> None:
    """Eight times what an instance is asked to hold takes eight of them."""
    rate = 8 * 264 * 0.7

    bill = architectures.ARCHITECTURES[ENDPOINT](steady(rate), SERVED, PRICING)

    assert next(item for item in bill.items if item.unit == "hours").quantity == pytest.approx(8 * 730)
