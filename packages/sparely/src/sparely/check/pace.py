"""How fast a version answers, in as many calls as there is time for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

from sparely.check.latency import percentile, slowness
from sparely.check.settings import Settings
from sparely.check.target import OutOfTime, Target

ROUNDS = 2

Event = Mapping[str, Any]


class Unsteady(Exception):
    """A version that has answered well fails when it is asked again."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"asked again, it fails: {problem}")


@dataclass
class Durations:
    """What calls took, in ms: those of the new version, and those of the live one that was called in turn with it."""

    new_ms: list[float] = field(default_factory=list)
    live_ms: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Calls and their p95, for the log."""
        found: dict[str, Any] = {"calls": len(self.new_ms)}
        if self.new_ms:
            found["p95_ms"] = round(percentile(self.new_ms, 95), 1)
        if self.live_ms:
            found["live_p95_ms"] = round(percentile(self.live_ms, 95), 1)
        return found

    def slowness(self, settings: Settings) -> tuple[str, ...]:
        """What is too slow; nothing where nothing was measured."""
        if not self.new_ms:
            return ()
        limits = {"slower_at_most": settings.slower_at_most, "limit_ms": settings.latency_limit_ms}
        return tuple(slowness(self.new_ms, self.live_ms, **limits))


def measure(
    settings: Settings, events: Sequence[Event], new: Target, live: Target | None
) -> tuple[Durations, tuple[str, ...]]:
    """
    Judge the latency; who is slow is measured again, since a slow version is slow twice and a busy minute is not.

    The first round takes at most half of the time that is left, so that there is some for the second.

    Args:
        live: the version now live, called in turn with the new one; None where there is none to compare with.

    Returns:
        What the last round measured that measured anything, and what is too slow in it.

    Raises:
        Unsteady: the new version fails.
    """
    durations, findings = Durations(), tuple[str, ...]()
    for left in reversed(range(ROUNDS)):
        again = _round(settings, events, new, live, keep_ms=new.spare_ms() / 2 if left else 0.0)
        if again.new_ms:
            durations, findings = again, again.slowness(settings)
        if not findings:
            break
    return durations, findings


def _round(
    settings: Settings, events: Sequence[Event], new: Target, live: Target | None, *, keep_ms: float
) -> Durations:
    """
    Call both in turn, so that what slows one slows the other.

    Both are warm when they are timed: the new version from its answers, the live one from the question whether it has
    the model at all. One that it has not is new, and there is nothing to compare it with.
    """
    found = Durations()
    compared: dict[int, Target | None] = {}
    longest_ms = 0.0
    try:
        for place in islice(cycle(range(len(events))), settings.calls):
            before_ms = new.spare_ms()
            if before_ms - longest_ms < keep_ms:
                break
            event = events[place]
            if place not in compared:
                compared[place] = live if live and not live.ask(event).problem else None
            reply = new.ask(event)
            if reply.problem:
                raise Unsteady(reply.problem)
            found.new_ms.append(reply.duration_ms)
            if beside := compared[place]:
                found.live_ms.append(beside.ask(event).duration_ms)
            longest_ms = max(longest_ms, before_ms - new.spare_ms())
    except OutOfTime:
        pass
    return found
