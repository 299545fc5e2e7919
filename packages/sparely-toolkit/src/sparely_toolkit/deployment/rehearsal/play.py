"""The play itself: callers all along, then check, steps under alarms, check; promotion or the way back."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from sparely.check.verdict import Verdict
from sparely_toolkit import names
from sparely_toolkit.deployment.rehearsal import check
from sparely_toolkit.deployment.rehearsal.callers import Callers
from sparely_toolkit.deployment.rehearsal.metrics import EmittedMetrics, minute
from sparely_toolkit.deployment.rehearsal.outcome import Ending, Event, Outcome
from sparely_toolkit.deployment.rehearsal.plan import Plan
from sparely_toolkit.deployment.rehearsal.server import NEW, LocalServer

QUIET_MINUTES = 2
# How often a minute's end is looked for; a rehearsal's minute is some seconds.
TICK_S = 0.05


@dataclass(frozen=True)
class Clock:
    """Minutes of the rehearsal: each lasts `minute_s` seconds here."""

    minute_s: float
    began: float = field(default_factory=time.monotonic)

    def now(self) -> float:
        return (time.monotonic() - self.began) / self.minute_s


class Stopped(Exception):
    """The rollout ends early."""

    def __init__(self, ending: Ending, reason: str) -> None:
        super().__init__(reason)
        self.ending = ending


class Rehearsal:
    """
    Plays one rollout.

    Args:
        at_least: requests that callers send in all, however short the rollout is.
        is_injected: whether the new version is one made bad for the rehearsal.
        tell: gets each line of the timeline when it happens.
    """

    def __init__(
        self,
        plan: Plan,
        server: LocalServer,
        *,
        minute_s: float,
        at_least: int,
        is_injected: bool,
        tell: Callable[[str], None],
    ) -> None:
        self._plan = plan
        self._server = server
        self._at_least = at_least
        self._is_injected = is_injected
        self._tell = tell
        self._clock = Clock(minute_s)
        self._callers = Callers(server.url, plan.models)
        self._emitted = EmittedMetrics(server.log)
        # What the new version failed before callers reached it; None as long as they do not.
        self._failed_in_check: int | None = None
        self._watched = False
        self._ringing: list[str] = []
        self.outcome = Outcome(plan.rollout)

    async def play(self) -> Outcome:
        """Play to the end; the alias is then where CodeDeploy would leave it."""
        await self._callers.start()
        looking = asyncio.create_task(self._look())
        try:
            await self._pass(QUIET_MINUTES)
            await self._roll_out()
        except Stopped as stopped:
            self._server.route(0.0)
            self.outcome.ending, self.outcome.reason = stopped.ending, str(stopped)
            self._note(f"{stopped.ending}: {stopped}")
        self._watched = False
        await self._calm_down()
        looking.cancel()
        await self._callers.stop()
        self.outcome.statuses = self._callers.tally.statuses
        if self._failed_in_check is not None:
            self.outcome.failed_by_new = self._failed_by_new() - self._failed_in_check
        return self.outcome

    async def _roll_out(self) -> None:
        self._note("check before traffic")
        self._require(await asyncio.to_thread(check.before_traffic, self._plan, self._server), "refused before traffic")
        self._failed_in_check = self._failed_by_new()
        self._watched = True
        for step in self._plan.steps:
            self._server.route(step.share)
            self._note(f"{step.share:.0%} of traffic to the new version for {step.minutes} minutes")
            await self._pass(step.minutes)
        self._server.route(1.0)
        self._note("all traffic to the new version, check after traffic")
        self._require(
            await asyncio.to_thread(check.after_traffic, self._plan, self._server), "rolled back after traffic"
        )
        self._stop_if_ringing()
        self._note("promoted")

    async def _calm_down(self) -> None:
        """Callers go on, so that what comes after the rollout is seen too."""
        await self._pass(QUIET_MINUTES)
        while self._callers.tally.requests < self._at_least:
            await self._pass(1)

    async def _pass(self, minutes: float) -> None:
        end = self._clock.now() + minutes
        while self._clock.now() < end:
            self._stop_if_ringing()
            await asyncio.sleep(TICK_S)

    async def _look(self) -> None:
        """Every whole minute, take what CloudWatch would have of it, and look at the alarms while they count."""
        before, faults_before = self._server.status(), self._server_faults()
        for number in count(1):
            while self._clock.now() < number:
                await asyncio.sleep(TICK_S)
            after, faults = self._server.status(), self._server_faults()
            self.outcome.minutes.append(minute(before, after, NEW, server_faults=faults - faults_before))
            before, faults_before = after, faults
            if self._watched:
                self._ringing = [alarm.name for alarm in self._plan.alarms if alarm.rings(self.outcome.minutes)]

    def _stop_if_ringing(self) -> None:
        if self._watched and self._ringing:
            raise Stopped("rolled back", f"alarm {', '.join(self._ringing)}")

    def _require(self, verdict: Verdict, otherwise: Ending) -> None:
        if not verdict.passed:
            raise Stopped(otherwise, check.why(verdict, is_injected=self._is_injected))

    def _failed_by_new(self) -> int:
        return int(self._server.status()["versions"][NEW]["errors"]) + self._server_faults()

    def _server_faults(self) -> int:
        dimensions = {"service": self._plan.service, "version": NEW}
        return self._emitted.total(names.METRIC_NAMESPACE, names.METRIC_SERVER_FAULTS, dimensions)

    def _note(self, what: str) -> None:
        event = Event(round(self._clock.now(), 2), what)
        self.outcome.events.append(event)
        self._tell(f"{event.minute:7.2f}  {what}")
