"""The execution environments of one version of a function: which one takes an event, when one starts or ends."""

import asyncio
import time
from dataclasses import replace

from sparely_toolkit.local.availability import Availability
from sparely_toolkit.local.environment import ExecutionEnvironment
from sparely_toolkit.local.figures import Figures
from sparely_toolkit.local.host import Host, Throttled
from sparely_toolkit.local.invocation import InitFailure, Invocation, Outcome, Undelivered
from sparely_toolkit.local.request import new_request_id
from sparely_toolkit.local.sandbox import Sandbox
from sparely_toolkit.local.settings import FunctionSettings

_MEMORY_STEP_S = 0.05


class Pool:
    """Starts environments on demand, reuses the one that was busy last, ends those that idle."""

    def __init__(self, function: FunctionSettings, sandbox: Sandbox, *, version: str, host: Host) -> None:
        self.function = function
        self.version = version
        self._sandbox = sandbox
        self._host = host
        self._all: set[ExecutionEnvironment] = set()
        self._available = Availability()
        self._endings: set[asyncio.Task[None]] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._figures = Figures()
        self._running = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    @property
    def figures(self) -> Figures:
        """Counts since the start."""
        self._figures.environments = len(self._all)
        self._figures.idle = len(self._available)
        return self._figures

    def start(self) -> None:
        """Begin to look after memory and idle environments."""
        self._tasks = [asyncio.create_task(self._watch_memory()), asyncio.create_task(self._reap_idle())]

    async def stop(self) -> None:
        """End every environment."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for environment in tuple(self._all):
            self._dismiss(environment)
        await asyncio.gather(*self._endings)

    async def invoke(self, event: bytes, *, invoked_arn: str, trace_id: str) -> Outcome:
        """
        Run one event to its end.

        Raises:
            Throttled: the concurrency limit is reached.
        """
        try:
            self._host.concurrency.enter()
        except Throttled:
            if not self._figures.throttles:
                limit = self._host.concurrency.limit
                self._host.log.say(f"Throttled, as from now on when more than {limit} invocations run at once.")
            self._figures.throttles += 1
            raise
        self._running += 1
        self._quiet.clear()
        try:
            invocation = Invocation(
                new_request_id(), event, self.function.timeout_s, invoked_arn=invoked_arn, trace_id=trace_id
            )
            outcome = await self._run(invocation)
        finally:
            self._host.concurrency.leave()
            self._running -= 1
            if not self._running:
                self._quiet.set()
        self._count(outcome)
        return outcome

    async def warm(self, environments: int = 1) -> bool:
        """Start environments before they are needed; False when one of them fails to start."""
        started = await asyncio.gather(*(self._warm_one() for _ in range(environments)))
        return all(started)

    async def _warm_one(self) -> bool:
        environment, failure = await self._cold_start(self._host.init_limit_s, phase="init")
        if failure is None:
            self._ready(environment)
        return failure is None

    async def retire(self) -> None:
        """Let what runs finish, then end every environment; nobody invokes this version any more."""
        await self._quiet.wait()
        await self.stop()

    async def _run(self, invocation: Invocation) -> Outcome:
        while True:
            environment = await self._available.take()
            if environment is None:
                environment, failure = await self._cold_start(self._host.init_limit_s, phase="init")
                if failure is not None:
                    return await self._second_init(invocation)
            self._host.log.start(invocation.request_id, self.version)
            try:
                outcome = await self._invoke(environment, invocation)
            except Undelivered:
                invocation = replace(invocation, ended=asyncio.get_running_loop().create_future())
                continue
            self._report(invocation, outcome)
            return outcome

    async def _invoke(self, environment: ExecutionEnvironment, invocation: Invocation) -> Outcome:
        outcome = await environment.invoke(invocation)
        if outcome.runtime_survives and environment in self._all:
            self._available.answered(environment)
        else:
            self._dismiss(environment)
        return outcome

    async def _cold_start(self, limit_s: float, *, phase: str) -> tuple[ExecutionEnvironment, InitFailure | None]:
        environment = ExecutionEnvironment(
            self._sandbox,
            memory_mb=self.function.memory_mb,
            limit=self._host.memory(self.function.memory_mb),
            log=self._host.log,
            reaper=self._host.reaper,
            on_ready=self._ready,
            on_gone=self._dismiss,
        )
        self._all.add(environment)
        self._figures.cold_starts += 1
        failure = await environment.start(limit_s)
        if failure is not None:
            self._host.log.init_failed(phase, failure, environment.printed)
            self._dismiss(environment)
        return environment, failure

    async def _second_init(self, invocation: Invocation) -> Outcome:
        """
        Try once more after a failed init, within the function's timeout, as a part of the invocation.

        Source: docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html, "Failures during the
        Init phase"; in logs that users show, both INIT_REPORT lines stand before START.
        """
        began = time.monotonic()
        environment, failure = await self._cold_start(invocation.timeout_s, phase="invoke")
        spent_ms = (time.monotonic() - began) * 1000
        self._host.log.start(invocation.request_id, self.version)
        if failure is not None:
            outcome = Outcome(failure.status, failure.payload, spent_ms, error_type=failure.error_type)
        else:
            invocation = replace(invocation, timeout_s=max(0.0, invocation.timeout_s - spent_ms / 1000))
            outcome = await self._invoke(environment, invocation)
            outcome = replace(outcome, duration_ms=outcome.duration_ms + spent_ms, init_ms=None)
        self._report(invocation, outcome)
        return outcome

    def _count(self, outcome: Outcome) -> None:
        figures = self._figures
        figures.invocations += 1
        figures.errors += outcome.status != "success"
        figures.durations.add(outcome.duration_ms)
        figures.peak_memory_mb = max(figures.peak_memory_mb, outcome.peak_memory_mb or 0)
        if outcome.init_ms is not None:
            figures.inits.add(outcome.init_ms)

    def _report(self, invocation: Invocation, outcome: Outcome) -> None:
        self._host.log.end(
            invocation.request_id,
            outcome,
            memory_mb=self.function.memory_mb,
            timeout_s=self.function.timeout_s,
        )

    def _ready(self, environment: ExecutionEnvironment) -> None:
        if environment in self._all:
            self._available.free(environment)

    def _dismiss(self, environment: ExecutionEnvironment) -> None:
        if environment not in self._all:
            return
        self._all.discard(environment)
        self._available.lost(environment)
        ending = asyncio.create_task(environment.stop())
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    async def _watch_memory(self) -> None:
        while True:
            await asyncio.sleep(_MEMORY_STEP_S)
            for environment in tuple(self._all):
                environment.check_memory()

    async def _reap_idle(self) -> None:
        while True:
            await asyncio.sleep(self._host.idle_s / 4)
            oldest = time.monotonic() - self._host.idle_s
            for environment in self._available.idle_before(oldest):
                self._dismiss(environment)
