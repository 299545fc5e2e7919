"""A block of a CSV, scored by columns; what is not plain is scored by rows, with the same bytes as its answers."""

import csv
import io
import struct
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from sparely.batch.blocks import ROWS, Csv, Scored
from sparely.batch.cells import BOOLEANS, NULLS
from sparely.batch.scorer import Scorer
from sparely_toolkit.score.columnar import numbers
from sparely_toolkit.score.columnar.features import ARROW_TYPES, Misfit
from sparely_toolkit.score.columnar.models import Models

_LINE = "\x01"
"""What stands between no two cells of a block that is read as lines."""
_CELLS = 60_000
"""As many of answers are held at once, or those of as many rows as go to the models."""
_ENDS = struct.Struct("=ii")
"""Where a text of Arrow's begins and ends."""
_NULLS = sorted(NULLS)
_TRUE = [cell for cell, value in BOOLEANS.items() if value]
_FALSE = [cell for cell, value in BOOLEANS.items() if not value]


class ColumnarCsv:
    """Cells between separators, as `Csv` takes and gives them."""

    def __init__(self, plain: Csv, scorer: Scorer, names: Sequence[str], kept: Sequence[str], separator: str) -> None:
        """
        Args:
            plain: the same by rows.
            names: the file's own columns in order.
            kept: those that stand before the answers again.
        """
        self._plain, self._models, self._separator = plain, Models(scorer), separator
        self._keeps_all = [*kept] == [*names]
        first = {name: place for place, name in [*enumerate(names)][::-1]}
        self._kept = [f"{first[name]}" for name in kept]
        # By place: names that stand twice are no columns of Arrow's.
        self._places = [f"{place}" for place in range(len(names))]
        self._features = {name: f"{first[name]}" for name in scorer.names if name in first}
        types = {place: ARROW_TYPES[scorer.types[name]] for name, place in self._features.items()}
        self._types: dict[str, Any] = types
        self._read_with_features = [place for place in self._kept if place not in types and not self._keeps_all]
        self._versions = [*scorer.versions.values()]
        self._rows = ROWS * max(1, _CELLS // ROWS // len(scorer.columns))
        self._cells: dict[Any, str] = {}

    @staticmethod
    def can(scorer: Scorer, separator: str) -> bool:
        """Whether the models and the separator are such as columns can be read and asked for."""
        return Models.can(scorer) and separator.isascii()

    def head(self) -> bytes:
        """The names of the columns."""
        return self._plain.head()

    def score(self, block: bytes, first_line: int) -> Scored:
        """Answer a block."""
        if b'"' in block or (b"\r" in block and block.count(b"\r") != block.count(b"\r\n")):
            return self._plain.score(block, first_line)
        try:
            return self._at_once(block)
        except Misfit:
            pass
        parts = [self._part(part, line) for part, line in _parts(block, first_line)]
        return Scored(
            b"".join(each.answers for each in parts),
            b"".join(each.faults for each in parts),
            sum(each.rows for each in parts),
            sum(each.refused for each in parts),
        )

    def _part(self, part: bytes, first_line: int) -> Scored:
        try:
            return self._at_once(part)
        except Misfit:
            return self._plain.score(part, first_line)

    def _at_once(self, block: bytes) -> Scored:
        if not block.strip(b"\r\n"):
            return Scored(b"", b"", 0, 0)
        types = {**self._types, **dict.fromkeys(self._read_with_features, pa.string())}
        # A column at least, for what has more or fewer cells than the first line is found where cells are read.
        columns = self._read(block, types or {self._places[0]: pa.string()})
        kept = self._kept_texts(block, columns)
        rows = len(next(iter(columns.values())))
        features = {name: _value(columns[place]) for name, place in self._features.items()}
        written = []
        for start in range(0, rows, self._rows):
            answers = self._models.ask(
                {name: values.slice(start, self._rows) for name, values in features.items()},
                min(self._rows, rows - start),
            )
            cells = [*map(self._texts, answers), *map(self._cell, self._versions)]
            before = (each.slice(start, self._rows) for each in kept)
            lines = pc.binary_join_element_wise(*before, *cells[:-1], f"{cells[-1]}\n", self._separator)
            written.append(_content(lines))
        return Scored(b"".join(written), b"", rows, 0)

    def _kept_texts(self, block: bytes, columns: dict[str, Any]) -> list[Any]:
        if self._keeps_all:
            return [self._lines(block)]
        missing = [place for place in self._kept if place not in self._read_with_features]
        again = self._read(block, dict.fromkeys(missing, pa.string())) if missing else {}
        return [again[place] if place in again else columns[place] for place in self._kept]

    def _lines(self, block: bytes) -> Any:
        """Records as they stand there; where each byte is a letter and each line a record, they are but cut."""
        if block.isascii() and b"\r" not in block and b"\n\n" not in block and block[:1] != b"\n":
            ends = _ENDS.pack(0, len(block))
            whole = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(ends), pa.py_buffer(block)])
            lines = pc.split_pattern(whole, "\n").values
            return lines.slice(0, len(lines) - block.endswith(b"\n"))
        if _LINE.encode() in block:
            raise Misfit
        return self._parsed(block, ["line"], _LINE, {"line": pa.string()})["line"]

    def _read(self, block: bytes, types: dict[str, Any]) -> dict[str, Any]:
        return self._parsed(block, self._places, self._separator, types)

    def _parsed(self, block: bytes, names: Sequence[str], separator: str, types: dict[str, Any]) -> dict[str, Any]:
        try:
            table = arrow_csv.read_csv(
                pa.py_buffer(block),
                arrow_csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
                arrow_csv.ParseOptions(delimiter=separator, quote_char=False),
                arrow_csv.ConvertOptions(
                    column_types=types,
                    include_columns=[*types],
                    null_values=_NULLS,
                    true_values=_TRUE,
                    false_values=_FALSE,
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid:
            raise Misfit from None
        return {name: table[name].combine_chunks() for name in types}

    def _texts(self, values: Any) -> Any:
        """The cells of a column of answers."""
        if pa.types.is_floating(values.type):
            return numbers.texts(values)
        if pa.types.is_string(values.type):
            coded = values.dictionary_encode()
            return pa.array([self._cell(each) for each in coded.dictionary.to_pylist()]).take(coded.indices)
        return values.cast(pa.string())

    def _cell(self, text: str) -> str:
        """A text as it stands between separators, with quotes where it needs them."""
        if text not in self._cells:
            written = io.StringIO()
            csv.writer(written, delimiter=self._separator, lineterminator="").writerow([text, ""])
            self._cells[text] = written.getvalue().removesuffix(self._separator)
        return self._cells[text]


def _value(cells: Any) -> Any:
    """A feature's values: an empty text is null."""
    return pc.if_else(pc.equal(cells, ""), None, cells) if pa.types.is_string(cells.type) else cells


def _content(lines: Any) -> bytes:
    """The bytes of texts, one behind the other."""
    offsets, content = lines.buffers()[1:]
    ends = memoryview(offsets).cast("i")
    return bytes(memoryview(content)[ends[lines.offset] : ends[lines.offset + len(lines)]])


def _parts(block: bytes, first_line: int) -> Iterator[tuple[bytes, int]]:
    """As many records of a block at a time as rows go to the models, with the number of their first line."""
    part: list[bytes] = []
    records, line = 0, first_line
    for number, text in enumerate(block.splitlines(keepends=True), first_line):
        part.append(text)
        records += bool(text.strip(b"\r\n"))
        if records == ROWS:
            yield b"".join(part), line
            part, records, line = [], 0, number + 1
    if part:
        yield b"".join(part), line
