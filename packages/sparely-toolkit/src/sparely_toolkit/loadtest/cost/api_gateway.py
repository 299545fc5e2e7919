"""API Gateway's part of the bill, and what leaves AWS through it."""

import math
from typing import Literal

from sparely_toolkit.loadtest.cost.bill import Bill, Item, beyond, bill, graduated
from sparely_toolkit.loadtest.cost.prices import Prices

Kind = Literal["http", "rest", "url"]
METERED_KB = 512
"""An HTTP API counts every started 512 KB of a request as one."""
FREE_REQUESTS = 1_000_000
"""A month, in an account's first twelve months."""
FREE_TRANSFER_GB = 100
"""A month, over all services and regions."""


def requests(kind: Kind, count: float, prices: Prices, *, body_kb: float = 1.0, free_tier: bool = False) -> Bill:
    """
    Price a month's requests; a function URL's cost nothing beside the function's own.

    Sources: https://aws.amazon.com/api-gateway/pricing/; https://aws.amazon.com/lambda/pricing/ (read 2026-11-28).
    """
    if kind == "url":
        return bill([])
    units = count * (max(1, math.ceil(body_kb / METERED_KB)) if kind == "http" else 1)
    paid = beyond(units, FREE_REQUESTS, free_tier=free_tier)
    name = {"http": "HTTP API requests", "rest": "REST API requests"}[kind]
    return bill([Item(name, paid, "requests", graduated(paid, prices.tiers("api_gateway", kind)))], "gateway")


def transfer(gb: float, prices: Prices, *, free_tier: bool = False) -> Bill:
    """Price what goes out to the internet. Source: https://aws.amazon.com/ec2/pricing/on-demand/."""
    paid = beyond(gb, FREE_TRANSFER_GB, free_tier=free_tier)
    usd = graduated(paid, prices.tiers("transfer", "out_gb"))
    return bill([Item("Data transfer out", paid, "GB", usd)], "transfer")
