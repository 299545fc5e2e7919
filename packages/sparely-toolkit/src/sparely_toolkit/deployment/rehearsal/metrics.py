"""What CloudWatch would have for one minute, from two looks at the local server's counts and the function's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Status = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Minute:
    """
    Sums of one minute; a minute of the rehearsal's clock.

    Attributes:
        share: of traffic that the new version has.
        new_errors: invocations of the new version that raised, crashed or timed out, as Lambda counts them.
        new_server_faults: its answers of status 500 and above, as it counts them itself.
        new_p99_ms: of the new version's last thousand durations; None when it ran nothing.
        server_errors: answers of status 500 and above.
    """

    share: float
    requests: int
    server_errors: int
    invocations: int
    errors: int
    throttles: int
    new_invocations: int
    new_errors: int
    new_server_faults: int
    new_p99_ms: float | None


def minute(before: Status, after: Status, new: str, *, server_faults: int) -> Minute:
    """
    Subtract two status documents of the local server.

    Args:
        new: the new version's number.
        server_faults: that it counted between the two.
    """
    versions = after["versions"]
    total = {
        figure: sum(_grown(before, after, version, figure) for version in versions)
        for figure in ("invocations", "errors", "throttles")
    }
    invocations = _grown(before, after, new, "invocations")
    return Minute(
        share=versions[new]["weight"],
        requests=after["requests"] - before["requests"],
        server_errors=_server_errors(after) - _server_errors(before),
        **total,
        new_invocations=invocations,
        new_errors=_grown(before, after, new, "errors"),
        new_server_faults=server_faults,
        new_p99_ms=versions[new]["duration_ms"]["p99"] if invocations else None,
    )


def _grown(before: Status, after: Status, version: str, figure: str) -> int:
    return int(after["versions"][version][figure]) - int(before["versions"].get(version, {}).get(figure, 0))


def _server_errors(status: Status) -> int:
    return sum(count for code, count in status["statuses"].items() if int(code) >= 500)
