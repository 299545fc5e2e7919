"""A file as blocks of whole records, read once from its beginning to its end in little memory."""

import csv
import gzip
import io
import zlib
from collections.abc import Generator, Iterator, Sequence
from typing import BinaryIO, Literal, Protocol, cast

from sparely.batch.blocks import LONGEST_RECORD, NOT_UTF8, written_faults
from sparely.handler.errors import Fault
from sparely.handler.values import is_unicode
from sparely.record import Record

BLOCK_BYTES = 1 << 19
SEPARATORS = ",;\t|"
_UTF8_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = {b"\xff\xfe\0\0": "UTF-32", b"\0\0\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_GZIP_MARK = b"\x1f\x8b"
_LOOKED_AT = 1 << 12
_SENTINEL = "\0end"


class UnreadableFile(Exception):
    """There is no table in a file that can be scored."""

    def __init__(self, file: object, reason: str) -> None:
        super().__init__(f"{file}: {reason}.")


class CutShort(Exception):
    """A compressed file ends before its end."""


class Opened(Protocol):
    """A file by its name: a `Path`, or what reads an object of S3 as one."""

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """
        Its bytes from the beginning on, in a stream that can be gone through forward and back.

        Raises:
            OSError: they cannot be read.
        """


class Block(Record):
    """
    Whole records.

    Attributes:
        content: in UTF-8.
        first_line: the number of its first line in the file, from 1.
        end: how many bytes of the uncompressed file lie before its end.
        fault: instead of content, the line of a table of faults for a record that is none.
        passed: how many bytes of the file as it lies are read with it; fewer than `end` of a compressed one.
    """

    content: bytes
    first_line: int
    end: int
    fault: bytes = b""
    passed: int = 0

    @property
    def next_line(self) -> int:
        """The number of the first line behind it."""
        return self.first_line + (self.content.count(b"\n") or bool(self.fault))


class TextFile:
    """
    A table of text, compressed by gzip or not.

    Attributes:
        shrinks: blocks are by so much smaller than others, as those are that become much larger when they are scored.
    """

    def __init__(self, file: Opened, *, has_quotes: bool, separator: str = "") -> None:
        """
        Args:
            has_quotes: whether a record may have line breaks between quotes, as CSV's may.
            separator: between cells; `names` finds out where it is empty.
        """
        csv.field_size_limit(LONGEST_RECORD * 4)
        self.file, self._has_quotes, self.separator = file, has_quotes, separator
        self.shrinks = 1

    @property
    def is_packed(self) -> bool:
        """Whether it is compressed."""
        with self._raw() as raw:
            return raw.read(len(_GZIP_MARK)) == _GZIP_MARK

    def names(self, known: Sequence[str]) -> list[str]:
        """
        The columns of a CSV by its first line.

        Args:
            known: what columns may be called: the separator that finds most of them is right.

        Raises:
            UnreadableFile: there is no such line, or it is not UTF-8.
        """
        first = next(self._blocks(0, 1), None)
        if first is None:
            raise UnreadableFile(self.file, "the file is empty")
        if first.fault:
            raise UnreadableFile(self.file, "its first line is no list of columns")
        text = first.content.decode("utf-8", "surrogateescape")
        rows = {
            each: next(csv.reader(io.StringIO(text, newline=""), delimiter=each), [])
            for each in self.separator or SEPARATORS
        }
        self.separator = max(rows, key=lambda each: (len({*rows[each]} & {*known}), len(rows[each])))
        names = rows[self.separator]
        if not names:
            raise UnreadableFile(self.file, "its first line is empty; the names of the columns belong there")
        if not is_unicode(names):
            raise UnreadableFile(self.file, f"its first line {NOT_UTF8}")
        self._check_line_end(text)
        return names

    def blocks(self, *, start: int = 0, first_line: int = 1, skip_head: bool = False) -> Generator[Block]:
        """
        The blocks from a byte of the uncompressed file on.

        Args:
            skip_head: whether the first record is left out, where it starts at the beginning.

        Raises:
            UnreadableFile: it cannot be read, or is no text.
            CutShort: it is compressed and ends in the middle.
        """
        blocks = self._blocks(start, first_line)
        if skip_head and start == 0 and (first := next(blocks, None)):
            size = self._first_end(first.content)
            line = first_line + first.content.count(b"\n", 0, size)
            yield first._replace(content=first.content[size:], first_line=line)
        yield from blocks

    def _check_line_end(self, text: str) -> None:
        """Refuse a first line that ends as lines of no block do: what follows would pass for a part of it."""
        lines = io.StringIO(text, newline="")
        next(csv.reader(lines, delimiter=self.separator), None)
        if text[: lines.tell()].endswith("\r"):
            raise UnreadableFile(
                self.file, "its first line ends with CR alone; save it with LF or CRLF at the end of each line"
            )

    def _raw(self) -> BinaryIO:
        try:
            return self.file.open("rb")
        except OSError as error:
            raise UnreadableFile(self.file, f"{error.strerror}") from None

    def _blocks(self, start: int, line: int) -> Iterator[Block]:
        # Where a block ends hangs on where it begins alone, so that whoever begins there has the same blocks.
        held, at, block_bytes = b"", start, max(BLOCK_BYTES // self.shrinks, 1)
        window = block_bytes
        with self._raw() as raw:
            is_packed = self.is_packed
            stream = cast(io.BufferedReader, gzip.GzipFile(fileobj=raw) if is_packed else raw)
            self._go_to(stream, start)
            while True:
                read, cut_short = self._read(stream, window - len(held))
                held += read
                if at == 0:
                    held, at = self._without_mark(held)
                is_end = not read
                while held and (is_end or len(held) >= window):
                    seen = held[:window]
                    is_rest = is_end and len(seen) == len(held)
                    size = self._last_end(seen, is_rest and not cut_short)
                    passed = raw.tell() if is_packed else at + size
                    # So much was held because the end of the first record had not come in sight.
                    is_too_long = size > LONGEST_RECORD and self._first_end(seen[:size]) > LONGEST_RECORD
                    if size and not is_too_long:
                        yield Block(seen[:size], line, at + size, passed=passed)
                    elif is_too_long or len(seen) > LONGEST_RECORD or (is_rest and not cut_short):
                        size = held.find(b"\n") + 1 or self._skip(stream, len(held))
                        yield Block(b"", line, at + size, _too_long(line), raw.tell() if is_packed else at + size)
                    elif is_rest:
                        break
                    else:
                        window *= 2
                        continue
                    line += max(held.count(b"\n", 0, size), size > len(held))
                    held, at, window = held[size:], at + size, block_bytes
                if cut_short:
                    raise CutShort(
                        f"{self.file}: the compressed file is damaged or ends in the middle, in line {line} "
                        f"({cut_short})."
                    )
                if is_end:
                    return

    def _read(self, stream: io.BufferedReader, size: int) -> tuple[bytes, str]:
        """What is read, and where nothing follows because the file is damaged what is wrong."""
        try:
            return stream.read1(size), ""  # what there is: with `read` a damaged end would cost what lies before it
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            return b"", f"{error}"
        except OSError as error:
            raise UnreadableFile(self.file, f"{error.strerror or error}") from None

    def _go_to(self, stream: BinaryIO, start: int) -> None:
        try:
            stream.seek(start)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise CutShort(f"{self.file}: the compressed file is damaged ({error}).") from None

    def _without_mark(self, held: bytes) -> tuple[bytes, int]:
        for mark, name in _OTHER_MARKS.items():
            if held.startswith(mark):
                raise UnreadableFile(self.file, f"it is {name}; save it as UTF-8")
        if b"\0" in held[:_LOOKED_AT]:
            raise UnreadableFile(self.file, "it is no text")
        return (held[len(_UTF8_MARK) :], len(_UTF8_MARK)) if held.startswith(_UTF8_MARK) else (held, 0)

    def _last_end(self, held: bytes, is_end: bool) -> int:
        """Where the last whole record ends; 0 where there is none."""
        end = len(held) if is_end else held.rfind(b"\n") + 1
        if not self._has_quotes or b'"' not in held or not end:
            return end
        for begin, record in self._records(held[:end]):
            if record == [_SENTINEL]:
                return end
            last = begin
        return last

    def _first_end(self, held: bytes) -> int:
        if not self._has_quotes or b'"' not in held:
            return held.find(b"\n") + 1 or len(held)
        records = self._records(held)
        next(records)
        return next(records)[0]

    def _records(self, content: bytes) -> Iterator[tuple[int, list[str]]]:
        """
        The records with where each begins, and the sentinel behind them.

        A quote that nothing closes takes in all that follows, and the sentinel too. Bytes are read as letters of one
        byte each, so that places in the text are places in the file.
        """
        begin = at = 0

        def lines() -> Iterator[str]:
            nonlocal at
            for text in io.StringIO(content.decode("latin-1"), newline=""):
                at += len(text)
                yield text
            yield _SENTINEL

        rows = csv.reader(lines(), delimiter=self.separator or ",")
        while True:
            try:
                record = next(rows)
            except StopIteration:
                return
            except csv.Error:  # a cell longer than any may be
                yield begin, []
                return
            yield begin, record
            begin = at

    def _skip(self, stream: BinaryIO, size: int) -> int:
        """How long a line is that is too long to be held; what follows its part in hand is passed over."""
        while read := stream.readline(BLOCK_BYTES):
            size += len(read)
            if read.endswith(b"\n"):
                break
        return size


def _too_long(line: int) -> bytes:
    most = f"{LONGEST_RECORD:,} bytes"
    return written_faults([(line, Fault("", f"The row is longer than {most}, or a quote in it is not closed."))])
