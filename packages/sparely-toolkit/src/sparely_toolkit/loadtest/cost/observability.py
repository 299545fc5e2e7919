"""CloudWatch's part of the bill: what is logged, how long it is kept, custom metrics, alarms and dashboards."""

from collections.abc import Mapping

from sparely_toolkit.loadtest.cost.bill import Bill, Item, beyond, bill, graduated
from sparely_toolkit.loadtest.cost.prices import Prices

FREE_LOGS_GB = 5
FREE_METRICS = 10
FREE_ALARM_METRICS = 10
FREE_DASHBOARDS = 3
STORED_SHARE = 0.15
"""Logs are stored compressed; AWS' own examples count 0.15 bytes a byte."""


def logs(ingested_gb: Mapping[str, float], retention_days: float, prices: Prices, *, free_tier: bool = False) -> Bill:
    """
    Price a month's logs and what is kept of them.

    Args:
        ingested_gb: by what the items are called; all of them share the tiers and the free tier.

    Source: https://aws.amazon.com/cloudwatch/pricing/.
    """
    total = sum(ingested_gb.values())
    paid = beyond(total, FREE_LOGS_GB, free_tier=free_tier)
    usd = graduated(paid, prices.tiers("cloudwatch", "logs_gb"))
    kept = beyond(total * STORED_SHARE * retention_days / 30, FREE_LOGS_GB, free_tier=free_tier)
    shares = {name: gb / total for name, gb in ingested_gb.items() if gb}
    return bill(
        [
            *(Item(name, paid * share, "GB", usd * share) for name, share in shares.items()),
            Item("Logs kept", kept, "GB-months", kept * prices.usd("cloudwatch", "logs_kept_gb")),
        ],
        "logs",
    )


def metrics(count: float, prices: Prices, *, free_tier: bool = False) -> Bill:
    """Price custom metrics: one for each name and set of dimensions, for the month."""
    paid = beyond(count, FREE_METRICS, free_tier=free_tier)
    usd = graduated(paid, prices.tiers("cloudwatch", "metric"))
    return bill([Item("Custom metrics", paid, "metrics", usd)], "metrics")


def watching(alarm_metrics: float, dashboards: float, prices: Prices, *, free_tier: bool = False) -> Bill:
    """Price alarms of a minute or longer, by the metrics that they look at, and dashboards."""
    looked_at = beyond(alarm_metrics, FREE_ALARM_METRICS, free_tier=free_tier)
    shown = beyond(dashboards, FREE_DASHBOARDS, free_tier=free_tier)
    return bill(
        [
            Item("Alarm metrics", looked_at, "metrics", looked_at * prices.usd("cloudwatch", "alarm_metric")),
            Item("Dashboards", shown, "dashboards", shown * prices.usd("cloudwatch", "dashboard")),
        ],
        "alarms, dashboard",
    )
