"""A run over a file: what is asked for is looked at first, then block after block is scored and written."""

import errno
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely.batch.blocks import FAULT_COLUMNS
from sparely.batch.flat import columns_of
from sparely.bundle import Bundle, read_bundles, read_golden_service
from sparely_toolkit.local.settings import FunctionSettings
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project
from sparely_toolkit.score.journal import Journal, Progress, fingerprint
from sparely_toolkit.score.source import TextFile, UnreadableFile
from sparely_toolkit.score.workers import Target, Wanted, Workers, working

FORMATS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
OK = 200


class WrongCall(Problem):
    """What is asked for cannot be done."""

    exit_code = ExitCode.WRONG_CALL


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
    bundles = read_bundles(project.models)
    asked = [each for each in bundles if each.area == area and name in ("", each.name)]
    if not asked:
        known = sorted({each.area for each in bundles} | {each.path for each in bundles})
        raise WrongCall(f'There is no model "{path}" here; there is {", ".join(known)}.')
    own = read_golden_service(project.models).get(path, {})
    documents = [answer.document for answer in own.values() if answer.status == OK]
    return Target(function, area, name, {each.name: _columns(each, documents) for each in asked})


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
        raise UnreadableFile(options.file, "no such file")
    source = TextFile(options.file, has_quotes=form == "csv", separator=options.separator)
    with working(target, options.jobs) as workers:
        told = _told(source, form, options, workers.wanted)
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


def _told(source: TextFile, form: str, options: Options, wanted: Wanted) -> dict[str, Any]:
    """How the file is written, for those who score it."""
    if form == "jsonl":
        return {"format": form, "kept": None if options.keep is None else [*options.keep]}
    names = source.names(wanted.names)
    missing = [name for name in wanted.needed if name not in names]
    if missing:
        raise UnreadableFile(options.file, f"its first line lacks {_listed(missing)}, without which no row is answered")
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    kept = [*dict.fromkeys(names)] if options.keep is None else [*options.keep]
    if doubled := [name for name in twice if name in wanted.names or name in kept]:
        raise UnreadableFile(options.file, f"its first line has {_listed(doubled)} twice")
    if unknown := [name for name in kept if name not in names]:
        raise WrongCall(f"{options.file} has no column {_listed(unknown)}; it has {_listed(names)}.")
    answers = {*wanted.columns, "version", *(f"{name}.version" for name in wanted.versions)}
    if clash := [name for name in kept if name in answers]:
        raise WrongCall(
            f"{options.file} has a column {_listed(clash)}, as the answers have: name the columns to keep, as "
            f"--keep {next((name for name in names if name not in answers), names[0])}."
        )
    return {"format": form, "names": names, "kept": kept, "separator": source.separator}


def _format(options: Options) -> str:
    name = options.file.name.removesuffix(".gz").removesuffix(".GZ")
    form = options.format or FORMATS.get(Path(name).suffix.lower(), "")
    if not form:
        raise WrongCall(
            f"{options.file}: its name does not say how it is written; it ends with {', '.join(FORMATS)}, "
            "with or without .gz, or --format says it."
        )
    return form


def _tables(options: Options, form: str) -> tuple[Path, Path]:
    """Where the two tables go: `rows.scored.csv` and `rows.errors.csv` beside `rows.csv`."""
    file = options.file
    packed = file.name.lower().endswith(".gz")
    plain = Path(file.name[:-3] if packed else file.name)
    suffix = plain.suffix or f".{form}"
    output = options.output or file.with_name(f"{plain.stem}.scored{suffix}{'.gz' if packed else ''}")
    if output.resolve() == file.resolve():
        raise WrongCall(f"{output} is the file itself; --output names another.")
    if not output.parent.is_dir():
        raise WrongCall(f"{output.parent}: no such folder.")
    return output, output.with_name(f"{plain.stem}.errors.csv")


def _columns(bundle: Bundle, documents: Sequence[Any]) -> tuple[str, ...]:
    """The columns of a model's answers, by its golden rows."""
    own = [
        row
        for document in documents
        if isinstance(document, Mapping) and isinstance(predictions := document.get("predictions"), Mapping)
        for row in predictions.get(bundle.name, ())
        if isinstance(row, Mapping)
    ]
    return columns_of([*bundle.predictions, *own])


def _listed(names: Sequence[str], most: int = 9) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _no_room(error: OSError, output: Path, progress: Progress) -> Problem:
    done = f"{progress.rows + progress.refused} rows are dealt with; the same command goes on from there"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoRoom(f"There is no room left for {output}: {done} once there is some.")
    return NoRoom(f"{output} cannot be written ({error.strerror}): {done}.")
