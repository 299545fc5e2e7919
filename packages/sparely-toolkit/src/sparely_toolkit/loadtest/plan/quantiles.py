"""Durations by three known quantiles, and quantiles of many weighted durations."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from sparely_toolkit.checked import Amount

_P50, _P95, _P99 = 0.5, 0.95, 0.99


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Median, 95th and 99th percentile of a duration in ms."""

    p50: Amount
    p95: Amount
    p99: Amount

    def scaled(self, factor: float) -> "Quantiles":
        return Quantiles(self.p50 * factor, self.p95 * factor, self.p99 * factor)

    def draw(self, source: random.Random) -> float:
        """
        Draw a duration in ms: straight lines between the known quantiles.

        Below the median it falls to nine tenths of it, above p99 it rises by as much as from p95 to p99.
        """
        share = source.random()
        if share < _P50:
            return _between(share, 0.0, _P50, 0.9 * self.p50, self.p50)
        if share < _P95:
            return _between(share, _P50, _P95, self.p50, self.p95)
        if share < _P99:
            return _between(share, _P95, _P99, self.p95, self.p99)
        return _between(share, _P99, 1.0, self.p99, 2 * self.p99 - self.p95)


def _between(share: float, left: float, right: float, low: float, high: float) -> float:
    return low + (share - left) / (right - left) * (high - low)


def bucket(ms: float) -> float:
    """Round a duration to three significant digits, so that millions of them are few."""
    return float(f"{ms:.3g}")


def quantile(counts: Mapping[float, float], share: float) -> float:
    """
    Give the value below which a share of the weighted counts lies; 0 where nothing was counted.

    Nearest rank, as `sparely.check.latency.percentile`, but over counts that a simulation weighs: they may be fractions
    of a request, and a list of millions would not fit.
    """
    left = share * sum(counts.values())
    value = 0.0
    for value in sorted(counts):
        left -= counts[value]
        if left <= 1e-9:
            break
    return value
