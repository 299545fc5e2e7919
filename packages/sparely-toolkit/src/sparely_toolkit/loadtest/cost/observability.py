"""CloudWatch's part of the bill: what the function logs, how long it is kept, and the metrics in it."""

from sparely_toolkit.loadtest.cost.bill import Bill, Item, beyond, bill, graduated
from sparely_toolkit.loadtest.cost.prices import Prices

FREE_LOGS_GB = 5
FREE_METRICS = 10
STORED_SHARE = 0.15
"""Logs are stored compressed; AWS' own examples count 0.15 bytes a byte."""


def logs(ingested_gb: float, retention_days: float, prices: Prices, *, free_tier: bool = False) -> Bill:
    """Price a month's logs and what is kept of them. Source: https://aws.amazon.com/cloudwatch/pricing/."""
    paid = beyond(ingested_gb, FREE_LOGS_GB, free_tier=free_tier)
    stored = ingested_gb * STORED_SHARE * retention_days / 30
    kept = beyond(stored, FREE_LOGS_GB, free_tier=free_tier)
    return bill(
        [
            Item("Logs", paid, "GB", graduated(paid, prices.tiers("cloudwatch", "logs_gb"))),
            Item("Logs kept", kept, "GB-months", kept * prices.usd("cloudwatch", "logs_kept_gb")),
        ]
    )


def metrics(count: float, prices: Prices, *, free_tier: bool = False) -> Bill:
    """Price custom metrics: one for each name and set of dimensions, for the month."""
    paid = beyond(count, FREE_METRICS, free_tier=free_tier)
    return bill([Item("Custom metrics", paid, "metrics", graduated(paid, prices.tiers("cloudwatch", "metric")))])
