"""
How long an init takes on Lambda, of what it takes here: the one place that knows its limit and its share of a vCPU.

An init on demand has a whole vCPU at every memory size, for up to 10 s. Where Lambda starts environments beforehand
(provisioned concurrency) it has the share that its memory size has, and minutes.

Sources, read 2026-11-29: the limits are https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html,
a vCPU's memory size https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html. The whole vCPU is not in
AWS' documentation: https://github.com/DataDog/datadog-lambda-extension/pull/700 (2025-06-06) shows 128 MB with it and
without, and both alike at 1,769 MB; https://github.com/maxday/lambda-perf (2025-12-17) has an empty Python 3.13
function start in 106 ms at 128 MB and in 104 ms at 1,024.
"""

from collections.abc import Callable

FULL_VCPU_MB = 1769
SIZES_MB = (128, 512, 1024, 1769, 10240)
"""What a report tells of: the smallest, the template's neighbourhood, one vCPU, the largest."""
LIMIT_MS = 10_000.0


def share_of_vcpu(memory_mb: int) -> float:
    """Of one vCPU; the engine runs one thread, so it gains nothing from more."""
    return min(1.0, memory_mb / FULL_VCPU_MB)


def prepared_ms(init_ms: float, memory_mb: int) -> float:
    """What an init takes where Lambda starts the environment before anybody asks, from what it takes on one vCPU."""
    return init_ms / share_of_vcpu(memory_mb)


def on_demand_ms(init_ms: float, memory_mb: int) -> float:
    """
    What an init takes that a caller waits for, from what it takes on one vCPU.

    One that is not done after 10 s is ended, and begins again with the request, within the function's timeout and with
    the share of a vCPU that its memory size has.
    """
    return init_ms if init_ms <= LIMIT_MS else LIMIT_MS + prepared_ms(init_ms, memory_mb)


def too_long(init_ms: float) -> str | None:
    """What to know of an init that Lambda ends; None where it lets it be."""
    if init_ms <= LIMIT_MS:
        return None
    return (
        f"The init takes {init_ms / 1000:.1f} s on one vCPU, and Lambda ends one on demand after "
        f"{LIMIT_MS / 1000:.0f} s: it begins again with the first request, on the share of a vCPU that the memory size "
        f"has ({prepared_ms(init_ms, 1024) / 1000:.0f} s at 1,024 MB), within Timeout. Fewer or smaller models, "
        "ProvisionedConcurrency, or SnapStart of a zip, which have minutes for it, keep callers from that."
    )


def told(init_ms: float) -> str:
    """By memory size, in one sentence, for whoever has no package yet."""
    on_demand = f"{_seconds(init_ms)} on demand at every memory size"
    if init_ms > LIMIT_MS:
        on_demand = f"on demand {_by_size(on_demand_ms, init_ms)}"
    return f"{on_demand}; where environments are provisioned {_by_size(prepared_ms, init_ms)}"


def _by_size(function: Callable[[float, int], float], init_ms: float) -> str:
    shares = ", ".join(f"{_seconds(function(init_ms, size))} at {size:,} MB" for size in (128, 512, 1024))
    return f"{shares}, {_seconds(function(init_ms, FULL_VCPU_MB))} from {FULL_VCPU_MB:,} MB on"


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.1f} s" if ms >= 1000 else f"{ms:.0f} ms"
