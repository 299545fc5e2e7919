"""
The worked examples of AWS' own pricing pages, to the cent, at the prices of US East (N. Virginia).

Sources: https://aws.amazon.com/lambda/pricing/, https://aws.amazon.com/api-gateway/pricing/, read 2026-11-22 as stored
copies.
"""

import pytest

from sparely_toolkit.loadtest.cost import api_gateway, lambda_cost, prices
from sparely_toolkit.loadtest.cost.lambda_cost import Usage
from sparely_toolkit.loadtest.cost.prices import Prices

DAY_S = 24 * 3600


@pytest.fixture
def virginia() -> Prices:
    return prices.load("us-east-1")


def test_mobile_backend_costs_2_73(virginia: Prices) -> None:
    """Lambda, example 1: 3 million requests of 120 ms at 1536 MB, after the free tier."""
    usage = Usage(requests=3e6, memory_mb=1536, billed_ms=120)

    bill = lambda_cost.on_demand(usage, virginia, free_tier=True)

    assert [round(item.usd, 2) for item in bill.items] == [0.40, 2.33]
    assert round(bill.usd, 2) == 2.73


def test_vehicle_telemetry_costs_249_49(virginia: Prices) -> None:
    """Lambda, example 2: 10,000 vehicles once an hour for 31 days, 2 s at 1 GB, without the free tier."""
    usage = Usage(requests=10_000 * 24 * 31, memory_mb=1024, billed_ms=2000)

    bill = lambda_cost.on_demand(usage, virginia)

    assert [round(item.usd, 2) for item in bill.items] == [1.49, 248.00]
    assert round(bill.usd, 2) == 249.49


def test_support_tickets_cost_106_41(virginia: Prices) -> None:
    """Lambda, example 3: 6 million requests of 280 ms at 4096 MB with 2048 MB of storage, after the free tier."""
    usage = Usage(requests=6e6, memory_mb=4096, billed_ms=280, storage_mb=2048)

    bill = lambda_cost.on_demand(usage, virginia, free_tier=True)

    assert [round(item.usd, 2) for item in bill.items] == [1.00, 105.33, 0.08]
    assert round(bill.usd, 2) == 106.41


def test_application_launch_with_provisioned_concurrency_costs_19_96(virginia: Prices) -> None:
    """Lambda, provisioned concurrency, example 1: 100 environments for 8 hours, and the month without them."""
    launch = Usage(requests=500_000, memory_mb=1536, billed_ms=100)
    rest = Usage(requests=2_500_000, memory_mb=1536, billed_ms=120)

    kept = lambda_cost.provisioned(launch, 100, 8 * 3600, virginia)
    month = lambda_cost.on_demand(rest, virginia, free_tier=True)

    assert [round(item.usd, 2) for item in kept.items] == [18.00, 0.73]
    requests_usd = (3e6 - lambda_cost.FREE_REQUESTS) * virginia.usd("lambda", "request")
    assert round(kept.usd + month.items[1].usd + requests_usd, 2) == 19.96


def test_cyber_monday_with_provisioned_concurrency_costs_32_26(virginia: Prices) -> None:
    """Lambda, provisioned concurrency, example 2: 7 environments of 4096 MB for a day with 2 million requests."""
    usage = Usage(requests=2e6, memory_mb=4096, billed_ms=280)

    kept = lambda_cost.provisioned(usage, 7, DAY_S, virginia)

    assert [round(item.usd, 2) for item in kept.items] == [10.08, 21.78]
    assert round(kept.usd + usage.requests * virginia.usd("lambda", "request"), 2) == 32.26


def test_vehicle_telemetry_with_snapstart_costs_263_92(virginia: Prices) -> None:
    """Lambda, SnapStart: one version of 1 GB for 31 days, and one restore in a hundred requests."""
    usage = Usage(requests=10_000 * 24 * 31, memory_mb=1024, billed_ms=2000)

    restored = lambda_cost.snapstart(1024, usage.requests / 100, virginia, active_s=31 * DAY_S)

    assert [round(item.usd, 2) for item in restored.items] == [4.03, 10.40]
    assert round((lambda_cost.on_demand(usage, virginia) + restored).usd, 2) == 263.92


def test_rest_api_of_five_million_calls_costs_18_79(virginia: Prices) -> None:
    """API Gateway, REST API: 5 million calls of 3 KB, 17.50 for the calls and 1.29 for 14.3 GB."""
    calls = api_gateway.requests("rest", 5e6, virginia)
    out = api_gateway.transfer(5e6 * 3 / 1024**2, virginia)

    assert [round(item.usd, 2) for item in (calls + out).items] == [17.50, 1.29]
    assert round((calls + out).usd, 2) == 18.79


def test_http_api_beyond_300_million_calls_gets_the_lower_price(virginia: Prices) -> None:
    """API Gateway, HTTP API: 432 million calls are 300 at 1.00 and 132 at 0.90 a million."""
    assert round(api_gateway.requests("http", 432e6, virginia).usd, 2) == 418.80
