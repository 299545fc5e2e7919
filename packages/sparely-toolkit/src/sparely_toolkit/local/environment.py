"""One execution environment: a runtime client and its Runtime API, taking one invocation at a time."""

import asyncio
import time
from collections.abc import Callable

from sparely_toolkit.local.invocation import InitFailure, Invocation, Outcome, Status, Undelivered, error_payload
from sparely_toolkit.local.memory import MemoryLimit
from sparely_toolkit.local.process import RuntimeProcess
from sparely_toolkit.local.reaper import Reaper
from sparely_toolkit.local.report import Log
from sparely_toolkit.local.runtime_api import RuntimeApiConnection
from sparely_toolkit.local.sandbox import NoArtifact, Sandbox

OUT_OF_MEMORY = "Runtime.OutOfMemory"
_BURIAL_TRIES, _BURIAL_S = 40, 0.025


class ExecutionEnvironment:
    """
    Starts, serves invocations one after the other, and ends.

    Args:
        on_ready: called when the runtime asks for work after an invocation.
        on_gone: called once when the process has ended, wanted or not.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        *,
        memory_mb: int,
        limit: MemoryLimit,
        log: Log,
        reaper: Reaper,
        on_ready: Callable[["ExecutionEnvironment"], None],
        on_gone: Callable[["ExecutionEnvironment"], None],
    ) -> None:
        self.idle_since = 0.0
        self._sandbox = sandbox
        self._memory_mb = memory_mb
        self._limit = limit
        self._log = log
        self._on_ready = on_ready
        self._on_gone = on_gone
        self._process = RuntimeProcess(reaper=reaper, on_output=log.output, on_exit=self._exited)
        self._runtime_api: asyncio.Server | None = None
        self._connections: list[RuntimeApiConnection] = []
        self._started_at = 0.0
        self._init_ms: float | None = None
        self._initialized: asyncio.Future[InitFailure | None] = asyncio.get_running_loop().create_future()
        self._waiting: RuntimeApiConnection | None = None
        self._delivering: RuntimeApiConnection | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._current: Invocation | None = None
        self._killed_for = ""
        self._peak_mb: int | None = None

    @property
    def pid(self) -> int:
        """The runtime client's process id."""
        return self._process.pid

    @property
    def printed(self) -> str:
        """The last lines that the function printed."""
        return "".join(self._process.recent)

    async def start(self, limit_s: float) -> InitFailure | None:
        """Start the process and wait until it asks for work; give what went wrong, or None."""
        loop = asyncio.get_running_loop()
        # Known here before it is waited for: whoever is cancelled meanwhile leaves no socket behind.
        self._runtime_api = await loop.create_server(self._connect, "127.0.0.1", 0, start_serving=False)
        port = self._runtime_api.sockets[0].getsockname()[1]
        await self._runtime_api.start_serving()
        self._started_at = time.monotonic()
        try:
            await self._process.start(self._limit.command(self._sandbox.command), self._sandbox, f"127.0.0.1:{port}")
        except OSError as error:
            folder = self._sandbox.folder
            self._log.say(str(NoArtifact(folder)) if not folder.is_dir() else f"{folder} cannot be started: {error}.")
            return self._failed_init("error", "Runtime.InvalidEntrypoint", f"Error: {error}")
        await asyncio.wait([self._initialized], timeout=limit_s)
        if self._initialized.done():
            return self._initialized.result()
        self._initialized.cancel()
        self._process.kill()
        return self._failed_init("timeout", "", f"Error: Task timed out after {limit_s:.2f} seconds")

    async def invoke(self, invocation: Invocation) -> Outcome:
        """
        Hand over an event and wait for its end; a timeout kills the environment.

        Raises:
            Undelivered: the environment was gone, or went before it had read the event.
        """
        connection, self._waiting = self._waiting, None
        if connection is None or not connection.connected or not self._process.alive:
            raise Undelivered
        self._current = invocation
        self._delivering = connection
        invocation.delivered_at = time.monotonic()
        connection.deliver(invocation)
        self._timer = asyncio.get_running_loop().call_later(invocation.timeout_s, self._time_out, invocation)
        return await invocation.ended

    def check_memory(self) -> None:
        """Kill the environment when it has held more memory than the function has and the kernel lets it."""
        if self._limit.watched and self._current is not None and self._above_memory():
            self._kill(OUT_OF_MEMORY)

    async def stop(self) -> None:
        """End the process, whatever it does, and its Runtime API."""
        self._process.kill()
        if self._runtime_api is not None:  # first, for a loop that ends does not wait for the process
            self._runtime_api.close()
        await self._process.ended()
        for connection in self._connections:
            connection.close()
        for _ in range(_BURIAL_TRIES):
            if self._limit.close():
                break
            await asyncio.sleep(_BURIAL_S)

    def _connect(self) -> RuntimeApiConnection:
        self._connections.append(RuntimeApiConnection(self))
        return self._connections[-1]

    # What the Runtime API calls, in the order of an invocation.

    def next(self, connection: RuntimeApiConnection) -> None:
        """Take note that the runtime wants an event."""
        self._waiting = connection
        self._stop_timer()
        if not self._initialized.done():
            self._init_ms = self._since_start_ms()
            self._initialized.set_result(None)
        else:
            self._on_ready(self)

    def respond(self, request_id: str, payload: bytes) -> bool:
        """Take the answer of the invocation that runs; False when it is another's."""
        return self._finish(request_id, "success", payload, "")

    def fail(self, request_id: str, payload: bytes, error_type: str) -> bool:
        """Take the error of the invocation that runs; False when it is another's."""
        return self._finish(request_id, "error", payload, error_type)

    def fail_init(self, payload: bytes, error_type: str) -> None:
        """Take the error that ends the init."""
        self._process.drain()
        if not self._initialized.done():
            self._initialized.set_result(InitFailure("error", error_type, payload, self._since_start_ms()))

    def _finish(self, request_id: str, status: Status, payload: bytes, error_type: str) -> bool:
        invocation = self._current
        if invocation is None or invocation.request_id != request_id or invocation.ended.done():
            return False
        if self._above_memory() and self._limit.watched:
            # On Lambda it would not have lived to answer: the kernel kills at the limit, this looks in steps.
            self._kill(OUT_OF_MEMORY)
            return False
        self._process.drain()
        self._end(invocation, status, payload, error_type, survives=True)
        return True

    def _time_out(self, invocation: Invocation) -> None:
        """End an invocation that lasts too long; it lasts until the runtime asks for the next, answered or not."""
        if invocation.ended.done():
            self._process.kill()
            return
        self._above_memory()
        self._process.drain()
        self._process.kill()
        text = f"Error: Task timed out after {invocation.timeout_s:.2f} seconds"
        payload = error_payload("Sandbox.Timedout", f"RequestId: {invocation.request_id} {text}")
        self._end(invocation, "timeout", payload, "Sandbox.Timedout", survives=False)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _exited(self, code: int) -> None:
        self._stop_timer()
        message = f"Error: Runtime exited {_reason(code)}"
        if self._limit.exceeded():
            self._killed_for = OUT_OF_MEMORY
        error_type = self._killed_for or "Runtime.ExitError"
        if not self._initialized.done():
            self._initialized.set_result(self._failed_init("error", error_type, message))
        if self._current is not None and not self._current.ended.done():
            self._fail_current(self._current, error_type, message)
        self._on_gone(self)

    def _fail_current(self, invocation: Invocation, error_type: str, message: str) -> None:
        if self._delivering is not None and self._delivering.left_unread:
            invocation.ended.set_exception(Undelivered())
            return
        if self._killed_for == OUT_OF_MEMORY:
            self._peak_mb = self._memory_mb
        payload = error_payload(error_type, f"RequestId: {invocation.request_id} {message}")
        self._end(invocation, "error", payload, error_type, survives=False)

    def _end(self, invocation: Invocation, status: Status, payload: bytes, error_type: str, *, survives: bool) -> None:
        taken_s = time.monotonic() - invocation.delivered_at if invocation.delivered_at else 0.0
        outcome = Outcome(
            status=status,
            payload=payload,
            duration_ms=taken_s * 1000,
            error_type=error_type,
            peak_memory_mb=self._peak_mb,
            init_ms=self._init_ms,
            runtime_survives=survives,
        )
        self._init_ms = None
        self._current = None
        invocation.ended.set_result(outcome)

    def _above_memory(self) -> bool:
        peak = self._process.peak_memory_mb()
        if peak is not None:
            self._peak_mb = peak
        return peak is not None and peak > self._memory_mb

    def _kill(self, reason: str) -> None:
        self._killed_for = reason
        self._process.kill()

    def _failed_init(self, status: Status, error_type: str, message: str) -> InitFailure:
        payload = error_payload(error_type or "Sandbox.Timedout", message)
        return InitFailure(status, error_type, payload, self._since_start_ms())

    def _since_start_ms(self) -> float:
        return (time.monotonic() - self._started_at) * 1000


def _reason(code: int) -> str:
    if code == 0:
        return "without providing a reason"
    return f"with error: {f'exit status {code}' if code > 0 else f'signal: {_SIGNALS.get(-code, -code)}'}"


# Go's names, which Lambda's message uses.
_SIGNALS = {6: "aborted", 9: "killed", 11: "segmentation fault", 15: "terminated"}
