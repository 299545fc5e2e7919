"""Processes that score parts side by side; their answers come in the order of the parts."""

import importlib.util
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import sparely_toolkit
from sparely_toolkit.local import sandbox
from sparely_toolkit.score.process import Scored, Target, Wanted, Worker
from sparely_toolkit.score.tables import Part

_AHEAD = 2
"""Parts a process that are read before the first of them is answered."""


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
        """Tell all how the file is written; gives what stands before all answers."""
        self._options = options
        for each in self._all:
            each.tell(options)
        return self._all[0].head()

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
                made.tell(self._options)
                self._all.append(made)
        made.greet()
        made.head()
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
