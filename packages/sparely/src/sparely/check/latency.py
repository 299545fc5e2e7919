"""Whether a version is slower than it may be, and the percentile by which that is said."""

import math
from collections.abc import Iterator, Sequence

# Two calls that differ by less than this are equally fast: it is what the way to Lambda and back varies by.
ALLOWANCE_MS = 10.0
TELLING = 20
"""Of fewer calls the 95th percentile is the slowest."""


def percentile(durations_ms: Sequence[float], percent: float) -> float:
    """
    The smallest duration that `percent` of all do not exceed (nearest rank): always one that was measured.

    The one definition, also of the local API's, a package's and the benchmarks' figures. The plan of a load has its
    own, over counts of many millions; Locust's and CloudWatch's figures are theirs.

    Args:
        durations_ms: one or more, in any order.
    """
    ranked = sorted(durations_ms)
    return ranked[max(0, math.ceil(len(ranked) * percent / 100) - 1)]


def slowness(
    new_ms: Sequence[float], live_ms: Sequence[float], *, slower_at_most: float, limit_ms: float
) -> Iterator[str]:
    """
    Say which limit the new version's p95 exceeds, and of how many calls that is.

    Args:
        new_ms: one or more.
        live_ms: the version now live, called in turn with the new one; empty when there is none to compare with.
    """
    new, calls = percentile(new_ms, 95), len(new_ms)
    # The nearest rank of fewer is the last.
    what = f"p95 of {calls} calls" if calls >= TELLING else f"the slowest of {calls} calls"
    if new > limit_ms:
        yield f"{what} is {new:.1f} ms; the limit, LatencyLimitMs, is {limit_ms:g} ms"
    if live_ms:
        live = percentile(live_ms, 95)
        allowed = live * slower_at_most + ALLOWANCE_MS
        if new > allowed:
            yield f"{what} is {new:.1f} ms; the version now live has {live:.1f} ms, which allows {allowed:.1f} ms"
