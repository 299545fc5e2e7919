"""One operating system process of the runtime client: its start, its output, its memory, its end."""

import asyncio
import contextlib
import os
import signal
from collections import deque
from collections.abc import Callable

from sparely_toolkit.local.reaper import Reaper
from sparely_toolkit.local.sandbox import Sandbox

_KEPT_LINES = 60
_LONGEST_LINE = 256 * 1024
"""
Bytes of a line, as of an event in CloudWatch Logs; what is longer is shown as several.

Source: docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
"""
_CHUNK, _CHUNKS = 65536, 16
"""A pipe holds one chunk; after some of them others have their turn, however fast the process prints."""


class RuntimeProcess:
    """
    A process in a session of its own, so that Ctrl-C reaches the server alone and children end with it.

    Args:
        on_output: called with whole lines of what the process prints.
        on_exit: called once with the return code, negative for a signal, after the last output.
    """

    def __init__(
        self,
        *,
        reaper: Reaper,
        on_output: Callable[[str], None],
        on_exit: Callable[[int], None],
    ) -> None:
        self.recent: deque[str] = deque(maxlen=_KEPT_LINES)
        self._reaper = reaper
        self._on_output = on_output
        self._on_exit = on_exit
        self._partial = bytearray()
        self._reader = -1
        self._process: asyncio.subprocess.Process | None = None
        self._status = -1
        self._watcher: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The process id, which is also the number of its group."""
        assert self._process is not None
        return self._process.pid

    async def start(self, command: tuple[str, ...], sandbox: Sandbox, runtime_api: str) -> None:
        """Start the runtime client against a Runtime API at `host:port`."""
        self._reader, writer = os.pipe()
        os.set_blocking(self._reader, False)
        try:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                cwd=sandbox.folder,
                env={**sandbox.variables, "AWS_LAMBDA_RUNTIME_API": runtime_api},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writer,
                stderr=writer,
                start_new_session=True,
            )
        except BaseException:
            os.close(self._reader)
            raise
        finally:
            os.close(writer)
        self._reaper.watch(self.pid)
        self._status = _open_status(self.pid)
        asyncio.get_running_loop().add_reader(self._reader, self.drain)
        self._watcher = asyncio.create_task(self._watch())

    def drain(self) -> None:
        """Take what the process has printed so far, so that it is shown before the lines that follow it."""
        for _ in range(_CHUNKS):
            if self._reader < 0:
                return
            try:
                chunk = os.read(self._reader, _CHUNK)
            except BlockingIOError:
                return
            if not chunk:
                self._close_reader()
                return
            self._take(chunk)

    def kill(self) -> None:
        """End the process and its children at once; `on_exit` follows."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    async def ended(self) -> None:
        """Wait until the process is gone and `on_exit` has been called."""
        if self._watcher is not None:
            await asyncio.shield(self._watcher)

    def peak_memory_mb(self) -> int | None:
        """Give the highest resident size so far in MB, where the system tells it (Linux)."""
        return peak_mb(self._status) if self._status >= 0 else None

    @property
    def alive(self) -> bool:
        """Tell whether the process runs, from the system: its end may not be known here yet."""
        if not hasattr(os, "waitid"):  # on macOS before Python 3.13
            return _is_running(self.pid)
        try:
            return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        except ChildProcessError:
            return False

    async def _watch(self) -> None:
        assert self._process is not None
        code = await self._process.wait()
        self.kill()  # children that the function left behind
        self.drain()
        self._flush_partial()
        self._close_reader()
        self._close_status()
        self._reaper.forget(self.pid)
        self._on_exit(code)

    def _take(self, chunk: bytes) -> None:
        """Show whole lines, and what a line has beyond the longest that a log takes as one of its own."""
        whole, newline, rest = chunk.rpartition(b"\n")
        if newline:
            self._show(bytes(self._partial + whole + newline))
            self._partial.clear()
        self._partial += rest
        if len(self._partial) > _LONGEST_LINE:
            self._flush_partial()

    def _flush_partial(self) -> None:
        if self._partial:
            self._show(bytes(self._partial) + b"\n")
            self._partial.clear()

    def _show(self, data: bytes) -> None:
        # The runtime client joins the lines of a traceback by carriage returns, for CloudWatch.
        text = data.decode("utf-8", "replace").replace("\r", "\n")
        self.recent.extend(text.splitlines(keepends=True))
        self._on_output(text)

    def _close_status(self) -> None:
        if self._status >= 0:
            os.close(self._status)
            self._status = -1

    def _close_reader(self) -> None:
        if self._reader >= 0:
            asyncio.get_running_loop().remove_reader(self._reader)
            os.close(self._reader)
            self._reader = -1


def _is_running(pid: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _open_status(pid: int) -> int:
    """Open the kernel's figures of a process once; each read gives those of that moment."""
    try:
        return os.open(f"/proc/{pid}/status", os.O_RDONLY)
    except OSError:
        return -1


def peak_mb(status: int) -> int | None:
    """The highest resident size in MB that an open /proc/PID/status tells; None where it tells none."""
    try:
        text = os.pread(status, 4096, 0)
    except OSError:
        return None
    _, name, rest = text.partition(b"VmHWM:")
    return -(-int(rest.split(None, 1)[0]) // 1024) if name else None
