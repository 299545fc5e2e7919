"""What is to be scored: an object with the models, columns and names that follow from where it lies."""

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sparely.batch.aws.store import Head, NotScored, Store
from sparely.batch.flat import callers_columns
from sparely.batch.scorer import Scorer
from sparely.batch.table import FORMATS, PACKED, Asked, answer_names, format_of
from sparely.handler.errors import ServiceError
from sparely.record import Record
from sparely.service import Service

MEMBERS = {"step", "bucket", "key", "model", "keep", "lacking", "separator", "format", "etag", "range", "range_bytes"}
PARQUET = ".parquet"
WRITTEN = re.compile(r"\.parts/|(\.scored\.\w+(\.gz)?|\.errors\.csv|\.manifest\.json)$", re.IGNORECASE)
"""In the keys of what is written of an object."""
KEEP_BY = "--metadata keep={}"
LACKING_BY = """--metadata '{{"lacking": "{}"}}'"""
"""In JSON, for `lacking=a,b` is to the AWS CLI a list of two members."""


class Settings(Record):
    """
    Of the function, from its environment.

    Attributes:
        input: what the keys of objects begin with that are scored.
        output: what those of answers begin with.
        map: ARN of the state machine that scores what one invocation cannot.
        concurrency: invocations at once by that.
        release: of the package.
    """

    bucket: str
    input: str
    output: str
    map: str
    concurrency: int
    release: str

    @classmethod
    def read(cls) -> "Settings":
        """As template.yaml sets them."""
        get = os.environ.get
        most, reserved = int(get("BATCH_CONCURRENCY", "5")), int(get("BATCH_RESERVED", "-1"))
        return cls(
            bucket=get("BATCH_BUCKET", ""),
            input=get("BATCH_INPUT", "in/"),
            output=get("BATCH_OUTPUT", "out/"),
            map=get("BATCH_MAP", ""),
            # One is left to objects that are uploaded meanwhile.
            concurrency=most if reserved < 0 else max(min(most, reserved - 1), 1),
            release=get("RELEASE_ID", ""),
        )

    def is_answer(self, key: str) -> bool:
        """Whether a key is of what was written here, where that lies below what is scored: it would never end."""
        is_below = self.output.startswith(self.input) and key.startswith(self.output)
        return is_below and bool(WRITTEN.search(key))


class WrongCall(NotScored):
    """What asks for it is wrong, and says nothing of the object."""


class Job(Record):
    """
    One object.

    Attributes:
        path: `area/model`, or an area.
        asked: the columns that stand before the answers, and the features that it may lack.
        form: csv or jsonl.
        separator: between a CSV's cells; found out where it is empty.
        scorer: of its models.
        answers: key of the table of answers.
        faults: key of that of faults.
        manifest: key of what was done.
        parts: what the keys of ranges' answers begin with.
        run: names all that the answers depend on: an equal one has equal answers.
    """

    head: Head
    path: str
    asked: Asked
    form: str
    separator: str
    scorer: Scorer
    answers: str
    faults: str
    manifest: str
    parts: str
    run: str

    @property
    def is_packed(self) -> bool:
        """Whether its name says that it is compressed."""
        return self.head.key.lower().endswith(PACKED)


def job_of(call: Mapping[str, Any], store: Store, service: Service, settings: Settings) -> Job:
    """
    Find out what there is to do.

    Args:
        call: `key`, and what differs from what its place and its metadata say.

    Raises:
        WrongCall: it asks for something else than a table below `settings.input` as it is now.
        NotScored: nothing can be done with it.
    """
    _check(call)
    key = call["key"]
    if settings.is_answer(key):
        raise WrongCall(f"{store.name(key)} is what was written here, which is not scored again.")
    if not key.startswith(settings.input):
        raise WrongCall(f'{store.name(key)}: what is scored begins with "{settings.input}" there.')
    rest = key.removeprefix(settings.input)
    folder, _, name = rest.rpartition("/")
    form = call.get("format") or _format(store.name(key), name)
    head = store.head(key)
    if call.get("etag", head.etag) != head.etag:
        raise WrongCall(f"{store.name(key)} has changed since the map began with it: start the map again.")
    area, _, model = (path := call.get("model") or _model(folder, service, settings)).partition("/")
    try:
        scorer = Scorer(service, area, model, _columns(service.models, area, model))
    except ServiceError as error:
        raise NotScored(f"{store.name(key)}: {error.detail}") from None
    kept, lacking = _names("keep", call, head), _names("lacking", call, head) or ()
    separator = call.get("separator") or head.told.get("separator", "")
    answers, faults = answer_names(name, form)
    start = _start(folder, settings)
    told = [head.etag, head.size, path, kept, lacking, separator, form]
    told += [dict(scorer.versions), scorer.columns, settings.release]
    run = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
    return Job(
        head=head,
        path=path,
        asked=Asked(kept, lacking, KEEP_BY, LACKING_BY),
        form=form,
        separator=separator,
        scorer=scorer,
        answers=start + answers,
        faults=start + faults,
        manifest=manifest_of(key, settings),
        parts=f"{start}{_stem(faults)}.parts/{run}/",
        run=run,
    )


def manifest_of(key: str, settings: Settings) -> str:
    """The key of what was done with an object, whatever is in it."""
    folder, _, name = key.removeprefix(settings.input).rpartition("/")
    return f"{_start(folder, settings)}{_stem(answer_names(name, '')[1])}.manifest.json"


def _start(folder: str, settings: Settings) -> str:
    return f"{settings.output}{folder}/" if folder else settings.output


def _stem(faults: str) -> str:
    return faults.removesuffix(".errors.csv")


def _names(member: str, call: Mapping[str, Any], head: Head) -> tuple[str, ...] | None:
    """A list of names, of the call or beside the object; None where neither has one."""
    names = call[member] if member in call else head.told.get(member)
    return None if names is None else tuple(filter(None, names.split(",") if isinstance(names, str) else names))


@lru_cache
def _columns(models: str, area: str, model: str) -> Mapping[str, Sequence[str]]:
    return callers_columns(models, area, model)


def _check(call: Mapping[str, Any]) -> None:
    if unknown := [name for name in call if name not in MEMBERS]:
        raise WrongCall(f'"{unknown[0]}" is nothing that can be asked for; {", ".join(sorted(MEMBERS))} are.')
    for name in ("bucket", "key", "model", "separator", "format", "etag"):
        if not isinstance(call.get(name, ""), str):
            raise WrongCall(f'"{name}" is a text.')
    for member, what in (("keep", "columns"), ("lacking", "features")):
        names = call.get(member) or ()
        if not isinstance(names, str) and not (
            isinstance(names, list | tuple) and all(isinstance(each, str) for each in names)
        ):
            raise WrongCall(f'"{member}" is a list of {what}.')
    if call.get("format", "csv") not in ("csv", "jsonl"):
        raise WrongCall('"format" is csv or jsonl.')
    if not isinstance(call.get("range_bytes", 1), int):
        raise WrongCall('"range_bytes" is a number of bytes.')


def _format(name: str, file: str) -> str:
    if file.lower().endswith(PARQUET):
        raise NotScored(
            f"{name}: Parquet is not read here, for what reads it is larger than this package; `make score` does, or "
            "save it as CSV or JSON lines."
        )
    form = format_of(file)
    if not form:
        known: Sequence[str] = [*FORMATS]
        raise NotScored(
            f"{name}: its name does not say how it is written; it ends with {', '.join(known)}, with or without .gz."
        )
    return form


def _model(folder: str, service: Service, settings: Settings) -> str:
    """`area/model` by the folders of a key; the area alone where there is but one folder."""
    area, _, below = folder.partition("/")
    if not area:
        known = ", ".join(f"{settings.input}{each}/" for each in service.registry.areas)
        raise NotScored(
            f"The object lies in no model's folder: {settings.input}AREA/MODEL/ asks a model, {known} all of an area."
        )
    return f"{area}/{below.partition('/')[0]}" if below else area
