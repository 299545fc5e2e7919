"""Metrics that the function prints: read from its log, as CloudWatch reads them from the log group."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# Namespace, name, dimensions.
Key = tuple[str, str, frozenset[tuple[str, str]]]


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
