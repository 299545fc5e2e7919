"""Rows of Parquet, scored by columns; what does not fit as a whole is scored row by row, as JSON would have it."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sparely.batch.blocks import NOT_UTF8, ROWS, Scored, answer_columns, written_faults
from sparely.batch.scorer import Refused, Scorer
from sparely.handler.errors import Fault, quote
from sparely_toolkit.score.columnar.features import ARROW_TYPES, Misfit
from sparely_toolkit.score.columnar.models import Models, arrow_types

GROUP = b"group"
"""In a stream's metadata: which row group its rows are of."""
NO_TEXT = Refused((Fault("", f"The row {NOT_UTF8}."),))
"""In place of a row, or of a value of one, that is none."""
TYPES = {"boolean": pa.bool_(), "number": pa.float64(), "string": pa.string()}
"""What stands in a column of answers that an owner's code has a part in."""


class Frames:
    """Rows as streams of Arrow's; their answers are streams too, with the columns that are kept."""

    def __init__(self, scorer: Scorer, kept: Sequence[str], types: Mapping[str, str], schema: str) -> None:
        """
        Args:
            kept: the columns that stand before the answers again.
            types: what golden rows say of the answers' columns.
            schema: that of the rows, as Arrow writes it, in base 64.
        """
        self._scorer, self._kept = scorer, kept
        self._models = Models(scorer) if Models.can(scorer) else None
        self._versions = [*scorer.versions.values()]
        rows = pa.ipc.read_schema(pa.py_buffer(base64.b64decode(schema)))
        bare = arrow_types(scorer) if scorer.is_bare else {}
        answers = [(name, bare.get(name) or TYPES[types.get(name, "string")]) for name in scorer.columns]
        names = answer_columns(scorer.columns, scorer.versions)[len(answers) :]
        kept_fields = [rows.field(name) for name in kept]
        self._schema = pa.schema([*kept_fields, *answers, *((name, pa.string()) for name in names)])
        self._answers = [kind for _, kind in answers]

    def head(self) -> bytes:
        """A stream of no rows, which says what the columns are."""
        return self._written(self._schema.empty_table().to_batches(), b"")

    def score(self, block: bytes, first_row: int) -> Scored:
        """Answer the rows of a stream."""
        with pa.ipc.open_stream(pa.py_buffer(block)) as reader:
            group, batches = reader.schema.metadata[GROUP], list(reader)
        answered: list[Any] = []
        faults: list[tuple[int, Fault]] = []
        refused = 0
        for batch in batches:
            try:
                answered.append(self._at_once(batch))
            except Misfit:
                for start in range(0, batch.num_rows, ROWS):
                    part = batch.slice(start, ROWS)
                    table, found, without = self._part(part, first_row + start)
                    answered.append(table)
                    faults += found
                    refused += without
            first_row += batch.num_rows
        rows = sum(each.num_rows for each in answered)
        return Scored(self._written(answered, group), written_faults(faults), rows, refused)

    def _part(self, part: Any, first_row: int) -> tuple[Any, list[tuple[int, Fault]], int]:
        try:
            return self._at_once(part), [], 0
        except Misfit:
            return self._by_rows(part, first_row)

    def _at_once(self, batch: Any) -> Any:
        if self._models is None:
            raise Misfit
        names = batch.schema.names
        _check_texts(batch)
        features = {
            name: _feature(batch.column(name), kind) for name, kind in self._scorer.types.items() if name in names
        }
        answers = self._models.ask(features, batch.num_rows) if batch.num_rows else [pa.nulls(0)] * len(self._answers)
        return self._made(batch, [_cast(each, kind) for each, kind in zip(answers, self._answers, strict=True)])

    def _by_rows(self, part: Any, first_row: int) -> tuple[Any, list[tuple[int, Fault]], int]:
        names = [name for name in self._scorer.names if name in part.schema.names]
        columns = [_json(part.column(name)) for name in names]
        instances: list[Any] = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
        instances = instances or [{}] * part.num_rows
        wrong = {place for column in columns for place, value in enumerate(column) if value is NO_TEXT}
        for name in {*self._kept} - {*names}:
            wrong |= _wrong_texts(part.column(name))
        for place in wrong:
            instances[place] = NO_TEXT
        found = self._scorer.score(instances)
        answers = [each if isinstance(each, Refused) else self._fitting(each) for each in found]
        good = [place for place, each in enumerate(answers) if not isinstance(each, Refused)]
        faults = [
            (row, fault)
            for row, each in enumerate(answers, first_row)
            if isinstance(each, Refused)
            for fault in each.faults
        ]
        rows = [answers[place] for place in good]
        cells = [*zip(*rows, strict=True)] if rows else [()] * len(self._answers)
        arrays = [pa.array(each, kind) for each, kind in zip(cells, self._answers, strict=True)]
        taken = part.take(pa.array(good, pa.int64()))
        return self._made(_readable(taken), arrays), faults, len(answers) - len(good)

    def _fitting(self, cells: Sequence[Any]) -> Sequence[Any] | Refused:
        """The cells as their columns have them."""
        fitting = []
        for name, cell, kind in zip(self._scorer.columns, cells, self._answers, strict=True):
            if pa.types.is_string(kind) and cell is not None and not isinstance(cell, str):
                cell = json.dumps(cell, ensure_ascii=False)
            try:
                fitting.append(pa.scalar(cell, kind).as_py())
            except (pa.ArrowException, TypeError, ValueError, OverflowError):
                sentence = f"{quote(name)} of the answer is no {kind}, as in all golden rows of the model."
                return Refused((Fault("", sentence),))
        return fitting

    def _made(self, rows: Any, answers: Sequence[Any]) -> Any:
        versions = [pa.repeat(version, rows.num_rows) for version in self._versions]
        kept = [rows.column(name) for name in self._kept]
        return pa.RecordBatch.from_arrays([*kept, *answers, *versions], schema=self._schema)

    def _written(self, batches: Sequence[Any], group: bytes) -> bytes:
        sink = pa.BufferOutputStream()
        options = pa.ipc.IpcWriteOptions(compression="lz4", unify_dictionaries=True)
        with pa.ipc.new_stream(sink, self._schema.with_metadata({GROUP: group}), options=options) as writer:
            for each in batches:
                writer.write_batch(each)
        return bytes(sink.getvalue())


def _cast(values: Any, kind: Any) -> Any:
    return values if values.type == kind else values.cast(kind)


def _feature(values: Any, feature_type: str) -> Any:
    """A column as features of that type are judged; what is no number is null in one of numbers."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    of, wanted = values.type, ARROW_TYPES[feature_type]
    if pa.types.is_null(of) or of == wanted:
        fits = True
    elif feature_type in ("number", "integer"):
        fits = pa.types.is_integer(of) or pa.types.is_floating(of) or pa.types.is_decimal(of)
    else:
        fits = feature_type == "string" and pa.types.is_large_string(of)
    if not fits:
        raise Misfit
    try:
        values = _cast(values, wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise Misfit from None
    return pc.if_else(pc.is_nan(values), None, values) if pa.types.is_floating(wanted) else values


def _check_texts(batch: Any) -> None:
    """
    Look whether all texts are UTF-8.

    Raises:
        Misfit: one is not.
    """
    for column in batch.columns:
        if not pa.types.is_primitive(column.type):
            try:
                column.validate(full=True)
            except pa.ArrowInvalid:
                raise Misfit from None


def _json(values: Any) -> list[Any]:
    """A column's values as JSON has them: times as text, numbers that are none as null, `NO_TEXT` what is no UTF-8."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    of = values.type
    if pa.types.is_temporal(of):
        values = values.cast(pa.string())
    elif pa.types.is_decimal(of):
        values = values.cast(pa.float64())
    if pa.types.is_floating(values.type):
        values = pc.if_else(pc.is_nan(values), None, values)
    try:
        return [each.decode() if isinstance(each, bytes) else each for each in values.to_pylist()]
    except UnicodeDecodeError:
        return [_text(each) for each in values]


def _text(value: Any) -> Any:
    """One value of Arrow's."""
    try:
        plain = value.as_py()
        return plain.decode() if isinstance(plain, bytes) else plain
    except UnicodeDecodeError:
        return NO_TEXT


def _wrong_texts(values: Any) -> set[int]:
    """Where in a column that is only kept a text is no UTF-8; bytes may be what they are."""
    try:
        values.validate(full=True)
    except pa.ArrowInvalid:
        return {place for place, each in enumerate(values) if _text(each) is NO_TEXT}
    return set()


def _readable(rows: Any) -> Any:
    """The same rows, with no text in a dictionary that is no UTF-8: none of them has it."""
    columns = [_of_texts(each) if pa.types.is_dictionary(each.type) else each for each in rows.columns]
    return pa.RecordBatch.from_arrays(columns, schema=rows.schema)


def _of_texts(coded: Any) -> Any:
    wrong = _wrong_texts(coded.dictionary)
    if not wrong:
        return coded
    of = coded.type
    right = pa.array([place for place in range(len(coded.dictionary)) if place not in wrong], of.index_type)
    indices = pc.index_in(coded.indices, value_set=right).cast(of.index_type)
    return pa.DictionaryArray.from_arrays(indices, coded.dictionary.take(right), ordered=of.ordered)
