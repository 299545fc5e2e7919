"""How a rehearsal went: its timeline, its minutes and its end."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from sparely_toolkit.deployment.rehearsal.metrics import Minute

Ending = Literal["promoted", "not started", "refused before traffic", "rolled back", "rolled back after traffic"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, in minutes of the rehearsal's clock."""

    minute: float
    what: str


@dataclass
class Outcome:
    """
    All that is told of a rehearsal.

    Attributes:
        failed: requests that callers saw fail.
        failed_by_new: of these, those of which Lambda, or the new version itself, counts a failure of the new version.
        seen_by_new: invocations of the new version while traffic moved, of callers and of golden rows.
        rang_late: alarms that rang when all traffic had moved already, and nothing took it back.
    """

    rollout: str
    ending: Ending = "promoted"
    reason: str = ""
    events: list[Event] = field(default_factory=list)
    minutes: list[Minute] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    failed_by_new: int = 0
    seen_by_new: int = 0
    rang_late: set[str] = field(default_factory=set)

    @property
    def requests(self) -> int:
        return sum(self.statuses.values())

    @property
    def failed(self) -> int:
        return self.requests - self.statuses[200]

    @property
    def failed_elsewhere(self) -> int:
        """Requests that failed though the new version never had them: what a rollout must not cause."""
        return self.failed - self.failed_by_new

    @property
    def promoted(self) -> bool:
        return self.ending == "promoted"

    def document(self) -> dict[str, Any]:
        """JSON of it."""
        return {
            "rollout": self.rollout,
            "ending": self.ending,
            "reason": self.reason,
            "requests": self.requests,
            "failed": self.failed,
            "failed_by_new": self.failed_by_new,
            "failed_elsewhere": self.failed_elsewhere,
            "seen_by_new": self.seen_by_new,
            "rang_late": sorted(self.rang_late),
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "events": [asdict(event) for event in self.events],
            "minutes": [asdict(minute) for minute in self.minutes],
        }

    def summary(self) -> str:
        """The last line."""
        why = f" ({self.reason})" if self.reason else ""
        by_whom = f"{self.failed_by_new:,} of them by the new version, {self.failed_elsewhere:,} elsewhere"
        lost = f"{self.failed:,} failed, {by_whom}" if self.failed else "none failed"
        late = f"; too late for the rollout rang {', '.join(sorted(self.rang_late))}" if self.rang_late else ""
        return f"{self.ending}{why}: {self.requests:,} requests, {lost}{late}."


def table(rows: Sequence[tuple[str, Outcome]]) -> str:
    """Markdown of several rehearsals, for docs/operations.md."""
    head = "| new version | ending | found by | requests | failed by the new version | failed elsewhere |"
    lines = [head, "| --- | --- | --- | ---: | ---: | ---: |"]
    for name, outcome in rows:
        reason = outcome.reason.replace("|", "/") or "nothing to find"
        figures = f"{outcome.requests:,} | {outcome.failed_by_new:,} | {outcome.failed_elsewhere:,}"
        lines.append(f"| {name} | {outcome.ending} | {reason} | {figures} |")
    return "\n".join(lines)
