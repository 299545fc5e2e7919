"""Processes that score parts side by side; their answers come in the order of the parts."""

import fcntl
import importlib.util
import json
import os
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import sparely
import sparely_toolkit
from sparely_toolkit.local import sandbox
from sparely_toolkit.local.process import peak_mb
from sparely_toolkit.local.settings import FunctionSettings
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.score import worker
from sparely_toolkit.score.tables import Part

_SHOWN_LOG = 400
_PIPE_BYTES = 1 << 20
"""So much lies in a pipe before a process waits for its reader: of blocks two, of answers most of one."""
_AHEAD = 2
"""Parts a process that are read before the first of them is answered."""


class NotScored(Problem):
    """The models cannot be asked, or a process that did so has ended."""

    exit_code = ExitCode.NO


@dataclass(frozen=True, slots=True)
class Target:
    """
    Which models are asked.

    Attributes:
        function: the built function whose package has them.
        area: theirs.
        model: one of the area; empty for all of them.
        columns: by model, the columns of what callers get.
        types: by model, what stands in them.
    """

    function: FunctionSettings
    area: str
    model: str
    columns: Mapping[str, Sequence[str]]
    types: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What the models say of themselves.

    Attributes:
        names: the features of a row.
        needed: those without which no row is answered.
        columns: those of an answer.
        versions: by model, which one answers.
    """

    names: tuple[str, ...]
    needed: tuple[str, ...]
    columns: tuple[str, ...]
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scored:
    """A part with what has become of it: as much of the two tables, and how many rows stand in each."""

    part: Part
    answers: bytes | memoryview
    faults: bytes | memoryview
    rows: int
    refused: int


class Worker:
    """One process; it ends with its block `with`."""

    def __init__(self, target: Target, client: Path, columnar: Path | None, log: Path) -> None:
        """
        Start it; `greet` waits until it has opened the models.

        Args:
            client: a folder with AWS' runtime client, beside which the package runs on Lambda.
            columnar: one with what `columnar` needs.
            log: where it prints to.
        """
        self._log = log
        reader, writer = os.pipe()
        prepared = sandbox.prepare(target.function, "$LATEST", client)
        python, *options = prepared.command[: prepared.command.index("-m")]
        asked = [target.function.handler, target.area, target.model, json.dumps(dict(target.columns))]
        call = [*asked, str(writer), sparely.__path__[0], str(columnar or "")]
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [python, *options, worker.__file__, *call],
                cwd=prepared.folder,
                # Without a pool of its own Arrow gives back what it does not need; one thread needs one heap.
                env={**prepared.variables, "ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1"},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                pass_fds=[writer],
                start_new_session=True,  # Ctrl-C reaches this process alone, which ends it
            )
        os.close(writer)
        self._stdin, self._answers = cast(BinaryIO, self._process.stdin), os.fdopen(reader, "rb")
        for each in (self._stdin, self._answers):
            with suppress(AttributeError, OSError):  # on Linux, up to what the system allows
                fcntl.fcntl(each, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)

    def greet(self) -> Wanted:
        """
        What the models say of themselves; asked once, before all else.

        Raises:
            NotScored: it does not start, or has no such models.
        """
        known = json.loads(self._read())
        if "error" in known:
            raise NotScored(known["error"])
        names, needed, columns = (tuple(known[each]) for each in ("names", "needed", "columns"))
        return Wanted(names, needed, columns, dict(known["versions"]))

    def begin(self, options: Mapping[str, Any]) -> bytes:
        """Tell how the file is written; gives what stands before all answers."""
        worker.write_frame(self._stdin, json.dumps(options).encode())
        return self._read()

    def score(self, part: Part) -> Scored:
        """
        Score one part.

        Raises:
            NotScored: the process has ended.
        """
        try:
            worker.write_frame(self._stdin, worker.LINE.pack(part.first_line), part.content)
        except OSError:
            raise self._ended() from None
        frame = memoryview(self._read())
        answers, faults, rows, refused = worker.NUMBERS.unpack_from(frame)
        content = frame[worker.NUMBERS.size :]
        return Scored(part, content[:answers], content[answers : answers + faults], rows, refused)

    @property
    def peak_memory_mb(self) -> int:
        """The highest resident size of the process so far, in MB of 2**20 bytes; 0 where the system does not tell."""
        try:
            with open(f"/proc/{self._process.pid}/status", "rb") as status:  # noqa: PTH123 a descriptor is wanted
                return peak_mb(status.fileno()) or 0
        except OSError:
            return 0

    def close(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        with suppress(OSError):  # what it did not read is still to be sent
            self._stdin.close()
        self._answers.close()

    def _read(self) -> bytes:
        frame = worker.read_frame(self._answers)
        if frame is None:
            raise self._ended()
        return frame

    def _ended(self) -> NotScored:
        code = self._process.wait()
        lines = self._log.read_text("utf-8", errors="replace").strip().splitlines() or [""]
        how = f"was killed by signal {-code}" if code < 0 else f"ended with {code}"
        return NotScored(f"The process that asks the models {how}: {lines[-1][:_SHOWN_LOG] or 'it said nothing'}")


class Workers:
    """Several processes of the same models, each with a thread that waits for it."""

    def __init__(self, start: Callable[[str], Worker], jobs: int) -> None:
        """
        Args:
            start: makes one, whose log bears the name that it is given.
        """
        self._start, self._jobs = start, jobs
        self._all: list[Worker] = []
        self._new: list[Worker] = []
        self._idle: list[Worker] = []
        self._lock = threading.Lock()
        self._options: Mapping[str, Any] = {}

    def start(self, count: int) -> Wanted:
        """Start processes side by side, wait for the first and `greet` it; others follow where they are needed."""
        for number in range(min(max(count, 1), self._jobs)):
            self._all.append(self._start(f"{number}"))
        first, *self._new = self._all
        wanted = first.greet()
        self._idle.append(first)
        return wanted

    @property
    def peak_memory_mb(self) -> int:
        """The highest of all; 0 where the system does not tell."""
        return max(each.peak_memory_mb for each in self._all)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._all)

    def begin(self, options: Mapping[str, Any]) -> bytes:
        """Tell how the file is written; gives what stands before all answers."""
        self._options = options
        return self._all[0].begin(options)

    def score(self, parts: Iterable[Part]) -> Iterator[Scored]:
        """Score parts side by side, in order; no more of them are held than the processes have to do."""
        waiting: deque[Future[Scored]] = deque()
        with ThreadPoolExecutor(self._jobs) as threads:
            try:
                for part in parts:
                    waiting.append(threads.submit(self._score, part))
                    if len(waiting) >= self._jobs * _AHEAD:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for each in waiting:
                    each.cancel()

    def close(self) -> None:
        """End all processes."""
        for each in self._all:
            each.close()

    def _score(self, part: Part) -> Scored:
        if part.fault:
            return Scored(part, b"", part.fault, 0, 1)
        each = self._take()
        try:
            return each.score(part)
        finally:
            with self._lock:
                self._idle.append(each)

    def _take(self) -> Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            if self._new:
                made = self._new.pop()
            else:
                made = self._start(f"{len(self._all)}")
                self._all.append(made)
        made.greet()
        made.begin(self._options)
        return made


@contextmanager
def working(target: Target, jobs: int) -> Iterator[Workers]:
    """
    Have processes of a built package at hand.

    Raises:
        NotScored: it does not start, or has no such models.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="score-")))
        client = folder / "client"
        client.mkdir()
        sandbox.link_runtime_client(client)
        columnar = _linked(folder / "columnar")
        workers = Workers(lambda name: Worker(target, client, columnar, folder / f"{name}.log"), jobs)
        stack.callback(workers.close)
        yield workers


def _linked(folder: Path) -> Path | None:
    """A folder with links to pyarrow and the toolkit, where pyarrow is installed."""
    if not importlib.util.find_spec("pyarrow"):
        return None
    folder.mkdir()
    sandbox.link_packages(folder, ["pyarrow"])
    (folder / sparely_toolkit.__name__).symlink_to(Path(sparely_toolkit.__file__).parent)
    return folder
