"""A process that scores parts in an interpreter that sees the built package alone."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import sparely
from sparely.batch.lacking import Lacking
from sparely_toolkit.local import sandbox
from sparely_toolkit.local.process import peak_mb
from sparely_toolkit.local.settings import FunctionSettings
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.score import worker
from sparely_toolkit.score.tables import Part

_SHOWN_LOG = 400
_PIPE_BYTES = 1 << 20
"""So much lies in a pipe before a process waits for its reader: of blocks two, of answers most of one."""


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
    """
    A part with what has become of it: as much of the two tables, and how many rows stand in each.

    Features that no row had are those of `sparely.batch.blocks.Scored`.
    """

    part: Part
    answers: bytes | memoryview
    faults: bytes | memoryview
    rows: int
    refused: int
    lacking: Lacking | None = None


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
        if sys.platform == "linux":
            for each in (self._stdin, self._answers):
                with suppress(OSError):  # the system allows less
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

    def tell(self, options: Mapping[str, Any]) -> None:
        """Say how the file is written, whether it has been greeted or not; it gets ready meanwhile."""
        with suppress(OSError):  # whoever reads from it next is told that it has ended, and why
            worker.write_frame(self._stdin, json.dumps(options).encode())

    def head(self) -> bytes:
        """What stands before all answers."""
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
        end = answers + faults
        lacking = json.loads(bytes(content[end:]) or b"null")
        return Scored(part, content[:answers], content[answers:end], rows, refused, lacking)

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
