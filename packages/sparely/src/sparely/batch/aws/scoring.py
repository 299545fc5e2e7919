"""An object, or a range of one, through the models: blocks in, two tables out, and what was done written down."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sparely.batch.aws.job import LACKING_BY, Job
from sparely.batch.aws.store import Head, NotScored, ObjectFile, Store, Writer, Written
from sparely.batch.blocks import FAULT_COLUMNS, Csv, JsonLines
from sparely.batch.lacking import Lacking, in_neither, without
from sparely.batch.source import CutShort, TextFile, UnreadableFile
from sparely.batch.table import WrongTable, blocks_of, described
from sparely.handler.telemetry import FUNCTION_VERSION
from sparely.record import Record

FAULTS_HEAD = f"{','.join(FAULT_COLUMNS)}\n".encode()
PARQUET_MARK = b"PAR1"
RESERVE_S = 20.0
"""Left of an invocation's time for what ends it: the last parts, the table of faults, the manifest."""
SPARE = 0.9
"""The share of what is left that an estimate may take."""
DONE = "done"


class TooBig(Exception):
    """An invocation ends before the object would."""

    def __init__(self, job: Job, file: ObjectFile, needs_s: float, has_s: float) -> None:
        self.job = job
        minutes = max(needs_s / 60, 1)
        super().__init__(
            f"{file}, {file.head.size:,} bytes, would take about {minutes:,.0f} minute{'s' * (minutes >= 1.5)} at what "
            f"its first rows took, and an invocation has {has_s / 60:.0f}"
        )


class Table(Record):
    """A job's object as it is written, and what scores blocks of it."""

    source: TextFile
    form: Csv | JsonLines
    file: ObjectFile


class Counts(Record):
    """Rows answered, rows that are not, and features that none had; see `Scored`."""

    rows: int
    refused: int
    lacking: Lacking | None = None


class Outcome(Record):
    """The two tables, and how many rows stand in each."""

    answers: Written
    faults: Written
    counts: Counts


Clock = Callable[[], float]
"""Seconds that are left of the invocation."""


def table_of(job: Job, store: Store, end: int | None = None) -> Table:
    """
    Look at the head of an object.

    Raises:
        NotScored: there is no table in it that its models can be asked about.
    """
    file = store.file(job.head, end)
    with readable():
        if store.file(job.head).open("rb").read(len(PARQUET_MARK)) == PARQUET_MARK:
            raise UnreadableFile(file, "Parquet is not read here, whatever its name; save it as CSV or JSON lines")
        source = TextFile(file, has_quotes=job.form == "csv", separator=job.separator)
        description = described(source, job.form, job.asked, job.scorer)
    return Table(source, blocks_of(job.scorer, description), file)


@contextmanager
def readable() -> Iterator[None]:
    """
    Read an object.

    Raises:
        NotScored: nothing can be made of it.
    """
    try:
        yield
    except (UnreadableFile, WrongTable, CutShort) as error:
        raise NotScored(str(error)) from None


def score_object(job: Job, store: Store, clock: Clock) -> dict[str, Any]:
    """
    Score an object in this invocation; one that has been scored is left as it is.

    Returns:
        What was done, as its manifest has it.

    Raises:
        NotScored: nothing can be made of it.
        TooBig: it does not fit in what is left of the invocation; nothing is written then.
    """
    if known := manifest(job, store):
        return known
    began = time.monotonic()
    table = table_of(job, store)
    tables = (Writer(store, job.answers, packed=job.is_packed), Writer(store, job.faults))
    with aborting(*tables):
        tables[0].write(table.form.head())
        tables[1].write(FAULTS_HEAD)
        outcome = score_blocks(job, table, tables, clock, is_estimated=True)
    if not outcome.counts.refused:
        store.delete([job.faults])
    return write_manifest(
        job,
        store,
        {
            **counted(outcome.counts, time.monotonic() - began),
            "peak_memory_mb": peak_memory_mb(),
            "answers": file_of(store, job.answers, outcome.answers),
            "errors": file_of(store, job.faults, outcome.faults) if outcome.counts.refused else None,
        },
    )


def score_blocks(
    job: Job,
    table: Table,
    tables: tuple[Writer, Writer],
    clock: Clock,
    *,
    first: tuple[int, int] = (0, 1),
    is_estimated: bool = False,
    always_faults: bool = False,
) -> Outcome:
    """
    Score all blocks of a table from a byte and its line on, and end both tables.

    Args:
        is_estimated: whether it stops after its first block where the rest would not fit in the invocation.
        always_faults: whether there is a table of them in any case.

    Raises:
        TooBig: it does not fit.
    """
    answers, faults = tables
    rows = refused = 0
    lacking: Lacking | None = None
    began, has_s = time.monotonic(), clock()
    blocks = table.source.blocks(start=first[0], first_line=first[1], skip_head=job.form == "csv")
    with readable():
        for number, block in enumerate(blocks):
            if block.fault:
                refused += 1
                faults.write(block.fault)
            else:
                scored = table.form.score(block.content, block.first_line)
                answers.write(scored.answers)
                faults.write(scored.faults)
                rows, refused = rows + scored.rows, refused + scored.refused
                lacking = in_neither(lacking, scored.lacking)
            left, took = clock(), time.monotonic() - began
            share = max(table.file.position, 1) / max(table.file.end, 1)
            if (is_estimated and number == 0 and took / share > has_s * SPARE - RESERVE_S and share < 1) or (
                left < RESERVE_S and share < 1
            ):
                raise TooBig(job, table.file, took / share, has_s)
    if refused or always_faults:
        written_faults = faults.close()
    else:
        faults.abort()
        written_faults = Written(0, "")
    return Outcome(answers.close(), written_faults, Counts(rows, refused, lacking))


@contextmanager
def aborting(*writers: Writer) -> Iterator[None]:
    """Leave no half-written object where something fails."""
    try:
        yield
    except BaseException:
        for each in writers:
            each.abort()
        raise


def manifest(job: Job, store: Store) -> dict[str, Any] | None:
    """What was done of the same run before; None where it is not done, or its answers are gone."""
    found = store.read(job.manifest)
    try:
        known = json.loads(found) if found else {}
    except ValueError:
        return None
    if not isinstance(known, dict) or known.get("status") != DONE or known.get("run") != job.run:
        return None
    try:
        store.head(job.answers)
    except NotScored:
        return None
    return known


def write_manifest(job: Job, store: Store, members: Mapping[str, Any], status: str = DONE) -> dict[str, Any]:
    """Write down what was done; it is the last that is written of a run."""
    run = {"run": job.run, "model": job.path, "versions": dict(job.scorer.versions)}
    return write_document(store, job.manifest, job.head, status, {**run, **members})


def write_document(store: Store, key: str, head: Head, status: str, members: Mapping[str, Any]) -> dict[str, Any]:
    """The same of an object of which more may not be known."""
    named = {"name": store.name(head.key), "bytes": head.size, "etag": head.etag}
    document = {"status": status, "object": named, "function": FUNCTION_VERSION, **members}
    store.write(key, f"{json.dumps(document, indent=2, ensure_ascii=False)}\n".encode())
    return document


def counted(counts: Counts, seconds: float) -> dict[str, Any]:
    """How much was done in what time, and in a sentence what no row has, where there is something."""
    rate = round((counts.rows + counts.refused) / max(seconds, 1e-3))
    figures = {"rows": counts.rows, "refused": counts.refused, "seconds": round(seconds, 3), "rows_a_second": rate}
    sentence = without(counts.lacking, LACKING_BY)
    return {**figures, **({"lacking": sentence} if sentence else {})}


def peak_memory_mb() -> float:
    """Highest resident size of this process in MiB since its execution environment began."""
    import resource

    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def file_of(store: Store, key: str, written: Written) -> dict[str, Any]:
    """What a manifest says of a table."""
    return {"name": store.name(key), "bytes": written.size, "sha256": written.sha256}
