"""A Parquet file, row group by row group: read in parts, its answers written in parts and put together at the end."""

import base64
import importlib.util
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, NamedTuple

from sparely.batch.blocks import answer_columns
from sparely.batch.source import CutShort, UnreadableFile
from sparely.batch.table import Asked, Wanted, kept_columns
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.score.places import unfinished

ROWS = 16_000
"""Of a part: a multiple of what goes to the models at once."""
BUFFER_BYTES = 1 << 20
BASE_MB = 150
"""Of a process that reads and writes Parquet, beside the row groups."""
ANSWER_BYTES = 24
"""Of a value of an answer, at most on average: a number of 8, a label, what Arrow needs beside."""


class NoPyarrow(Problem):
    """Parquet cannot be read without pyarrow."""

    exit_code = ExitCode.LACKING

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file}: Parquet is read by pyarrow, which is not installed here: put pyarrow into requirements/dev.in, "
            "then make lock; or save the file as CSV."
        )


class Rows(NamedTuple):
    """
    Some rows of one row group.

    Attributes:
        content: a stream of Arrow's with them.
        first_line: the number of the first in the file, from 1.
        end: how many rows of the file lie before their end.
    """

    content: bytes
    first_line: int
    end: int
    fault: bytes = b""

    @property
    def next_line(self) -> int:
        """The number of the first row behind them."""
        return self.end + 1

    @property
    def passed(self) -> int:
        """How many rows are read with them."""
        return self.end


class ParquetTable:
    """A Parquet file; its answers are a file with as many row groups."""

    def __init__(self, file: Path, types: Mapping[str, Mapping[str, str]]) -> None:
        """
        Args:
            types: by model, what stands in the columns of its answers.

        Raises:
            NoPyarrow: there is none.
            UnreadableFile: it is no Parquet.
        """
        if not importlib.util.find_spec("pyarrow"):
            raise NoPyarrow(file)
        self._file, self._types = file, types
        self._parquet = _opened(file)
        self.size = self._parquet.metadata.num_rows
        self._columns: list[str] = []
        self._answers = 0

    def described(self, asked: Asked, wanted: Wanted) -> dict[str, Any]:
        """See `Table`."""
        names = list(self._parquet.schema_arrow.names)
        kept = kept_columns(self._file, names, asked, wanted)
        self._columns = [name for name in names if name in kept or name in wanted.names]
        self._answers = len(answer_columns(wanted.columns, wanted.versions))
        types = {
            place if len(self._types) == 1 else f"{model}.{place}": kind
            for model, places in self._types.items()
            for place, kind in places.items()
        }
        return {
            "format": "parquet",
            "kept": kept,
            "types": types,
            "schema": base64.b64encode(self._schema().serialize()).decode(),
        }

    def _schema(self) -> Any:
        """Of the columns that are read."""
        import pyarrow as pa

        schema = self._parquet.schema_arrow
        return pa.schema([_plain_field(schema.field(name)) for name in self._columns])

    def need(self) -> str:
        """The memory that its largest row group takes."""
        metadata = self._parquet.metadata
        groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
        answered = self._answers * ANSWER_BYTES
        largest = max((_bytes(each, self._columns) + each.num_rows * answered for each in groups), default=0)
        rows = max((each.num_rows for each in groups), default=0)
        count = "1 row group" if len(groups) == 1 else f"{len(groups):,} row groups"
        return (
            f"{self._file.name} has {count} of up to {rows:,} rows: takes up to {BASE_MB + 2 * largest // 2**20:,} MB."
        )

    def parts(self, start: int, first_line: int) -> Generator[Rows]:
        """See `Table`."""
        import pyarrow as pa

        metadata = self._parquet.metadata
        at = 0
        for group in range(metadata.num_row_groups):
            rows = metadata.row_group(group).num_rows
            if at + rows > start:
                try:
                    yield from self._of_group(group, at, start)
                except (pa.ArrowException, OSError) as error:
                    raise CutShort(f"{self._file}: row group {group + 1} is damaged ({_first_line(error)}).") from None
            at += rows

    def _of_group(self, group: int, at: int, start: int) -> Generator[Rows]:
        for batch in self._parquet.iter_batches(ROWS, row_groups=[group], columns=self._columns, use_threads=False):
            end = at + batch.num_rows
            if end > start:
                left = batch.slice(max(start - at, 0))
                yield Rows(_stream(left, group), end - left.num_rows + 1, end)
            at = end

    def finish(self, partial: Path, output: Path) -> None:
        """Put the parts together, a row group for each of the file's that has rows with answers."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        *_, aside = unfinished(output)
        with ExitStack() as stack:
            stack.callback(aside.unlink, missing_ok=True)
            groups = stack.enter_context(closing(_groups(partial)))
            sink = stack.enter_context(aside.open("wb"))
            writer = pq.ParquetWriter(sink, _schema_of(partial))
            for group in groups:
                table = pa.Table.from_batches(group)
                if table.num_rows:
                    writer.write_table(table, row_group_size=table.num_rows)
            writer.close()
            aside.replace(output)
        partial.unlink()


def _opened(file: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(file, buffer_size=BUFFER_BYTES, pre_buffer=False)
    except pa.ArrowException as error:
        raise UnreadableFile(file, f"it is no Parquet file ({_first_line(error)})") from None
    except OSError as error:
        raise UnreadableFile(file, f"it cannot be read ({_first_line(error)})") from None


def _stream(batch: Any, group: int) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    fields = [_plain_field(each) for each in batch.schema]
    schema = pa.schema(fields, {"group": f"{group}"})
    # What is no UTF-8 is found where rows are looked at.
    columns = [
        column if column.type == field.type else column.cast(field.type, safe=False)
        for column, field in zip(batch.columns, fields, strict=True)
    ]
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
    return bytes(sink.getvalue())


def _plain(of: Any) -> Any:
    """A type without views, of which Arrow can take no rows."""
    import pyarrow as pa

    types = pa.types
    views = {pa.string_view(): pa.string(), pa.binary_view(): pa.binary()}
    if of in views:
        return views[of]
    if types.is_dictionary(of):
        return pa.dictionary(of.index_type, _plain(of.value_type), of.ordered)
    if types.is_struct(of):
        return pa.struct([_plain_field(each) for each in of])
    if types.is_map(of):
        return pa.map_(_plain_field(of.key_field), _plain_field(of.item_field), of.keys_sorted)
    if types.is_fixed_size_list(of):
        return pa.list_(_plain_field(of.value_field), of.list_size)
    if types.is_list(of) or types.is_list_view(of):
        return pa.list_(_plain_field(of.value_field))
    if types.is_large_list(of) or types.is_large_list_view(of):
        return pa.large_list(_plain_field(of.value_field))
    return of


def _plain_field(field: Any) -> Any:
    return field.with_type(_plain(field.type))


def _schema_of(partial: Path) -> Any:
    """What the first stream says that the columns are."""
    import pyarrow as pa

    with pa.OSFile(f"{partial}") as file:
        return pa.ipc.open_stream(file).schema.remove_metadata()


def _groups(partial: Path) -> Generator[list[Any]]:
    """The batches of each row group, out of streams one behind the other."""
    import pyarrow as pa

    batches: list[Any] = []
    known = None
    with pa.OSFile(f"{partial}") as file:
        size = file.size()
        while file.tell() < size:
            reader = pa.ipc.open_stream(file)
            group = reader.schema.metadata[b"group"]
            if known not in (None, group) and batches:
                yield batches
                batches = []
            known = group
            batches += [each.replace_schema_metadata(None) for each in reader]
    if batches:
        yield batches


def _bytes(group: Any, columns: Sequence[str]) -> int:
    of = [group.column(number) for number in range(group.num_columns)]
    return sum(each.total_uncompressed_size for each in of if each.path_in_schema.partition(".")[0] in columns)


def _first_line(error: Exception) -> str:
    return f"{error}".partition("\n")[0].strip()[:200].rstrip(".")
