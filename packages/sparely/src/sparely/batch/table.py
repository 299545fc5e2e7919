"""How a table is written: its format by its name, its columns, and which of them stand before the answers again."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from sparely.batch.blocks import Csv, JsonLines, answer_columns, clashes
from sparely.batch.lacking import joined, listed, look_alikes, with_meant
from sparely.batch.scorer import Scorer
from sparely.batch.source import TextFile, UnreadableFile
from sparely.record import Record

FORMATS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
PACKED = ".gz"
NO_SEPARATORS = ('"', "\r", "\n")
CELL_BYTES, ANSWER_BYTES = 8, 20
"""About what a cell of a file takes, and one of an answer."""


class WrongTable(Exception):
    """The columns of a table are not those that were asked for."""


class Asked(Record):
    """
    What a caller asks for, and how it says so.

    Attributes:
        keep: the columns that stand before the answers; all where there is none.
        lacking: features that the table has not, though it may have them.
    """

    keep: Sequence[str] | None = None
    lacking: Sequence[str] = ()
    keep_by: str = "--keep {}"
    lacking_by: str = "--lacking {}"


class Wanted(Protocol):
    """What models say of themselves: a `Scorer`, or what a process that has one told of it."""

    @property
    def names(self) -> Sequence[str]:
        """The features of a row."""

    @property
    def needed(self) -> Sequence[str]:
        """Those without which no row is answered."""

    @property
    def columns(self) -> Sequence[str]:
        """Those of an answer."""

    @property
    def versions(self) -> Mapping[str, str]:
        """By model, which one answers."""


def answer_names(name: str, form: str) -> tuple[str, str]:
    """
    What the two tables are called: `rows.scored.csv` and `rows.errors.csv` of `rows.csv`.

    Of another than a `.csv` the faults are in `rows.jsonl.errors.csv`: tables of one folder that differ in their
    suffixes alone do not take each other's.
    """
    stem, suffix, packed = _parted(name)
    ending = name[len(stem) + len(suffix) :] if packed else ""
    return f"{stem}.scored{suffix or f'.{form}'}{ending}", f"{stem if name == f'{stem}.csv' else name}.errors.csv"


def format_of(name: str) -> str:
    """`csv` or `jsonl` by a file's name; nothing where it does not say so."""
    return FORMATS.get(_parted(name)[1].lower(), "")


def described(source: TextFile, form: str, asked: Asked, wanted: Wanted) -> dict[str, Any]:
    """
    How a table is written, for `blocks_of`.

    Args:
        form: csv or jsonl.

    Raises:
        UnreadableFile: it has no head, or one of which nothing can be asked.
        WrongTable: its columns are not those that were asked for, or its separator is none.
    """
    if form == "jsonl":
        _check_lacking(source.file, asked, wanted)
        kept = None if asked.keep is None else [*asked.keep]
        return {"format": form, "kept": kept, "lacking": [*asked.lacking]}
    if len(source.separator) > 1 or source.separator in NO_SEPARATORS:
        sentence = 'the "separator" is one character that is no quote and no line break'
        raise WrongTable(f"{source.file}: {sentence}, not {json.dumps(source.separator)}.")
    names = source.names(wanted.names)
    kept = kept_columns(source.file, names, asked, wanted, place="its first line")
    source.shrinks = max(1, len(wanted.columns) * ANSWER_BYTES // (len(names) * CELL_BYTES))
    return {"format": form, "names": names, "kept": kept, "separator": source.separator}


def kept_columns(
    file: object,
    names: Sequence[str],
    asked: Asked,
    wanted: Wanted,
    *,
    place: str = "it",
) -> list[str]:
    """
    The columns of a table that stand before the answers.

    Args:
        names: all that it has.
        place: where they stand, in sentences.

    Raises:
        UnreadableFile: it lacks columns, or has one twice.
        WrongTable: it has not those that are to be kept, they have the names of the answers' own, or what it is said
            to lack is not lacking.
    """
    known = {*names}
    _check_lacking(file, asked, wanted, known)
    _check_features(file, names, asked, wanted, place)
    twice = [name for name, count in Counter(names).items() if count > 1]
    kept = [*dict.fromkeys(names if asked.keep is None else asked.keep)]
    if doubled := [name for name in twice if name in {*wanted.names, *kept}]:
        raise UnreadableFile(file, f"{place} has {_listed(doubled)} twice")
    if unknown := [name for name in kept if name not in known]:
        raise WrongTable(f"{file} has no column {_listed(unknown)}; it has {_listed(names)}.")
    answers = answer_columns(wanted.columns, wanted.versions)
    if clash := clashes(kept, answers):
        example = next((name for name in names if name not in answers), names[0])
        raise WrongTable(
            f"{file} has a column {_listed(clash)}, as the answers have: name the columns to keep, as "
            f"{asked.keep_by.format(example)}."
        )
    return kept


def blocks_of(scorer: Scorer, description: Mapping[str, Any]) -> Csv | JsonLines:
    """What scores the blocks of a table that is so written."""
    if description["format"] == "csv":
        return Csv(scorer, description["names"], description["kept"], description["separator"])
    return JsonLines(scorer, description["kept"], description["lacking"])


def _check_lacking(file: object, asked: Asked, wanted: Wanted, known: Collection[str] = ()) -> None:
    """
    Look whether what a table is said to lack may be lacking.

    Raises:
        WrongTable: it may not.
    """
    may_be = [name for name in wanted.names if name not in wanted.needed]
    for name in asked.lacking:
        if name not in may_be:
            others = f"only {_listed(may_be)} may" if may_be else "no feature may"
            raise WrongTable(f'{file}: "{name}" cannot be lacking; {others}.')
        if name in known:
            raise WrongTable(f'{file}: "{name}" is not lacking; leave out {asked.lacking_by.format(name)}.')


def _check_features(file: object, names: Sequence[str], asked: Asked, wanted: Wanted, place: str) -> None:
    """
    Look whether a table has all features, but for those that it is said to lack.

    Raises:
        UnreadableFile: it lacks others.
    """
    absent = [name for name in wanted.names if name not in {*names, *asked.lacking}]
    if not absent:
        return
    found = look_alikes(absent, {*names} - {*wanted.names})
    if missing := {name: meant for name, meant in found.items() if name in wanted.needed}:
        raise UnreadableFile(file, f"{place} lacks {with_meant(missing)}, without which no row is answered")
    mend = "rename the column" if any(found.values()) else "name a column so"
    allowed = asked.lacking_by.format(joined([*asked.lacking, *absent]))
    reason = f"{place} lacks {with_meant(found)}, which would be null in every row"
    raise UnreadableFile(file, f"{reason}; {mend}, or {allowed} allows it")


def _parted(name: str) -> tuple[str, str, bool]:
    """A file's name without what says how it is written, that suffix, and whether it says that it is compressed."""
    packed = name.lower().endswith(PACKED)
    plain = name[: -len(PACKED)] if packed else name
    stem, dot, suffix = plain.rpartition(".")
    return (stem, dot + suffix, packed) if stem else (plain, "", packed)


def _listed(names: Sequence[str]) -> str:
    return listed([f'"{name}"' for name in names])
