"""AWS Lambda's part of the bill."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sparely_toolkit.loadtest.cost.bill import HOURS_A_MONTH, SECONDS_A_MONTH, Bill, Item, beyond, bill, graduated
from sparely_toolkit.loadtest.cost.prices import Prices

Architecture = Literal["x86_64", "arm64"]
FREE_REQUESTS = 1_000_000
FREE_GB_S = 400_000
FREE_STORAGE_MB = 512
_SNAPSTART_LEAST_S = 3 * 3600
_PROVISIONED_STEP_S = 300


@dataclass(frozen=True, slots=True)
class Usage:
    """
    A month of one function.

    Args:
        billed_ms: mean billed duration of an invocation, every one rounded up to 1 ms, without inits.
        cold_starts: how many invocations began with an init.
        init_ms: mean duration of an init; since 2025-08-01 it is billed like any other for zip packages too.
    """

    requests: float
    memory_mb: int
    billed_ms: float
    cold_starts: float = 0.0
    init_ms: float = 0.0
    architecture: Architecture = "x86_64"
    storage_mb: int = FREE_STORAGE_MB

    @property
    def seconds(self) -> float:
        return (self.requests * self.billed_ms + self.cold_starts * self.init_ms) / 1000


def on_demand(usage: Usage, prices: Prices, *, free_tier: bool = False) -> Bill:
    """
    Price requests, GB-seconds with inits, and storage beyond 512 MB.

    Source: https://aws.amazon.com/lambda/pricing/; billed inits:
    https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/, read 2026-11-22.
    """
    requests = beyond(usage.requests, FREE_REQUESTS, free_tier=free_tier)
    gb_s = beyond(usage.seconds * usage.memory_mb / 1024, FREE_GB_S, free_tier=free_tier)
    storage_gb_s = usage.seconds * max(0, usage.storage_mb - FREE_STORAGE_MB) / 1024
    return bill(
        [
            Item("Lambda requests", requests, "requests", requests * prices.usd("lambda", "request")),
            Item("Lambda duration", gb_s, "GB-s", graduated(gb_s, prices.tiers("lambda", "gb_s", usage.architecture))),
            Item("Lambda storage", storage_gb_s, "GB-s", storage_gb_s * prices.usd("lambda", "storage_gb_s")),
        ]
    )


def provisioned(usage: Usage, concurrency: int, enabled_s: float, prices: Prices) -> Bill:
    """
    Price environments that are kept ready and what runs in them, without the requests' own price.

    Args:
        enabled_s: how long they are kept, rounded up to 5 minutes.
    """
    kept_s = math.ceil(enabled_s / _PROVISIONED_STEP_S) * _PROVISIONED_STEP_S
    gb = usage.memory_mb / 1024
    kept, ran = concurrency * gb * kept_s, usage.requests * usage.billed_ms / 1000 * gb
    return bill(
        [
            Item(
                "Provisioned concurrency",
                kept,
                "GB-s",
                kept * prices.usd("lambda", "provisioned_gb_s", usage.architecture),
            ),
            Item(
                "Duration in it",
                ran,
                "GB-s",
                ran * prices.usd("lambda", "provisioned_duration_gb_s", usage.architecture),
            ),
        ]
    )


def snapstart(
    memory_mb: int, restores: float, prices: Prices, *, versions: int = 1, active_s: float = SECONDS_A_MONTH
) -> Bill:
    """Price SnapStart's cache, at least 3 hours a version, and its restores."""
    gb = memory_mb / 1024
    cached = versions * gb * max(active_s, _SNAPSTART_LEAST_S)
    return bill(
        [
            Item("SnapStart cache", cached, "GB-s", cached * prices.usd("lambda", "snapstart_cache_gb_s")),
            Item(
                "SnapStart restores", restores * gb, "GB", restores * gb * prices.usd("lambda", "snapstart_restore_gb")
            ),
        ]
    )


@dataclass(frozen=True, slots=True)
class Instances:
    """
    EC2 instances that Lambda manages: their type, and as many as are there at least.

    Args:
        capacity: requests a second that one of them has the processor time for.
        target: share of it that shall be used.
    """

    instance: str
    capacity: float
    least: int
    target: float

    def needed(self, rate: float) -> int:
        """How many a rate in requests a second needs."""
        return max(self.least, math.ceil(rate / (self.capacity * self.target) - 1e-9))


def managed_instances(instances: Instances, hourly_rates: Sequence[float], requests: float, prices: Prices) -> Bill:
    """
    Price a month of a function on instances that Lambda manages: no durations, but hours and a fee on them.

    Args:
        hourly_rates: highest rate of every hour of a day, in requests a second.

    Source: https://aws.amazon.com/lambda/pricing/, as prices.toml says.
    """
    hours = sum(map(instances.needed, hourly_rates)) / len(hourly_rates) * HOURS_A_MONTH
    ec2 = hours * prices.usd("managed_instances", "hour", instances.instance)
    fee = prices.usd("managed_instances", "fee")
    return bill(
        [
            Item("Lambda requests", requests, "requests", requests * prices.usd("managed_instances", "request")),
            Item(f"EC2 {instances.instance}", hours, "hours", ec2),
            Item(f"Management fee, {fee:.0%}", hours, "hours", ec2 * fee),
        ]
    )
