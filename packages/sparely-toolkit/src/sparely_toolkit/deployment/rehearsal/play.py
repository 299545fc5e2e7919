"""The play itself: callers all along, then check, steps under alarms, check; promotion or the way back."""

import asyncio
import time
from collections import deque
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
        requests_a_minute: of callers; None for as many as are answered.
        delay: minutes after a minute's end when CloudWatch has its figures.
        ringing: an alarm that rings from the beginning on.
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
        requests_a_minute: float | None = None,
        delay: float = 0,
        ringing: str | None = None,
        tell: Callable[[str], None],
    ) -> None:
        self._plan = plan
        self._server = server
        self._at_least = at_least
        self._is_injected = is_injected
        self._tell = tell
        self._clock = Clock(minute_s)
        pause_s = None if requests_a_minute is None else minute_s / requests_a_minute
        self._callers = Callers(server.url, plan.models, pause_s=pause_s)
        self._delay = delay
        self._always = [] if ringing is None else [ringing]
        self._emitted = EmittedMetrics(server.log)
        # What the new version failed before callers reached it; None as long as they do not.
        self._failed_in_check: int | None = None
        self._watched = False
        self._shifts = self._is_over = False
        # What is wrong with a golden row that was asked while traffic moved.
        self._wrong: tuple[str, ...] = ()
        self._ringing: list[str] = [*self._always]
        # When CloudWatch has the figures of how many minutes.
        self._looks: deque[tuple[float, int]] = deque()
        self.outcome = Outcome(plan.rollout)

    async def play(self) -> Outcome:
        """Play to the end; the alias is then where CodeDeploy would leave it."""
        await self._callers.start()
        looking = asyncio.create_task(self._look())
        try:
            await self._pass(QUIET_MINUTES + self._delay)
            await self._roll_out()
        except Stopped as stopped:
            self._server.route(0.0)
            self.outcome.ending, self.outcome.reason = stopped.ending, str(stopped)
            self._note(f"{stopped.ending}: {stopped}")
        self._watched = self._shifts = False
        await self._calm_down()
        looking.cancel()
        await self._callers.stop()
        self.outcome.statuses = self._callers.tally.statuses
        if self._failed_in_check is not None:
            self.outcome.failed_by_new = self._failed_by_new() - self._failed_in_check
        return self.outcome

    async def _roll_out(self) -> None:
        if self._ringing:
            names = ", ".join(self._ringing)
            raise Stopped("not started", f"alarm {names} rings already, and CodeDeploy starts nothing while one does")
        self._note("check before traffic")
        self._require(await asyncio.to_thread(check.before_traffic, self._plan, self._server), "refused before traffic")
        self._failed_in_check = self._failed_by_new()
        self._watched = self._shifts = True
        before = self._seen_by_new()
        asking = asyncio.create_task(self._ask_golden_rows())
        try:
            for step in self._plan.steps:
                self._server.route(step.share)
                self._note(f"{step.share:.0%} of traffic to the new version for {step.minutes} minutes")
                await self._pass(step.minutes)
        finally:
            self._shifts = False
            await asking
            self.outcome.seen_by_new = self._seen_by_new() - before
        self._stop_if_ringing()
        self._server.route(1.0)
        self._note("all traffic to the new version, check after traffic")
        self._require(
            await asyncio.to_thread(check.after_traffic, self._plan, self._server), "rolled back after traffic"
        )
        self._stop_if_ringing()
        self._note("promoted")

    async def _ask_golden_rows(self) -> None:
        """As the check before traffic goes on to do on AWS, where it is asked to."""
        if not (self._plan.asks and self._plan.steps):
            return
        shift = await asyncio.to_thread(
            check.while_shifting,
            self._plan,
            self._server,
            minute_s=self._clock.minute_s,
            goes_on=lambda: self._shifts,
        )
        self._note(shift.summary(NEW))
        self._wrong = shift.findings

    async def _calm_down(self) -> None:
        """Callers go on, so that what comes after the rollout is seen too."""
        self._is_over = self.outcome.promoted
        await self._pass(QUIET_MINUTES + self._delay)
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
            self._looks.append((number + self._delay, number))
            while self._looks and self._looks[0][0] <= self._clock.now():
                known = self.outcome.minutes[: self._looks.popleft()[1]]
                rings = [alarm.name for alarm in self._plan.alarms if alarm.rings(known)]
                self._ringing = [*self._always, *(name for name in rings if name not in self._always)]
                if self._is_over:
                    self.outcome.rang_late |= {*rings}

    def _stop_if_ringing(self) -> None:
        if not self._watched:
            return
        if self._wrong:
            raise Stopped("rolled back", f"golden row asked meanwhile, {self._wrong[0]}")
        if self._ringing:
            raise Stopped("rolled back", f"alarm {', '.join(self._ringing)}")

    def _require(self, verdict: Verdict, otherwise: Ending) -> None:
        if not verdict.passed:
            raise Stopped(otherwise, check.why(verdict, is_injected=self._is_injected))
        self._note(verdict.extent)

    def _failed_by_new(self) -> int:
        return int(self._server.status()["versions"][NEW]["errors"]) + self._server_faults()

    def _seen_by_new(self) -> int:
        return int(self._server.status()["versions"][NEW]["invocations"])

    def _server_faults(self) -> int:
        dimensions = {"service": self._plan.service, "version": NEW}
        return self._emitted.total(names.METRIC_NAMESPACE, names.METRIC_SERVER_FAULTS, dimensions)

    def _note(self, what: str) -> None:
        event = Event(round(self._clock.now(), 2), what)
        self.outcome.events.append(event)
        self._tell(f"{event.minute:7.2f}  {what}")
