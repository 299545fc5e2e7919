"""SageMaker's part of the bill."""

import pytest

from sparely_toolkit.loadtest.cost import prices, sagemaker
from sparely_toolkit.loadtest.cost.sagemaker import Fleet

VIRGINIA = prices.load("us-east-1")


def test_one_instance_runs_all_month() -> None:
    """An endpoint costs 730 hours of its instance, asked or not."""
    fleet = Fleet("ml.m5.xlarge", capacity=264)

    assert sagemaker.endpoint(fleet, [0.0] * 24, 0, 0, VIRGINIA).usd == pytest.approx(730 * 0.23)


@pytest.mark.parametrize(("rate", "instances"), [(0, 1), (70, 1), (70.1, 2), (1000, 5)])
def test_auto_scaling_follows_the_rate(rate: float, instances: int) -> None:
    """An instance that holds 100 a second is joined by another at 70; five are the most here."""
    assert Fleet("ml.m5.xlarge", capacity=100, most=5, target=0.7).instances(rate) == instances


def test_auto_scaling_pays_for_the_busy_hours_alone() -> None:
    """Twelve hours with two instances and twelve with one are one and a half instances."""
    fleet = Fleet("ml.m5.large", capacity=100, target=1.0)

    bill = sagemaker.endpoint(fleet, [150.0] * 12 + [50.0] * 12, 0, 0, VIRGINIA)

    assert bill.items[0].quantity == pytest.approx(1.5 * 730)


def test_serverless_inference_is_billed_by_seconds_of_memory_and_data() -> None:
    """Ten million inferences of 100 ms at 2 GB are a million seconds at twice the price of a GB, and the data."""
    bill = sagemaker.serverless(10e6, 100, 2048, 10, VIRGINIA)

    assert [round(item.usd, 2) for item in bill.items] == [40.00, 0.16]
