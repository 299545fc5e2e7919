"""SageMaker's part of the bill: an endpoint's instances, with or without auto scaling, and serverless inference."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sparely_toolkit.loadtest.cost.bill import HOURS_A_MONTH, Bill, Item, bill
from sparely_toolkit.loadtest.cost.prices import Prices


@dataclass(frozen=True, slots=True)
class Fleet:
    """
    What serves an endpoint.

    Args:
        capacity: requests a second that one instance holds.
        target: share of it at which auto scaling adds an instance.
        most: never more instances than this; equal to `least` without auto scaling.
    """

    instance: str
    capacity: float
    least: int = 1
    most: int = 100
    target: float = 0.7

    def instances(self, rate: float) -> int:
        """How many instances a rate in requests a second needs."""
        return min(self.most, max(self.least, math.ceil(rate / (self.capacity * self.target) - 1e-9)))


def endpoint(fleet: Fleet, hourly_rates: Sequence[float], gb_in: float, gb_out: float, prices: Prices) -> Bill:
    """
    Price a month of an endpoint.

    Args:
        hourly_rates: highest rate of every hour of a day, in requests a second.

    Source: https://aws.amazon.com/sagemaker/pricing/.
    """
    hours = sum(fleet.instances(rate) for rate in hourly_rates) / len(hourly_rates) * HOURS_A_MONTH
    processed = gb_in + gb_out
    return bill(
        [
            Item(
                f"SageMaker {fleet.instance}", hours, "hours", hours * prices.usd("sagemaker", "hour", fleet.instance)
            ),
            Item("SageMaker data", processed, "GB", processed * prices.usd("sagemaker", "processed_gb")),
        ],
        "endpoint",
    )


def serverless(requests: float, duration_ms: float, memory_mb: int, gb: float, prices: Prices) -> Bill:
    """
    Price serverless inference: seconds of a memory size, and the data in and out.

    Args:
        duration_ms: mean of an inference, billed to the ms.
    """
    seconds = requests * math.ceil(duration_ms - 1e-9) / 1000
    return bill(
        [
            Item(
                f"SageMaker serverless {memory_mb} MB",
                seconds,
                "s",
                seconds * prices.usd("sagemaker", "serverless_gb_s") * memory_mb / 1024,
            ),
            Item("SageMaker data", gb, "GB", gb * prices.usd("sagemaker", "processed_gb")),
        ],
        "endpoint",
    )
