"""What CloudWatch would have for one minute: Lambda's counts from the local server, the function's own from its log."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely.check.latency import percentile

Status = Mapping[str, Any]
# Namespace, name, dimensions.
Key = tuple[str, str, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Minute:
    """
    Sums of one minute; a minute of the rehearsal's clock.

    Attributes:
        share: of traffic that the new version has.
        new_errors: invocations of the new version that raised, crashed or timed out, as Lambda counts them.
        new_server_faults: its answers of status 500 and above, as it counts them itself.
        new_p99_ms: of the new version's durations in it; of more than a hundred, of its last thousand. None when it ran
            nothing.
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
        new_p99_ms=_p99_ms(versions[new], invocations),
    )


def _p99_ms(version: Status, invocations: int) -> float | None:
    if not invocations:
        return None
    last_ms = version.get("last_ms", ())
    p99_ms: float = version["duration_ms"]["p99"]
    return percentile(last_ms[-invocations:], 99) if invocations <= len(last_ms) else p99_ms


def _grown(before: Status, after: Status, version: str, figure: str) -> int:
    return int(after["versions"][version][figure]) - int(before["versions"].get(version, {}).get(figure, 0))


def _server_errors(status: Status) -> int:
    return sum(count for code, count in status["statuses"].items() if int(code) >= 500)


class EmittedMetrics:
    """
    Sums of the metrics in a log that is still being written; lines that carry none are passed over.

    Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._read_to = 0
        self._sums: Counter[Key] = Counter()

    def total(self, namespace: str, name: str, dimensions: Mapping[str, str]) -> int:
        """Sum what was printed so far under exactly these dimensions."""
        self._read_on()
        return round(self._sums[namespace, name, frozenset(dimensions.items())])

    def _read_on(self) -> None:
        with self._log.open("rb") as log:
            log.seek(self._read_to)
            # The last line may be half there.
            whole, newline, _ = log.read().rpartition(b"\n")
        self._read_to += len(whole) + len(newline)
        for line in whole.splitlines():
            if line.startswith(b"{") and b'"CloudWatchMetrics"' in line:
                for key, value in metrics(json.loads(line)):
                    self._sums[key] += value


def metrics(record: Mapping[str, Any]) -> Iterator[tuple[Key, int]]:
    """Every metric of a record: once for each set of dimensions, the values of a list summed."""
    for directive in record["_aws"]["CloudWatchMetrics"]:
        for metric in directive["Metrics"]:
            value = record[metric["Name"]]
            total = sum(value) if isinstance(value, list) else value
            for names in directive["Dimensions"]:
                dimensions = frozenset((name, str(record[name])) for name in names)
                yield (directive["Namespace"], metric["Name"], dimensions), total
