"""Durations by their quantiles."""

import random

import pytest

from sparely_toolkit.loadtest.plan.quantiles import Quantiles, bucket, quantile


def test_drawn_durations_have_the_given_quantiles() -> None:
    """Of many durations half are below the median, 95 % and 99 % below the others."""
    source = random.Random(1)
    given = Quantiles(10, 20, 40)

    drawn = sorted(given.draw(source) for _ in range(40_000))

    assert drawn[20_000] == pytest.approx(10, rel=0.03)
    assert drawn[38_000] == pytest.approx(20, rel=0.06)
    assert drawn[39_600] == pytest.approx(40, rel=0.06)


def test_weighted_counts_have_quantiles() -> None:
    """Three of four are 1, so the median is 1 and the 90th percentile 5."""
    counts = {5.0: 1.0, 1.0: 3.0}

    assert (quantile(counts, 0.5), quantile(counts, 0.9), quantile({}, 0.5)) == (1.0, 5.0, 0.0)


def test_buckets_keep_three_digits() -> None:
    """A duration is rounded by less than half a percent."""
    assert (bucket(12.3456), bucket(0.00123456), bucket(98765)) == (12.3, 0.00123, 98800)
