"""What the package needs, as `sparely profile` measures it."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from sparely_toolkit.checked import Above, Amount, checked
from sparely_toolkit.loadtest.plan.quantiles import Quantiles
from sparely_toolkit.package.profile import profile
from sparely_toolkit.problems import Problem


class UnreadableMeasurement(Problem):
    """A file is not what the profile prints."""

    def __init__(self, file: Path, fault: str) -> None:
        super().__init__(f"{file} does not hold what `sparely profile` prints: {fault}.")


@dataclass(frozen=True, slots=True)
class Measured:
    """Processor and wall time in ms of one init and one request on this machine, and the peak memory."""

    init_cpu_ms: Amount
    init_wall_ms: Amount
    request_cpu_ms: Amount
    request_wall_ms: Quantiles
    peak_memory_mb: Above

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


def parse(document: object) -> Measured:
    """
    Take the profile's figures; it may hold more.

    Raises:
        ValueError: it lacks one, or has none that can be; the message says which.
    """
    return checked(Measured, document)


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
    except OSError as fault:
        raise UnreadableMeasurement(file, str(fault.strerror)) from None
    except ValueError as fault:
        raise UnreadableMeasurement(file, str(fault)) from None
