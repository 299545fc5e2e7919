"""How the memory size changes durations: Lambda gives processor time in proportion to it."""

from dataclasses import dataclass

from sparely.cold_start import FULL_VCPU_MB as FULL_VCPU_MB
from sparely.cold_start import on_demand_ms, share_of_vcpu
from sparely_toolkit.loadtest.plan.measured import Measured
from sparely_toolkit.loadtest.plan.quantiles import Quantiles

SIZES_MB = (128, 192, 256, 384, 512, 768, 1024, 1536, 1769, 2048, 3008, 5120, 10240)
SPARE = 1.25
"""A size must hold the measured peak and a quarter more."""


@dataclass(frozen=True, slots=True)
class Function:
    """What the simulation and the bill need of a function at one memory size; times in ms."""

    memory_mb: int
    init_ms: float
    request_ms: Quantiles


def at(measured: Measured, memory_mb: int, *, speed: float = 1.0) -> Function:
    """
    Estimate a function at a memory size.

    The processor's part of a request stretches as the share of a vCPU falls below one; above one vCPU nothing is
    gained, for the engine runs one thread. An init on demand is not: it has a whole vCPU, as `sparely.cold_start` says.

    Args:
        speed: how much faster one vCPU of Lambda is than one core of the machine that measured.
    """
    share = share_of_vcpu(memory_mb)
    wall = measured.request_wall_ms.p50
    busy = min(1.0, measured.request_cpu_ms / wall) if wall else 1.0
    stretch = (1 - busy) + busy / (share * speed)
    return Function(
        memory_mb, on_demand_ms(measured.init_wall_ms / speed, memory_mb), measured.request_wall_ms.scaled(stretch)
    )


def fits(measured: Measured, memory_mb: int) -> bool:
    """Tell whether a size holds the measured peak with what is spared."""
    return memory_mb >= measured.peak_memory_mb * SPARE
