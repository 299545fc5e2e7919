"""Lambda's part of the bill beyond the worked examples."""

import pytest

from sparely_toolkit.loadtest.cost import lambda_cost, prices
from sparely_toolkit.loadtest.cost.bill import whole_ms
from sparely_toolkit.loadtest.cost.lambda_cost import Usage

VIRGINIA = prices.load("us-east-1")


@pytest.mark.parametrize(("duration_ms", "billed_ms"), [(0.2, 1), (1.0, 1), (1.0001, 2), (119.5, 120)])
def test_durations_are_billed_to_the_next_ms(duration_ms: float, billed_ms: int) -> None:
    """Lambda rounds every duration up to a whole ms."""
    assert whole_ms(duration_ms) == billed_ms


def test_an_init_is_billed_like_any_other_time() -> None:
    """A thousand inits of 200 ms cost as much as a thousand invocations of 200 ms, without their request."""
    with_inits = Usage(requests=1e6, memory_mb=1024, billed_ms=10, cold_starts=1000, init_ms=200)
    without = Usage(requests=1e6, memory_mb=1024, billed_ms=10)

    difference = lambda_cost.on_demand(with_inits, VIRGINIA).usd - lambda_cost.on_demand(without, VIRGINIA).usd

    assert difference == pytest.approx(1000 * 0.2 * 0.0000166667)


def test_arm64_is_a_fifth_cheaper_a_second() -> None:
    """The duration of arm64 costs four fifths of x86_64's, requests cost the same."""
    x86, arm = (Usage(1e6, 1024, 100, architecture=each) for each in ("x86_64", "arm64"))

    durations = [lambda_cost.on_demand(usage, VIRGINIA).items[1].usd for usage in (x86, arm)]

    assert durations[1] / durations[0] == pytest.approx(0.8, abs=1e-5)


def test_duration_beyond_a_tier_gets_the_lower_price() -> None:
    """Seven billion GB-seconds are six at the first price and one at the second."""
    usage = Usage(requests=7e9, memory_mb=1024, billed_ms=1000)

    assert lambda_cost.on_demand(usage, VIRGINIA).items[1].usd == pytest.approx(6e9 * 0.0000166667 + 1e9 * 0.000015)


def test_free_tier_leaves_nothing_to_pay_for_little_traffic() -> None:
    """A million requests and 400,000 GB-seconds are free."""
    assert lambda_cost.on_demand(Usage(1e6, 512, 10), VIRGINIA, free_tier=True).usd == 0


def test_provisioned_time_is_rounded_up_to_five_minutes() -> None:
    """One second of one environment costs as much as 300."""
    usage = Usage(requests=0, memory_mb=1024, billed_ms=0)

    assert lambda_cost.provisioned(usage, 1, 1, VIRGINIA).usd == pytest.approx(300 * 0.0000041667)


def test_snapshots_are_kept_for_three_hours_at_least() -> None:
    """A version that lived a minute is billed for three hours of cache."""
    assert lambda_cost.snapstart(1024, 0, VIRGINIA, active_s=60).usd == pytest.approx(3 * 3600 * 0.0000015046)
