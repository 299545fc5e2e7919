"""What a run has written so far, so that one that was interrupted goes on without a row lost or twice."""

import errno
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sparely.batch.lacking import Lacking
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.score.places import check_free, unfinished

FINGERPRINT_BYTES = 1 << 16


class OfAnotherRun(Problem):
    """What lies half written is not of this file, these models or these options."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, partial: Path) -> None:
        super().__init__(
            f"{partial} is the beginning of another run: the file, the models or the options have changed; "
            "--force begins anew."
        )


class NoBeginning(Problem):
    """What lies where a run would write is of no run."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is there already and is no beginning of a run; --force writes over it, --output names another."
        )


class UnderWay(Problem):
    """Another process writes the same tables."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, output: Path) -> None:
        super().__init__(f"{output} is being written by another run; wait for its end, or --output names another.")


@dataclass(slots=True)
class Progress:
    """
    How far a run is.

    Attributes:
        read: bytes of the uncompressed file, or rows of Parquet, that are dealt with.
        line: the number of the next line or row.
        answers: bytes of the table of answers that are right.
        faults: bytes of that of faults.
        rows: rows answered.
        refused: rows that have no answer.
        passed: how much of the file as it lies that is; see `tables.Part`.
        lacking: features that no row so far had; see `sparely.batch.blocks.Scored`.
    """

    read: int = 0
    line: int = 1
    answers: int = 0
    faults: int = 0
    rows: int = 0
    refused: int = 0
    passed: int = 0
    lacking: Lacking | None = None


class Journal:
    """
    The two tables as they are written, beside a file that says how much of them is right: a line for each part.

    They get their names at the end; what lies there half written is no table that anybody would take for one. The file
    is locked from `begin` to `close`, so that no two runs write the same tables.
    """

    def __init__(self, output: Path, faults: Path, run: Mapping[str, Any]) -> None:
        """
        Args:
            run: what a run is of; one that is of something else does not go on from here.
        """
        self.output, self.faults = output, faults
        self.partial, self.partial_faults, self._state, _ = unfinished(output)
        self._run = dict(run)
        self._notes: BinaryIO | None = None

    def begin(self, *, force: bool) -> Progress:
        """
        Find out how far an earlier run of the same came.

        Raises:
            OfAnotherRun: what lies there is of another one.
            NoBeginning: it is of none.
            UnderWay: another process writes it.
        """
        is_new = not self._state.exists()
        self._notes = notes = self._locked()
        first, *noted = [b""] if force else notes.read().split(b"\n")
        if not force:
            self._check_own(first, is_new=is_new)
        progress = self._last(noted)
        if progress and first != self._of_run():
            raise OfAnotherRun(self.partial)
        if not progress:
            self._discard()
            progress = Progress()
            notes.truncate(0)
            notes.write(self._of_run() + b"\n")
        self.note(progress)  # after a note that was half written
        return progress

    def files(self, progress: Progress) -> tuple[BinaryIO, BinaryIO]:
        """The two tables, cut to what is right of them."""
        opened = []
        for path, size in ((self.partial, progress.answers), (self.partial_faults, progress.faults)):
            file = path.open("ab")
            file.truncate(size)
            opened.append(file)
        return opened[0], opened[1]

    def note(self, progress: Progress) -> None:
        """Write down how far it is: a line that is whole, or that nobody heeds."""
        if self._notes:
            self._notes.write(b"\n" + json.dumps(asdict(progress)).encode() + b"\n")

    def finish(self, assemble: Callable[[Path, Path], object], *, has_faults: bool, force: bool) -> None:
        """
        Give the tables their names; without faults there is no table of them.

        Args:
            assemble: makes the table of answers of what was written of it.
            force: whether what is there goes.

        Raises:
            InTheWay: something has come there meanwhile; both tables stay as they are.
        """
        if not force:
            check_free(self.output, self.faults)
        assemble(self.partial, self.output)
        if has_faults:
            self.partial_faults.replace(self.faults)
        else:
            self.partial_faults.unlink(missing_ok=True)
            if force:
                self.faults.unlink(missing_ok=True)
        self._state.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave it to whoever goes on."""
        if self._notes:
            self._notes.close()

    def _locked(self) -> BinaryIO:
        """The notes, for this process alone."""
        notes = self._state.open("a+b", buffering=0)
        try:
            fcntl.flock(notes, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                notes.close()
                raise UnderWay(self.output) from None
            # Not every network's disk has locks.
        notes.seek(0)
        return notes

    def _of_run(self) -> bytes:
        return json.dumps(self._run, sort_keys=True).encode()

    def _check_own(self, first: bytes, *, is_new: bool) -> None:
        """Look whether what lies there was written by a run, before any of it goes."""
        if first and not _is_of_run(first):
            raise NoBeginning(self._state)
        for each in (self.partial, self.partial_faults):
            if not first and os.path.lexists(each):
                if is_new:
                    self._state.unlink(missing_ok=True)
                raise NoBeginning(each)

    def _last(self, noted: list[bytes]) -> Progress | None:
        """The last note of which the tables have all: a machine that goes down may lose the end of them."""
        answers, faults = _size(self.partial), _size(self.partial_faults)
        for line in reversed(noted):
            with suppress(ValueError, TypeError):
                progress = Progress(**json.loads(line))
                if progress.answers <= answers and progress.faults <= faults:
                    return progress
        return None

    def _discard(self) -> None:
        for each in (self.partial, self.partial_faults):
            each.unlink(missing_ok=True)


def fingerprint(file: Path) -> dict[str, Any]:
    """What tells a file from another of its name, without reading all of it."""
    status = status_of(file)
    with file.open("rb") as content:
        start = hashlib.sha256(content.read(FINGERPRINT_BYTES)).hexdigest()
    return {"file": str(file.resolve()), **status, "start": start}


def status_of(file: Path) -> dict[str, int]:
    """What is another as soon as somebody writes to a file or puts one in its place; nothing where there is none."""
    try:
        status = file.stat()
    except OSError:
        return {}
    return {"bytes": status.st_size, "changed": status.st_mtime_ns, "inode": status.st_ino}


def _is_of_run(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
