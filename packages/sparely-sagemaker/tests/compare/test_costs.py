"""The bills of the three architectures, computed in the head."""

import pytest

from sparely_sagemaker.compare import costs
from sparely_sagemaker.compare.costs import Times
from sparely_sagemaker.compare.priced import Priced
from sparely_toolkit.loadtest.cost import lambda_cost, prices
from sparely_toolkit.loadtest.cost.prices import UnknownPrice
from sparely_toolkit.local.settings import ApiKind

PROCESSORS: tuple[lambda_cost.Architecture, ...] = ("x86_64", "arm64")
PRICES = prices.load("us-east-1")
MILLION = 1_000_000


def test_an_instance_holds_what_its_processors_compute() -> None:
    """Two of them, 1 ms a request."""
    assert costs.capacity(Times(0, 1.0), "ml.m5.large") == 2000


def test_an_endpoint_costs_its_least_instances_without_traffic() -> None:
    """Two for 730 hours."""
    bill = costs.monthly("direct", Times(0, 1.0), 0, PRICES)

    assert bill.of("endpoint") == pytest.approx(2 * 730 * PRICES.usd("sagemaker", "hour", "ml.m5.large"))


def test_a_function_costs_nothing_without_traffic() -> None:
    """It is paid by the request; what is left is what looks at it, alike for all."""
    bill = costs.monthly("lambda", Times(5.0, 0), 0, PRICES)

    assert {item.part for item in bill.items} == {"metrics", "alarms, dashboard"}


@pytest.mark.parametrize(("gateway", "usd"), [("http", 1.0), ("rest", 3.5), ("url", 0.0)])
def test_a_service_is_priced_with_its_own_gateway(gateway: ApiKind, usd: float) -> None:
    """A million requests of an HTTP API, of a REST API, and of a function URL, which costs nothing."""
    bill = costs.monthly("lambda", Times(5.0, 0), MILLION, PRICES, Priced(gateway))

    assert bill.of("gateway") == pytest.approx(usd)


@pytest.mark.parametrize("gateway", ["http", "rest", "url"])
def test_the_add_ons_gateways_are_its_own(gateway: ApiKind) -> None:
    """An HTTP API in front of the thin function and a REST API with mapping templates, whatever the service has."""
    priced = Priced(gateway)

    bills = {key: costs.monthly(key, Times(5.0, 1.0), MILLION, PRICES, priced) for key in ("multi-model", "direct")}

    assert {key: bill.of("gateway") for key, bill in bills.items()} == pytest.approx({"multi-model": 1, "direct": 3.5})


def test_a_function_for_arm64_has_the_price_of_arm64() -> None:
    """A fifth less for the same time."""
    of = {each: costs.monthly("lambda", Times(100.0, 0), MILLION, PRICES, Priced("url", each)) for each in PROCESSORS}

    seconds = {each: bill.of("function") - MILLION * PRICES.usd("lambda", "request") for each, bill in of.items()}
    assert seconds["arm64"] / seconds["x86_64"] == pytest.approx(0.8, abs=1e-4)


def test_an_instance_without_a_price_is_not_priced_as_another() -> None:
    """It is said which."""
    priced = Priced(architecture="arm64", thin_instance="ml.m6g.large", direct_instance="ml.m6g.large")

    assert costs.unknown_instances(priced, PRICES) == ["ml.m6g.large"]
    with pytest.raises(UnknownPrice, match=r"ml\.m6g\.large"):
        costs.monthly("direct", Times(0, 1.0), MILLION, PRICES, priced)


def test_a_larger_instance_computes_more() -> None:
    """Its own vCPUs and its own price count."""
    bill = costs.monthly("direct", Times(0, 1.0), 0, PRICES, Priced(direct_instance="ml.c5.xlarge"))

    assert costs.capacity(Times(0, 1.0), "ml.c5.xlarge") == 4000
    assert bill.of("endpoint") == pytest.approx(2 * 730 * PRICES.usd("sagemaker", "hour", "ml.c5.xlarge"))


def test_a_thin_function_comes_on_top_of_its_endpoint() -> None:
    """The bill in front of an endpoint is that of a function and that of an endpoint."""
    times = Times(10.0, 1.0)

    thin = costs.monthly("multi-model", times, MILLION, PRICES).usd
    alone = costs.monthly("lambda", times, MILLION, PRICES).usd

    assert thin > alone + 2 * 730 * PRICES.usd("sagemaker", "hour", "ml.m5.large")


def test_an_endpoint_becomes_cheaper_at_some_steady_load() -> None:
    """A slow function against containers of the same work."""
    times = {"lambda": Times(1000.0, 0), "direct": Times(0, 1.0)}

    rate = costs.cheaper_from("direct", "lambda", times)

    assert rate is not None
    assert 1 < rate < 100
