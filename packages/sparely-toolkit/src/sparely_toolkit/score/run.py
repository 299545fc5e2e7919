"""A run over a file: what is asked for is looked at first, then block after block is scored and written."""

import errno
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely.batch.blocks import FAULT_COLUMNS
from sparely.batch.lacking import Lacking, in_neither
from sparely.batch.source import BLOCK_BYTES, CutShort, UnreadableFile
from sparely.batch.table import PACKED, Asked, WrongTable
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.score.asked import Options, written_as
from sparely_toolkit.score.journal import Journal, Progress, fingerprint, status_of
from sparely_toolkit.score.pace import Step
from sparely_toolkit.score.places import WrongCall, tables_of
from sparely_toolkit.score.process import Target
from sparely_toolkit.score.tables import PARQUET, Table, check_name, table_of
from sparely_toolkit.score.workers import Workers, working


class Unfinished(Problem):
    """The file ends before its end."""

    exit_code = ExitCode.NO


class RowsRefused(Problem):
    """Some rows have no answer."""

    exit_code = ExitCode.NO


class Stopped(Problem):
    """As many rows have no answer as the run was to stop at."""

    exit_code = ExitCode.NO


class Changed(WrongCall):
    """The file is no longer what it was when the run began."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file} has changed while it was scored, so the answers would be of two files; --force begins anew when "
            "it is whole."
        )


class NoRoom(Problem):
    """The tables cannot be written."""

    exit_code = ExitCode.LACKING


@dataclass(frozen=True, slots=True)
class Summary:
    """
    What a run has done.

    Attributes:
        rows: answered.
        refused: not answered.
        output: the table of answers.
        faults: that of faults, where there are any.
        seconds: since this start of it.
        scored: rows since this start of it.
        resumed: rows that an earlier start had dealt with.
        processes: that scored side by side.
        peak_memory_mb: of one of them, in MB of 2**20 bytes; 0 where the system does not tell.
        lacking: of JSON lines, features that no row had; None where there is no row, or columns say it.
    """

    rows: int
    refused: int
    output: Path
    faults: Path
    seconds: float
    scored: int
    resumed: int
    processes: int
    peak_memory_mb: int
    lacking: Lacking | None


Watch = Callable[[Step], object]
"""Is told after each part how far the run is."""


def run(
    target: Target,
    options: Options,
    watch: Watch = lambda step: None,
    tell: Callable[[str], object] = lambda sentence: None,
) -> Summary:
    """
    Score a file.

    Args:
        watch: is told after each part how far the run is.
        tell: is told beforehand what it will take, where that depends on the file.

    Raises:
        RowsRefused: some rows have no answer; all others have.
        Problem: what is asked for cannot be done, or not to its end.
    """
    began = time.monotonic()
    form = written_as(options)
    if options.output:
        check_name(options.output, options.file, form)
    output, faults = tables_of(options.file, options.output, form, force=options.force)
    if not options.file.is_file():
        raise WrongCall(f"{options.file}: no such file.")
    with _readable(), working(target, options.jobs) as workers:
        wanted = workers.start(-(-options.file.stat().st_size // BLOCK_BYTES))
        known = fingerprint(options.file)
        table = table_of(options.file, form, options.separator, target.types)
        told = {
            **table.described(Asked(options.keep, options.lacking), wanted),
            "packed": form != PARQUET and output.suffix.lower() == PACKED,
        }
        if need := table.need():
            tell(need)
        head = workers.begin(told)
        run_of = {**known, **told, "versions": dict(wanted.versions)}
        journal = Journal(output, faults, {**run_of, "columns": list(wanted.columns)})
        progress = Progress()
        resumed = 0
        try:
            progress = journal.begin(force=options.force)
            resumed = progress.rows + progress.refused
            with _unchanged(options.file, known):
                for step in _written(workers, table, journal, progress, head):
                    watch(step)
                    if options.stop_at and progress.refused >= options.stop_at:
                        raise Stopped(
                            f"{progress.refused} rows have no answer, and --stop-at says {options.stop_at}: "
                            f"{journal.partial_faults} has them, {journal.partial} the {progress.rows} answers so far."
                        )
            journal.finish(table.finish, has_faults=bool(progress.refused), force=options.force)
        except OSError as error:
            raise _no_room(error, output, progress) from None
        finally:
            journal.close()
        processes, peak_memory_mb = workers.count, workers.peak_memory_mb
    return Summary(
        rows=progress.rows,
        refused=progress.refused,
        output=output,
        faults=faults,
        seconds=time.monotonic() - began,
        scored=progress.rows + progress.refused - resumed,
        resumed=resumed,
        processes=processes,
        peak_memory_mb=peak_memory_mb,
        lacking=progress.lacking,
    )


@contextmanager
def _readable() -> Iterator[None]:
    """Say as a problem what is wrong with the file."""
    try:
        yield
    except CutShort as error:
        raise Unfinished(str(error)) from None
    except (UnreadableFile, WrongTable) as error:
        raise WrongCall(str(error)) from None


@contextmanager
def _unchanged(file: Path, known: Mapping[str, Any]) -> Iterator[None]:
    """
    Look whether a file that has been read is still what it was, also where it could not be read to its end.

    Raises:
        Changed: it is not.
    """
    try:
        yield
    except (CutShort, UnreadableFile):
        _check_unchanged(file, known)
        raise
    _check_unchanged(file, known)


def _check_unchanged(file: Path, known: Mapping[str, Any]) -> None:
    now = status_of(file)
    if not now or any(known[name] != value for name, value in now.items()):
        raise Changed(file)


def _written(workers: Workers, table: Table, journal: Journal, progress: Progress, head: bytes) -> Iterator[Step]:
    """Score what is left and write it down, part by part; `progress` says how far that is."""
    began, resumed, passed = time.monotonic(), progress.rows + progress.refused, progress.passed
    with closing(table.parts(progress.read, progress.line)) as parts:
        answers, faults = journal.files(progress)
        with answers, faults:
            if not progress.faults:
                progress.answers += answers.write(head)
                progress.faults += faults.write(f"{','.join(FAULT_COLUMNS)}\n".encode())
            for scored in workers.score(parts):
                progress.answers += answers.write(scored.answers)
                progress.faults += faults.write(scored.faults)
                answers.flush()
                faults.flush()
                progress.read, progress.line = scored.part.end, scored.part.next_line
                progress.rows, progress.refused = progress.rows + scored.rows, progress.refused + scored.refused
                progress.passed = scored.part.passed
                progress.lacking = in_neither(progress.lacking, scored.lacking)
                journal.note(progress)
                done = progress.rows + progress.refused
                seconds = time.monotonic() - began
                yield Step(done, done - resumed, seconds, progress.passed, progress.passed - passed, table.size)


def _no_room(error: OSError, output: Path, progress: Progress) -> Problem:
    done = f"{progress.rows + progress.refused} rows are dealt with; the same command goes on from there"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoRoom(f"There is no room left for {output}: {done} once there is some.")
    return NoRoom(f"{output} cannot be written ({error.strerror}): {done}.")
