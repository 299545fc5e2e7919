"""CloudWatch's part of the bill, and API Gateway's metering."""

import pytest

from sparely_toolkit.loadtest.cost import api_gateway, observability, prices

VIRGINIA = prices.load("us-east-1")


def test_logs_are_paid_when_written_and_while_kept() -> None:
    """100 GB in a month, kept for 30 days: ingestion, and 15 GB of compressed store."""
    bill = observability.logs({"Logs": 100}, 30, VIRGINIA)

    assert [round(item.usd, 2) for item in bill.items] == [50.00, 0.45]


def test_logs_of_several_share_the_tiers() -> None:
    """10 TB and then 10 TB more: a half of the bill each, the second ten at half the price."""
    bill = observability.logs({"one": 10_240, "other": 10_240}, 0, VIRGINIA)

    assert [(item.name, round(item.usd)) for item in bill.items] == [("one", 3840), ("other", 3840)]
    assert {item.part for item in bill.items} == {"logs"}


def test_alarms_and_dashboards_are_paid_for_by_the_month() -> None:
    """Nine metrics that alarms look at and one dashboard; an account has ten and three for nothing."""
    assert observability.watching(9, 1, VIRGINIA).usd == pytest.approx(3.90)
    assert observability.watching(9, 1, VIRGINIA, free_tier=True).usd == 0


def test_metrics_beyond_the_tier_cost_less() -> None:
    """The first ten thousand metrics cost 0.30 each, the next 0.10."""
    assert observability.metrics(10_100, VIRGINIA).usd == pytest.approx(3010)


def test_free_tier_covers_a_small_service() -> None:
    """Five GB of logs and ten metrics are free."""
    logs = observability.logs({"Logs": 5}, 30, VIRGINIA, free_tier=True)

    assert (logs + observability.metrics(10, VIRGINIA, free_tier=True)).usd == 0


def test_http_api_counts_every_started_512_kb() -> None:
    """A million requests of 513 KB are two million units; a REST API counts requests."""
    usd = [api_gateway.requests(kind, 1e6, VIRGINIA, body_kb=513).usd for kind in ("http", "rest")]

    assert usd == pytest.approx([2.0, 3.5])


def test_transfer_beyond_ten_terabytes_costs_less() -> None:
    """The first 10 TB out cost 0.09 a GB, the next 0.085."""
    assert api_gateway.transfer(11_264, VIRGINIA).usd == pytest.approx(10_240 * 0.09 + 1024 * 0.085)
