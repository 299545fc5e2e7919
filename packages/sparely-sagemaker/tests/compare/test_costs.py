"""The bills of the three architectures, computed in the head."""

import pytest

from sparely_sagemaker.compare import costs
from sparely_sagemaker.compare.costs import Times
from sparely_toolkit.loadtest.cost import prices

PRICES = prices.load("us-east-1")
MILLION = 1_000_000


def test_an_instance_holds_what_its_processors_compute() -> None:
    """Two of them, 1 ms a request."""
    assert costs.capacity(Times(0, 1.0)) == 2000


def test_an_endpoint_costs_its_least_instances_without_traffic() -> None:
    """Two for 730 hours."""
    bill = costs.monthly("direct", Times(0, 1.0), 0, PRICES)

    assert bill.of("endpoint") == pytest.approx(2 * 730 * PRICES.usd("sagemaker", "hour", costs.INSTANCE))


def test_a_function_costs_nothing_without_traffic() -> None:
    """It is paid by the request; what is left is what looks at it, alike for all."""
    bill = costs.monthly("lambda", Times(5.0, 0), 0, PRICES)

    assert {item.part for item in bill.items} == {"metrics", "alarms, dashboard"}


def test_a_thin_function_comes_on_top_of_its_endpoint() -> None:
    """The bill in front of an endpoint is that of a function and that of an endpoint."""
    times = Times(10.0, 1.0)

    thin = costs.monthly("multi-model", times, MILLION, PRICES).usd
    alone = costs.monthly("lambda", times, MILLION, PRICES).usd

    assert thin > alone + 2 * 730 * PRICES.usd("sagemaker", "hour", costs.INSTANCE)


def test_an_endpoint_becomes_cheaper_at_some_steady_load() -> None:
    """A slow function against containers of the same work."""
    times = {"lambda": Times(1000.0, 0), "direct": Times(0, 1.0)}

    rate = costs.cheaper_from("direct", "lambda", times)

    assert rate is not None
    assert 1 < rate < 100
