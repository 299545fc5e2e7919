"""A run over a file: what is asked for is looked at first, then block after block is scored and written."""

import errno
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sparely.batch.blocks import FAULT_COLUMNS
from sparely.batch.flat import callers_columns
from sparely.batch.source import CutShort, TextFile, UnreadableFile
from sparely.batch.table import FORMATS, WrongTable, answer_names, described, format_of
from sparely.bundle import read_bundles
from sparely_toolkit.local.settings import FunctionSettings
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project
from sparely_toolkit.score.journal import Journal, Progress, fingerprint
from sparely_toolkit.score.workers import Target, Workers, working


class WrongCall(Problem):
    """What is asked for cannot be done."""

    exit_code = ExitCode.WRONG_CALL


class Unfinished(Problem):
    """The file ends before its end."""

    exit_code = ExitCode.NO


class RowsRefused(Problem):
    """Some rows have no answer."""

    exit_code = ExitCode.NO


class Stopped(Problem):
    """As many rows have no answer as the run was to stop at."""

    exit_code = ExitCode.NO


class NoRoom(Problem):
    """The tables cannot be written."""

    exit_code = ExitCode.LACKING


@dataclass(frozen=True, slots=True)
class Options:
    """
    What `sparely score` was asked for.

    Attributes:
        file: the table.
        output: for the answers; beside the file where there is none.
        keep: the file's columns that stand before the answers again; all where there is none.
        format: csv or jsonl; by the file's name where it is empty.
        separator: between a CSV's cells; found out where it is empty.
        jobs: processes.
        stop_at: refused rows that end the run; 0 for no end.
        force: whether answers that are there are written over.
    """

    file: Path
    output: Path | None = None
    keep: tuple[str, ...] | None = None
    format: str = ""
    separator: str = ""
    jobs: int = 1
    stop_at: int = 0
    force: bool = False


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
    """

    rows: int
    refused: int
    output: Path
    faults: Path
    seconds: float
    scored: int
    resumed: int


Watch = Callable[[Progress], None]
"""Is told after each block how far the run is."""


def target_of(project: Project, function: FunctionSettings, path: str) -> Target:
    """
    The models of `area/name`, or of an area, with what their callers get.

    Raises:
        WrongCall: the service has none of that name.
    """
    area, _, name = path.partition("/")
    columns = callers_columns(project.models, area, name)
    if not columns:
        bundles = read_bundles(project.models)
        known = sorted({each.area for each in bundles} | {each.path for each in bundles})
        raise WrongCall(f'There is no model "{path}" here; there is {", ".join(known)}.')
    return Target(function, area, name, columns)


def run(target: Target, options: Options, watch: Watch = lambda progress: None) -> Summary:
    """
    Score a file.

    Raises:
        RowsRefused: some rows have no answer; all others have.
        Problem: what is asked for cannot be done, or not to its end.
    """
    began = time.monotonic()
    form = _format(options)
    output, faults = _tables(options, form)
    if output.exists() and not options.force:
        raise WrongCall(f"{output} is there already; --force writes over it, --output names another.")
    if not options.file.is_file():
        raise WrongCall(f"{options.file}: no such file.")
    source = TextFile(options.file, has_quotes=form == "csv", separator=options.separator)
    with _readable(), working(target, options.jobs) as workers:
        told = described(source, form, options.keep, workers.wanted)
        head = workers.begin({**told, "packed": source.is_packed})
        run_of = {**fingerprint(options.file), **told, "versions": dict(workers.wanted.versions)}
        journal = Journal(output, faults, {**run_of, "columns": list(workers.wanted.columns)})
        progress = journal.begin(force=options.force)
        resumed = progress.rows + progress.refused
        try:
            for _ in _written(workers, source, journal, progress, head, is_csv=form == "csv"):
                watch(progress)
                if options.stop_at and progress.refused >= options.stop_at:
                    raise Stopped(
                        f"{progress.refused} rows have no answer, and --stop-at says {options.stop_at}: "
                        f"{journal.partial_faults} has them, {journal.partial} the {progress.rows} answers so far."
                    )
            journal.finish(has_faults=bool(progress.refused))
        except OSError as error:
            raise _no_room(error, output, progress) from None
    scored = progress.rows + progress.refused - resumed
    return Summary(progress.rows, progress.refused, output, faults, time.monotonic() - began, scored, resumed)


@contextmanager
def _readable() -> Iterator[None]:
    """Say as a problem what is wrong with the file."""
    try:
        yield
    except CutShort as error:
        raise Unfinished(str(error)) from None
    except (UnreadableFile, WrongTable) as error:
        raise WrongCall(str(error)) from None


def _written(
    workers: Workers, source: TextFile, journal: Journal, progress: Progress, head: bytes, *, is_csv: bool
) -> Iterator[None]:
    """Score what is left and write it down, block by block; `progress` says how far that is."""
    with closing(source.blocks(start=progress.read, first_line=progress.line, skip_head=is_csv)) as blocks:
        answers, faults = journal.files(progress)
        with answers, faults:
            if not progress.read:
                progress.answers += answers.write(head)
                progress.faults += faults.write(f"{','.join(FAULT_COLUMNS)}\n".encode())
            for scored in workers.score(blocks):
                progress.answers += answers.write(scored.answers)
                progress.faults += faults.write(scored.faults)
                answers.flush()
                faults.flush()
                progress.read, progress.rows = scored.block.end, progress.rows + scored.rows
                progress.refused += scored.refused
                progress.line = scored.block.first_line + (scored.block.content.count(b"\n") or bool(scored.faults))
                journal.note(progress)
                yield


def _format(options: Options) -> str:
    form = options.format or format_of(options.file.name)
    if not form:
        raise WrongCall(
            f"{options.file}: its name does not say how it is written; it ends with {', '.join(FORMATS)}, "
            "with or without .gz, or --format says it."
        )
    return form


def _tables(options: Options, form: str) -> tuple[Path, Path]:
    """Where the two tables go: `rows.scored.csv` and `rows.errors.csv` beside `rows.csv`."""
    answers, faults = answer_names(options.file.name, form)
    output = options.output or options.file.with_name(answers)
    if output.resolve() == options.file.resolve():
        raise WrongCall(f"{output} is the file itself; --output names another.")
    if not output.parent.is_dir():
        raise WrongCall(f"{output.parent}: no such folder.")
    return output, output.with_name(faults)


def _no_room(error: OSError, output: Path, progress: Progress) -> Problem:
    done = f"{progress.rows + progress.refused} rows are dealt with; the same command goes on from there"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoRoom(f"There is no room left for {output}: {done} once there is some.")
    return NoRoom(f"{output} cannot be written ({error.strerror}): {done}.")
