"""An object that one invocation cannot score, in ranges of whole records: cut, scored each by itself, put together."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import Any

from sparely.batch.aws.job import Job
from sparely.batch.aws.merging import Piece, pieces_of, put_together
from sparely.batch.aws.scoring import (
    FAULTS_HEAD,
    RESERVE_S,
    Clock,
    Counts,
    Table,
    TooBig,
    aborting,
    counted,
    file_of,
    manifest,
    peak_memory_mb,
    readable,
    score_blocks,
    table_of,
    write_manifest,
)
from sparely.batch.aws.store import THREADS, NotScored, Store, Writer
from sparely.batch.lacking import in_neither

RANGE_S = 60.0
"""What a range should take: long against an invocation's start, short against its end."""
LEAST_BYTES, MOST_BYTES = 16 << 20, 256 << 20
MOST_RANGES = 4_000
"""An upload has at most 10,000 parts, of which a range can need two."""
MOST_NAMED = 9


def split(job: Job, call: Mapping[str, Any], store: Store, clock: Clock, concurrency: int) -> dict[str, Any]:
    """
    Read an object once and write the list of its ranges; one that is there of the same run is taken as it is.

    Returns:
        Where the list is, how many of it may run at once, and what the next steps are called with.

    Raises:
        NotScored: it cannot be parted.
    """
    began = time.monotonic()
    ranges = f"{job.parts}ranges.json"
    if job.is_packed or job.head.size == 0:
        table_of(job, store)  # says what is wrong with an empty one
        raise NotScored(
            f"{store.name(job.head.key)}: what gzip has compressed cannot be parted; upload it uncompressed, or in "
            "several files."
        )
    if manifest(job, store):
        store.write(ranges, b"[]")
    elif store.read(ranges) is None:
        table = table_of(job, store)
        if table.source.is_packed:
            raise NotScored(f"{table.file} is compressed by gzip, whatever its name, and cannot be parted.")
        size = int(call.get("range_bytes") or _range_bytes(job, table))
        found = [*_ranges(job, table, max(size, -(-job.head.size // MOST_RANGES)), clock)]
        store.write(ranges, json.dumps(found).encode())
    return {
        "bucket": store.bucket,
        "list": ranges,
        "concurrency": concurrency,
        "began": time.time() - (time.monotonic() - began),
        "call": {
            **{name: value for name, value in call.items() if name not in ("step", "range")},
            "bucket": store.bucket,
            "etag": job.head.etag,
        },
    }


def score_range(job: Job, store: Store, part: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    """Score one range of the list; one that has been scored is left as it is."""
    number = part["number"]
    done = _key(job, "done", number)
    if known := store.read(done):
        return dict(json.loads(known))
    began = time.monotonic()
    table = table_of(job, store, part["end"])
    tables = (Writer(store, _key(job, "answers", number)), Writer(store, _key(job, "errors", number)))
    with aborting(*tables):
        outcome = score_blocks(job, table, tables, clock, first=(part["start"], part["line"]))
    document = {
        **counted(outcome.counts, time.monotonic() - began),
        "lacking": outcome.counts.lacking,
        "number": number,
        "peak_memory_mb": peak_memory_mb(),
        "bytes": outcome.answers.size,
        "sha256": outcome.answers.sha256,
    }
    store.write(done, json.dumps(document).encode())
    return document


def merge(job: Job, store: Store, began: float) -> dict[str, Any]:
    """
    Put the answers of all ranges together, write down what was done, and take the parts away.

    Raises:
        NotScored: a range has no answers.
    """
    if known := manifest(job, store):
        store.delete(_keys(job, known.get("ranges", ())))  # what a second map of the same has scored once more
        return _without_ranges(known)
    ranges = json.loads(store.read(f"{job.parts}ranges.json") or b"null")
    if ranges is None:
        raise NotScored(f"{store.name(job.parts)} has no list of ranges: start the map again.")
    with ThreadPoolExecutor(THREADS) as threads:
        found = [*threads.map(store.read, [_key(job, "done", each["number"]) for each in ranges])]
    if missing := [each["number"] for each, known in zip(ranges, found, strict=True) if not known]:
        shown = ", ".join(map(str, missing[:MOST_NAMED]))
        raise NotScored(
            f"{len(missing)} of {len(ranges)} ranges of {store.name(job.head.key)} have no answers ({shown}"
            f"{' and more' * (len(missing) > MOST_NAMED)}): start the map again, and only those are scored anew."
        )
    done = [json.loads(known) for known in found if known]
    head = table_of(job, store).form.head()
    parts = [Piece(_key(job, "answers", each["number"]), 0, each["bytes"]) for each in done if each["bytes"]]
    size = put_together(store, job.answers, head, pieces_of(parts, len(head)))
    lacking = reduce(in_neither, (each.get("lacking") for each in done), None)
    counts = Counts(sum(each["rows"] for each in done), sum(each["refused"] for each in done), lacking)
    errors = None
    if counts.refused:
        errors = file_of(store, job.faults, _errors(job, store, done))
    else:
        store.delete([job.faults])
    document = write_manifest(
        job,
        store,
        {
            **counted(counts, time.time() - began),
            "peak_memory_mb": max((each["peak_memory_mb"] for each in done), default=peak_memory_mb()),
            "answers": {"name": store.name(job.answers), "bytes": size},
            "errors": errors,
            "ranges": [{name: value for name, value in each.items() if name != "lacking"} for each in done],
        },
    )
    store.delete(_keys(job, done))
    return _without_ranges(document)


def _without_ranges(document: Mapping[str, Any]) -> dict[str, Any]:
    """What was done, short enough for a step's answer."""
    return {name: value for name, value in document.items() if name != "ranges"}


def _errors(job: Job, store: Store, done: Sequence[Mapping[str, Any]]) -> Any:
    faults = Writer(store, job.faults)
    with aborting(faults):
        faults.write(FAULTS_HEAD)
        for each in done:
            if each["refused"]:
                faults.write(store.read(_key(job, "errors", each["number"])) or b"")
        return faults.close()


def _ranges(job: Job, table: Table, size: int, clock: Clock) -> Iterator[dict[str, int]]:
    """Whole records, cut where their blocks end."""
    number, start, line, end, next_line = 0, 0, 1, 0, 1
    began, has_s = time.monotonic(), clock()
    with readable():
        for block in table.source.blocks():
            end = block.end
            next_line = block.first_line + (block.content.count(b"\n") or bool(block.fault))
            if end - start >= size:
                number += 1
                yield {"number": number, "start": start, "end": end, "line": line}
                start, line = end, next_line
            if clock() < RESERVE_S:
                raise TooBig(job, table.file, (time.monotonic() - began) / (end / job.head.size), has_s)
    if start < end:
        yield {"number": number + 1, "start": start, "end": end, "line": line}


def _range_bytes(job: Job, table: Table) -> int:
    """As much as takes a minute, by the time of the first block."""
    with readable():
        first = next(iter(table.source.blocks(skip_head=job.form == "csv")), None)
    if first is None or not first.content:
        return LEAST_BYTES
    began = time.monotonic()
    table.form.score(first.content, first.first_line)
    rate = len(first.content) / max(time.monotonic() - began, 1e-3)
    return min(max(int(rate * RANGE_S), LEAST_BYTES), MOST_BYTES)


def _key(job: Job, what: str, number: int) -> str:
    return f"{job.parts}{what}/{number:06}"


def _keys(job: Job, done: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for each in done:
        yield from (_key(job, what, each["number"]) for what in ("answers", "errors", "done"))
    yield f"{job.parts}ranges.json"
