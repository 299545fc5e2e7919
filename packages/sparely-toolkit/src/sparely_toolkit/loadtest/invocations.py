"""What the local server's log says of a run: Lambda's own line for each invocation."""

import re
from dataclasses import dataclass

_REPORT = re.compile(
    r"^REPORT .*\tDuration: (?P<ms>[\d.]+) ms\tBilled Duration: (?P<billed>\d+) ms"
    r".*\tMax Memory Used: (?P<peak>\d+|unknown)(?: MB)?(?:\tInit Duration: (?P<init>[\d.]+) ms)?",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Invocations:
    """What the REPORT lines of a run say; durations in ms, in the order of the invocations."""

    durations_ms: tuple[float, ...]
    billed_ms: int
    inits_ms: tuple[float, ...]
    peak_memory_mb: int

    @property
    def cold_starts(self) -> int:
        return len(self.inits_ms)


def read(printed: str) -> Invocations:
    """Read Lambda's REPORT lines out of a log."""
    lines = list(_REPORT.finditer(printed))
    return Invocations(
        durations_ms=tuple(float(line["ms"]) for line in lines),
        billed_ms=sum(int(line["billed"]) for line in lines),
        inits_ms=tuple(float(line["init"]) for line in lines if line["init"]),
        peak_memory_mb=max((int(line["peak"]) for line in lines if line["peak"] != "unknown"), default=0),
    )
