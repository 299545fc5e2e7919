"""What the local server's log says of a run: Lambda's own line for each invocation, and how many it throttled."""

import re
from dataclasses import dataclass

_REPORT = re.compile(
    r"^REPORT .*\tDuration: (?P<ms>[\d.]+) ms\tBilled Duration: (?P<billed>\d+) ms"
    r".*\tMax Memory Used: (?P<peak>\d+|unknown)(?: MB)?(?:\tInit Duration: (?P<init>[\d.]+) ms)?",
    re.MULTILINE,
)
_THROTTLED = re.compile(
    r"^Throttled in all: (?P<requests>\d+) requests, as (?P<running>\d+) were running\.$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Invocations:
    """
    What the log of a run says; durations in ms, in the order of the invocations.

    `throttled` requests found no place, as `running` others had them all.
    """

    durations_ms: tuple[float, ...]
    billed_ms: int
    inits_ms: tuple[float, ...]
    peak_memory_mb: int
    throttled: int = 0
    running: int = 0

    @property
    def cold_starts(self) -> int:
        return len(self.inits_ms)


def read(printed: str) -> Invocations:
    """Read Lambda's REPORT lines out of a log, and the server's last."""
    throttled = _THROTTLED.search(printed)
    lines = list(_REPORT.finditer(printed))
    return Invocations(
        durations_ms=tuple(float(line["ms"]) for line in lines),
        billed_ms=sum(int(line["billed"]) for line in lines),
        inits_ms=tuple(float(line["init"]) for line in lines if line["init"]),
        peak_memory_mb=max((int(line["peak"]) for line in lines if line["peak"] != "unknown"), default=0),
        throttled=int(throttled["requests"]) if throttled else 0,
        running=int(throttled["running"]) if throttled else 0,
    )
