"""What a run is over: a table of text or of Parquet, as blocks that are scored one by one."""

from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any, Protocol

from sparely.batch.source import Block, TextFile
from sparely.batch.table import FORMATS, Asked, Wanted, described, format_of
from sparely_toolkit.score.places import WrongCall

PARQUET = "parquet"
PARQUET_SUFFIXES = (".parquet", ".pq")
SUFFIXES = (*FORMATS, *PARQUET_SUFFIXES)
_CALLED = {"csv": "CSV", "jsonl": "JSON lines", PARQUET: "Parquet"}
CHOICES = ("csv", "jsonl", PARQUET)


class Part(Protocol):
    """Some rows of a table; see `sparely.batch.source.Block`."""

    @property
    def content(self) -> bytes: ...

    @property
    def first_line(self) -> int: ...

    @property
    def next_line(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def fault(self) -> bytes: ...

    @property
    def passed(self) -> int: ...


class Table(Protocol):
    """
    A file of rows.

    Attributes:
        size: what `passed` of its last part is.
    """

    size: int

    def described(self, asked: Asked, wanted: Wanted) -> dict[str, Any]:
        """
        How it is written, for those who score it.

        Raises:
            UnreadableFile: nothing can be asked of it.
            WrongTable: its columns are not those that were asked for.
        """

    def need(self) -> str:
        """What it takes beyond what any file does, in a sentence; nothing where it takes no more."""

    def parts(self, start: int, first_line: int) -> Generator[Part]:
        """
        Its rows from where `end` of a part was.

        Raises:
            UnreadableFile: it cannot be read.
            CutShort: it ends before its end.
        """

    def finish(self, partial: Path, output: Path) -> None:
        """Make the table of answers of what was written part by part."""


class TextTable:
    """A table of text: its answers are a table as soon as they are written."""

    def __init__(self, file: Path, form: str, separator: str) -> None:
        self._form = form
        self._source = TextFile(file, has_quotes=form == "csv", separator=separator)
        self.size = file.stat().st_size

    def described(self, asked: Asked, wanted: Wanted) -> dict[str, Any]:
        """See `Table`."""
        return described(self._source, self._form, asked, wanted)

    def need(self) -> str:
        """Nothing: a block at a time."""
        return ""

    def parts(self, start: int, first_line: int) -> Generator[Block]:
        """See `Table`."""
        return self._source.blocks(start=start, first_line=first_line, skip_head=self._form == "csv")

    def finish(self, partial: Path, output: Path) -> None:
        """Give it its name."""
        partial.replace(output)


def form_of(file: Path) -> str:
    """csv, jsonl or parquet, by its name; nothing where it does not say so."""
    return PARQUET if file.suffix.lower() in PARQUET_SUFFIXES else format_of(file.name)


def check_name(output: Path, file: Path, form: str) -> None:
    """
    Look whether the name of a table of answers says how it is written, which is as the file is.

    Raises:
        WrongCall: it says something else.
    """
    other = form_of(output)
    if other not in ("", form):
        raise WrongCall(
            f"{output}: its name says {_CALLED[other]}, and answers are {_CALLED[form]} as {file.name} is; --output "
            "names it otherwise."
        )


def table_of(file: Path, form: str, separator: str, types: Mapping[str, Mapping[str, str]]) -> Table:
    """
    The table in a file.

    Args:
        types: by model, what stands in the columns of its answers.

    Raises:
        NoPyarrow: it is Parquet, which cannot be read here.
        UnreadableFile: there is no table in it.
    """
    if form != PARQUET:
        return TextTable(file, form, separator)
    from sparely_toolkit.score.row_groups import ParquetTable

    return ParquetTable(file, types)
