"""What a run must keep, from a file: the exit status of the command, and the gate in continuous integration."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from sparely_toolkit.checked import Amount, Unfit, checked
from sparely_toolkit.loadtest.measurements import Limits, Step, Totals
from sparely_toolkit.toml_file import UnreadableToml, read_toml

MEASURES = ("failed_percent", "p95_ms", "p99_ms", "breaking_point")


@dataclass(frozen=True, slots=True)
class Breach:
    """One threshold that was not kept."""

    what: str
    measured: float | None
    limit: float

    def __str__(self) -> str:
        measured = "none" if self.measured is None else f"{self.measured:g}"
        return f"{self.what}: {measured}, the limit is {self.limit:g}."


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The file's tables."""

    tables: Mapping[str, Mapping[str, float]]

    @property
    def limits(self) -> Limits:
        """What a step must keep to count as held."""
        return Limits(**self.tables.get("breaking_point", {}))

    def breaking_point(self, shape: str) -> float:
        """Requests a second that a run of a shape has to hold; 0 where its table says nothing of them."""
        return self._of(shape).get("breaking_point", 0)

    def breaches(self, shape: str, total: Totals, breaking: Step | None) -> list[Breach]:
        """List what a run of a shape did not keep, in the file's order."""
        limits = self._of(shape)
        measured: Mapping[str, float | None] = {
            "failed_percent": round(total.failed_percent, 4),
            "p95_ms": total.p95_ms,
            "p99_ms": total.p99_ms,
            "breaking_point": breaking.offered if breaking else None,
        }
        return [
            Breach(what, measured[what], limit)
            for what, limit in limits.items()
            if _broken(what, measured[what], limit)
        ]

    def _of(self, shape: str) -> Mapping[str, float]:
        return self.tables.get(shape, self.tables.get("every", {}))


def _broken(what: str, measured: float | None, limit: float) -> bool:
    if what == "breaking_point":
        return measured is None or measured < limit
    return measured is None or measured > limit


def read(file: Path) -> Thresholds:
    """
    Read the thresholds.

    Raises:
        UnreadableToml: the file is missing, no TOML, or limits what is not measured.
    """
    document: Mapping[str, Any] = read_toml(file)
    for table, limits in document.items():
        known = [each.name for each in fields(Limits)] if table == "breaking_point" else MEASURES
        unknown = [name for name in limits if name not in known] if isinstance(limits, dict) else []
        if unknown:
            raise UnreadableToml(file, f'[{table}] has "{unknown[0]}"; it may have {", ".join(known)}')
    try:
        return Thresholds(checked(dict[str, dict[str, Amount]], document))
    except Unfit as fault:
        raise UnreadableToml(file, str(fault)) from None
