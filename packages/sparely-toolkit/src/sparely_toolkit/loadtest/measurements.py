"""Locust's own statistics, read: totals, failures by kind, the course of the run, and where it broke."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sparely_toolkit.loadtest.generator import Statistics
from sparely_toolkit.loadtest.shapes import Shape


@dataclass(frozen=True, slots=True)
class Totals:
    """One row of Locust's table; times in ms over all answers, failed ones too, as Locust counts."""

    name: str
    requests: int
    failures: int
    rate: float
    p50_ms: float
    p95_ms: float
    p99_ms: float

    @property
    def failed_percent(self) -> float:
        return 100 * self.failures / self.requests if self.requests else 0.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One second of a run: counts since its start; `p95_ms` of the last five seconds, None while nothing came."""

    second: float
    users: int
    requests: int
    failures: int
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class Step:
    """One stage as it went: offered and answered in requests a second."""

    offered: float
    answered: float
    requests: int
    failures: int
    p95_ms: float

    @property
    def failed_percent(self) -> float:
        return 100 * self.failures / self.requests if self.requests else 100.0


@dataclass(frozen=True, slots=True)
class Limits:
    """When a step counts as held."""

    failed_percent: float = 1.0
    p95_ms: float = 300.0
    answered_percent: float = 90.0

    def hold(self, step: Step) -> bool:
        """
        Tell whether a step is within all limits.

        The answered share matters since users who wait ask less: without it a service that slows down would
        look as if nobody had wanted more.
        """
        return (
            step.failed_percent <= self.failed_percent
            and step.p95_ms <= self.p95_ms
            and step.answered >= step.offered * self.answered_percent / 100
        )


@dataclass(frozen=True, slots=True)
class Run:
    """All that Locust wrote about a run."""

    total: Totals
    routes: tuple[Totals, ...]
    failures: Mapping[str, int]
    samples: tuple[Sample, ...]
    distribution: Mapping[float, int]


def breaking_point(steps: Sequence[Step], limits: Limits) -> Step | None:
    """Give the highest step that holds with all below it; None when already the lowest does not."""
    held = None
    for step in sorted(steps, key=lambda each: each.offered):
        if not limits.hold(step):
            break
        held = step
    return held


def steps(samples: Sequence[Sample], shape: Shape) -> list[Step]:
    """Cut the course of a run into the shape's stages; a stage without samples is left out."""
    cut = []
    began = 0.0
    for stage in shape.stages:
        ended = began + stage.seconds
        # The first second shows the stage before; it stands for the counts at its start.
        inside = [sample for sample in samples if began <= sample.second <= ended]
        began = ended
        if len(inside) < 2 or inside[-1].second <= inside[0].second:
            continue
        first, last = inside[0], inside[-1]
        requests = last.requests - first.requests
        cut.append(
            Step(
                offered=stage.rate,
                answered=requests / (last.second - first.second),
                requests=requests,
                failures=last.failures - first.failures,
                p95_ms=last.p95_ms if last.p95_ms is not None else 0.0,
            )
        )
    return cut


def read(statistics: Statistics) -> Run:
    """Read the files of a run."""
    rows = [_totals(row) for row in _rows(statistics.requests)]
    failures: dict[str, int] = {}
    for row in _rows(statistics.failures):
        failures[_kind(row["Error"])] = failures.get(_kind(row["Error"]), 0) + int(row["Occurrences"])
    distribution = json.loads(statistics.distribution.read_text("utf-8")) if statistics.distribution.is_file() else {}
    return Run(
        total=next(row for row in rows if row.name == "Aggregated"),
        routes=tuple(row for row in rows if row.name != "Aggregated"),
        failures=failures,
        samples=tuple(_samples(_rows(statistics.history))),
        distribution={float(ms): count for ms, count in distribution.items()},
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _totals(row: Mapping[str, str]) -> Totals:
    return Totals(
        name=row["Name"],
        requests=int(row["Request Count"]),
        failures=int(row["Failure Count"]),
        rate=float(row["Requests/s"]),
        p50_ms=float(row["50%"]) if row["50%"] != "N/A" else 0.0,
        p95_ms=float(row["95%"]) if row["95%"] != "N/A" else 0.0,
        p99_ms=float(row["99%"]) if row["99%"] != "N/A" else 0.0,
    )


def _samples(rows: Sequence[Mapping[str, str]]) -> Iterator[Sample]:
    whole = [row for row in rows if row["Name"] == "Aggregated"]
    for row in whole:
        yield Sample(
            second=float(row["Timestamp"]) - float(whole[0]["Timestamp"]),
            users=int(row["User Count"]),
            requests=int(row["Total Request Count"]),
            failures=int(row["Total Failure Count"]),
            p95_ms=float(row["95%"]) if row["95%"] != "N/A" else None,
        )


def _kind(error: str) -> str:
    """Take the fault out of Locust's wording, which is the representation of an exception."""
    text = error.removeprefix("CatchResponseError(").removesuffix(")")
    return text.strip("'\"")
