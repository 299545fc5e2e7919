"""What the package needs, as `sparely profile` measures it."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sparely_toolkit.loadtest.plan.quantiles import Quantiles
from sparely_toolkit.package.profile import profile
from sparely_toolkit.problems import Problem


class UnreadableMeasurement(Problem):
    """A file is not what the profile prints."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} does not hold what `sparely profile` prints.")


@dataclass(frozen=True, slots=True)
class Measured:
    """Processor and wall time in ms of one init and one request on this machine, and the peak memory."""

    init_cpu_ms: float
    init_wall_ms: float
    request_cpu_ms: float
    request_wall_ms: Quantiles
    peak_memory_mb: float

    def with_runtime(self, init_ms: float, request_ms: float) -> "Measured":
        """Add what the runtime client takes beside the package, all of it processor time."""
        wall = self.request_wall_ms
        return replace(
            self,
            init_cpu_ms=self.init_cpu_ms + init_ms,
            init_wall_ms=self.init_wall_ms + init_ms,
            request_cpu_ms=self.request_cpu_ms + request_ms,
            request_wall_ms=Quantiles(wall.p50 + request_ms, wall.p95 + request_ms, wall.p99 + request_ms),
        )


def parse(document: dict[str, Any]) -> Measured:
    """Take the profile's figures; it may hold more."""
    return Measured(
        init_cpu_ms=float(document["init_cpu_ms"]),
        init_wall_ms=float(document["init_wall_ms"]),
        request_cpu_ms=float(document["request_cpu_ms"]),
        request_wall_ms=Quantiles(*(float(document["request_wall_ms"][name]) for name in ("p50", "p95", "p99"))),
        peak_memory_mb=float(document["peak_memory_mb"]),
    )


def measure(artifact: Path) -> Measured:
    """
    Profile a built package in processes of its own.

    Raises:
        ProfileError: it does not run here.
    """
    return parse(profile(artifact))


def read(file: Path) -> Measured:
    """
    Read what `sparely profile` has printed.

    Raises:
        UnreadableMeasurement: it is no such output.
    """
    try:
        return parse(json.loads(file.read_text("utf-8")))
    except (ValueError, KeyError, TypeError):
        raise UnreadableMeasurement(file) from None
