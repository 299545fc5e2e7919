"""A block of a file, of whole records, scored: what comes out is a block of the table of answers and one of faults."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from sparely.batch.cells import read_column, reader
from sparely.batch.lacking import Lacking, in_neither, look_alikes
from sparely.batch.scorer import Cells, Refused, Scorer
from sparely.handler.body import read_text
from sparely.handler.errors import Fault, NotJson, quote
from sparely.handler.response import encode
from sparely.handler.values import is_unicode
from sparely.record import Record

ROWS = 1_000
"""As many go to the models at once: what a request may hold, and too few to need memory."""
LONGEST_RECORD = 6_000_000
"""Bytes of a record; a request of more would not reach the function either."""
NOT_UTF8 = "is not UTF-8: convert the file (iconv -f WINDOWS-1252 -t UTF-8)"
FAULT_COLUMNS = ("line", "pointer", "detail")

Numbered: TypeAlias = tuple[int, Any]


class Scored(Record):
    """
    What a block has become.

    Attributes:
        answers: lines of the table of answers, in UTF-8.
        faults: lines of a CSV of `FAULT_COLUMNS`, in UTF-8.
        rows: how many were answered.
        refused: how many were not.
        lacking: of JSON lines, features that no row had; None where there is no row, or columns say it.
    """

    answers: bytes
    faults: bytes
    rows: int
    refused: int
    lacking: Lacking | None = None


class Csv:
    """Cells between separators, quoted where they must be; see RFC 4180."""

    def __init__(self, scorer: Scorer, names: Sequence[str], kept: Sequence[str], separator: str) -> None:
        """
        Args:
            names: the file's own columns in order.
            kept: those that stand before the answers again.
        """
        csv.field_size_limit(LONGEST_RECORD)
        self._scorer, self._names, self._separator = scorer, names, separator
        places = {name: place for place, name in [*enumerate(names)][::-1]}  # the first, where one stands twice
        self._kept = [places[name] for name in kept]
        self._places = {name: places[name] for name in scorer.names if name in places}
        self._readers = {name: reader(scorer.types[name]) for name in self._places}
        self._versions = [*scorer.versions.values()]

    def head(self) -> bytes:
        """The names of the columns."""
        kept = [self._names[place] for place in self._kept]
        return self._written([[*kept, *answer_columns(self._scorer.columns, self._scorer.versions)]])

    def score(self, block: bytes, first_line: int) -> Scored:
        """Answer a block; an empty line is no record."""
        records = [*self._records(block, first_line)]
        written: list[bytes] = []
        faults: list[tuple[int, Fault]] = []
        refused = 0
        for start in range(0, len(records), ROWS):
            answers: list[list[Any]] = []
            part = records[start : start + ROWS]
            for (line, record), answer in zip(part, self._answers(part), strict=True):
                if isinstance(answer, Refused):
                    refused += 1
                    faults += ((line, fault) for fault in answer.faults)
                else:
                    kept = [record[place] for place in self._kept]
                    answers.append([*kept, *map(_cell, answer), *self._versions])
            written.append(self._written(answers))
        return Scored(b"".join(written), written_faults(faults), len(records) - refused, refused)

    def _records(self, block: bytes, first_line: int) -> Iterator[Numbered]:
        # What is no UTF-8 becomes halves of characters, which no string may hold: its row alone is refused.
        text = block.decode("utf-8", "surrogateescape")
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=self._separator)
        line = first_line
        for record in rows:
            if record:
                yield line, record
            line = first_line + rows.line_num

    def _answers(self, part: Sequence[Numbered]) -> Sequence[Cells | Refused]:
        if {len(record) for _, record in part} == {len(self._names)}:
            together = self._all_at_once([record for _, record in part])
            if together is not None:
                return together
        return self._scorer.score([self._instance(record) for _, record in part])

    def _instance(self, record: Sequence[str]) -> dict[str, Any] | Refused:
        width = len(self._names)
        if len(record) != width:
            cells = f"{len(record)} cell{'' if len(record) == 1 else 's'}"
            return Refused((Fault("", f"The row has {cells}; expected {width}, as the first line."),))
        if not is_unicode(record[place] for place in (*self._kept, *self._places.values())):
            return Refused((Fault("", f"The row {NOT_UTF8}."),))
        return {name: self._readers[name](record[place]) for name, place in self._places.items()}

    def _all_at_once(self, records: Sequence[Sequence[str]]) -> Sequence[Cells | Refused] | None:
        if not is_unicode(record[place] for place in self._kept for record in records):
            return None
        columns = [*zip(*records, strict=True)]
        nothing = [None] * len(records)
        values = [
            read_column(columns[self._places[name]], self._scorer.types[name]) if name in self._places else nothing
            for name in self._scorer.names
        ]
        return self._scorer.score_columns(values)

    def _written(self, rows: Sequence[Sequence[Any]]) -> bytes:
        text = io.StringIO()
        csv.writer(text, delimiter=self._separator, lineterminator="\n").writerows(rows)
        return text.getvalue().encode()


class JsonLines:
    """A JSON object a line."""

    def __init__(self, scorer: Scorer, kept: Sequence[str] | None, lacking: Sequence[str] = ()) -> None:
        """
        Args:
            kept: the members that stand before the answers again; all that a row has where there is none.
            lacking: features that no row need have.
        """
        self._looked_for = [name for name in scorer.names if name not in {*scorer.needed, *lacking}]
        self._scorer, self._kept = scorer, kept
        self._columns = answer_columns(scorer.columns, scorer.versions)
        self._versions = [*scorer.versions.values()]

    def head(self) -> bytes:
        """Nothing: every line says what is in it."""
        return b""

    def score(self, block: bytes, first_line: int) -> Scored:
        """Answer a block; a line of white space alone is no record."""
        lines = [(number, line) for number, line in enumerate(block.split(b"\n"), first_line) if line.strip()]
        answers: list[bytes] = []
        faults: list[tuple[int, Fault]] = []
        refused = 0
        lacking: Lacking | None = None
        for start in range(0, len(lines), ROWS):
            rows: list[Mapping[str, Any]] = []
            part = [(number, *self._read(line, rows)) for number, line in lines[start : start + ROWS]]
            lacking = in_neither(lacking, self._lacking(rows) if rows else None)
            found = self._scorer.score([instance for _, _, instance in part])
            for (number, row, _), answer in zip(part, found, strict=True):
                written = answer if isinstance(answer, Refused) else self._written(row, answer)
                if isinstance(written, Refused):
                    refused += 1
                    faults += ((number, fault) for fault in written.faults)
                else:
                    answers.append(written)
        return Scored(b"".join(answers), written_faults(faults), len(answers), refused, lacking)

    def _lacking(self, rows: Sequence[Mapping[str, Any]]) -> Lacking:
        """What no row has of features that each may lack."""
        lacking = [name for name in self._looked_for if not any(name in row for row in rows)]
        return look_alikes(lacking, {name for row in rows for name in row if lacking}.difference(self._scorer.names))

    def _written(self, row: Mapping[str, Any], answer: Cells) -> bytes | Refused:
        """A line of answers, if what is in it can be written: what is kept has been read, and no more."""
        cells = dict(zip(self._columns, [*answer, *self._versions], strict=True))
        try:
            return f"{encode({**row, **cells})}\n".encode()
        except (ValueError, RecursionError):
            return Refused((Fault("", _unwritable(row)),))

    def _read(self, line: bytes, rows: list[Mapping[str, Any]]) -> tuple[Mapping[str, Any], Any]:
        """What is kept of a row, and the instance in it; the whole of it is put to `rows`."""
        try:
            document = read_text(line.decode())
        except UnicodeDecodeError:
            return {}, Refused((Fault("", f"The line {NOT_UTF8}."),))
        except NotJson as error:
            return {}, Refused((Fault("", error.detail.replace("The request body", "The line")),))
        if not isinstance(document, dict):
            return {}, document
        rows.append(document)
        kept = document if self._kept is None else {name: document[name] for name in self._kept if name in document}
        if clashing := clashes(kept, self._columns):
            sentence = f"The row has a member {quote(clashing[0])}, as its answer has: name the members to keep."
            return {}, Refused((Fault("", sentence),))
        return kept, {name: document[name] for name in self._scorer.names if name in document}


def answer_columns(columns: Sequence[str], models: Iterable[str]) -> tuple[str, ...]:
    """What stands behind the columns that are kept: the answers', then which version of each model gave them."""
    names = [*models]
    return (*columns, *(["version"] if len(names) == 1 else [f"{name}.version" for name in names]))


def clashes(kept: Iterable[str], columns: Iterable[str]) -> list[str]:
    """What is to be kept and yet would be written over, since the answers have columns of that name."""
    names = {*columns}
    return [name for name in kept if name in names]


def written_faults(faults: Sequence[tuple[int, Fault]]) -> bytes:
    """Lines of a CSV of `FAULT_COLUMNS`."""
    text = io.StringIO()
    rows = ((line, fault.pointer, fault.detail) for line, fault in faults)
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", "backslashreplace")


def _unwritable(row: Mapping[str, Any]) -> str:
    """What is wrong with a row that was read as JSON and cannot be written as such."""
    for name, value in row.items():
        if what := _without_json({name: value}):
            return f"The member {quote(name)} has {what}: mend it, or name other members to keep."
    return "The answer has what JSON cannot say."


def _without_json(member: Mapping[str, Any]) -> str:
    try:
        encode(member).encode()
    except UnicodeEncodeError:
        return "half of a character, which UTF-8 cannot carry"
    except ValueError:
        return f"a number beyond {sys.float_info.max:.2g}, which cannot be written again"
    except RecursionError:
        return "lists or objects that are nested too deeply to be written again"
    return ""


def _cell(value: Any) -> Any:
    """A value of an answer in a cell: as JSON has it where it is neither a number nor text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
