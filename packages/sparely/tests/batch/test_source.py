"""Files as blocks of whole records."""

import csv
import gzip
import io
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from sparely.batch import source
from sparely.batch.source import Block, CutShort, TextFile, UnreadableFile

CELLS = ("a", "b c", 'x"y', "1,2", "line\nbreak", "ü", '5"', "")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test writes its table."""
    return tmp_path / "rows.csv"


def records(blocks: Sequence[Block]) -> list[tuple[int, list[str]]]:
    """Each record with the number of its first line; none for a fault."""
    found = []
    for block in blocks:
        rows = csv.reader(io.StringIO(block.content.decode(), newline=""))
        line = block.first_line
        for row in rows:
            if row:
                found.append((line, row))
            line = block.first_line + rows.line_num
    return found


def of_csv(file: Path) -> TextFile:
    """It, as a CSV with commas."""
    return TextFile(file, has_quotes=True, separator=",")


@pytest.mark.parametrize("seed", range(40))
def test_blocks_have_the_records_of_the_whole_file(seed: int, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever they are cut, whatever is between quotes; from each block's end on, the rest of them."""
    draw = random.Random(seed)
    text = io.StringIO()
    rows = [[draw.choice(CELLS) for _ in range(3)] for _ in range(draw.randint(1, 60))]
    csv.writer(text, lineterminator=draw.choice(["\n", "\r\n"])).writerows(rows)
    content = text.getvalue().encode().rstrip(draw.choice([b"", b"\r\n"]))
    monkeypatch.setattr(source, "BLOCK_BYTES", draw.choice([5, 20, 50, 200, 10_000]))
    file.write_bytes(content)

    blocks = [*of_csv(file).blocks()]

    assert records(blocks) == records([Block(content, 1, len(content))])
    after = draw.choice(blocks)
    assert [*of_csv(file).blocks(start=after.end, first_line=after.next_line)] == blocks[blocks.index(after) + 1 :]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_whoever_begins_at_a_block_has_the_same_blocks(
    seed: int, packed: bool, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also behind lines that are too long and quotes that nothing closes: what is computed together stays so."""
    draw = random.Random(seed)
    lines = [draw.choice(["a,b", "x" * 70, '"1\n2",3', '7,"open', "y" * 900, ""]) for _ in range(120)]
    content = "\n".join(lines).encode()
    monkeypatch.setattr(source, "BLOCK_BYTES", draw.choice([50, 100, 300]))
    monkeypatch.setattr(source, "LONGEST_RECORD", 500)
    file.write_bytes(gzip.compress(content) if packed else content)

    blocks = [block._replace(passed=0) for block in of_csv(file).blocks()]

    for place, block in enumerate(blocks, 1):
        rest = of_csv(file).blocks(start=block.end, first_line=block.next_line)
        assert [each._replace(passed=0) for each in rest] == blocks[place:]


def test_a_quote_within_a_cell_is_a_letter(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inches do not open anything."""
    monkeypatch.setattr(source, "BLOCK_BYTES", 7)
    file.write_text('a,b\n1,5"\n2,y\n3,7"\n4,"q\nr"\n')

    rows = [row for _, row in records([*of_csv(file).blocks()])]

    assert rows == [["a", "b"], ["1", '5"'], ["2", "y"], ["3", '7"'], ["4", "q\nr"]]


def test_a_quote_that_is_not_closed_costs_its_line_alone(file: Path) -> None:
    """The lines behind it are records again."""
    file.write_text('a,b\n1,"x\n2,y\n3,z\n')

    blocks = [*of_csv(file).blocks()]

    assert records(blocks) == [(1, ["a", "b"]), (3, ["2", "y"]), (4, ["3", "z"])]
    assert [block.fault[:2] for block in blocks if block.fault] == [b"2,"]


@pytest.mark.parametrize("has_quotes", [True, False])
def test_a_line_that_is_too_long_is_passed_over(has_quotes: bool, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without being held whole; the lines behind it are records again."""
    monkeypatch.setattr(source, "BLOCK_BYTES", 100)
    monkeypatch.setattr(source, "LONGEST_RECORD", 500)
    file.write_text("a\n" + "x" * 5_000 + "\nb\n")

    blocks = [*TextFile(file, has_quotes=has_quotes).blocks()]

    assert records(blocks) == [(1, ["a"]), (3, ["b"])]
    assert [block.fault for block in blocks if block.fault] == [
        b'2,,"The row is longer than 500 bytes, or a quote in it is not closed."\n'
    ]


def test_a_mark_of_utf8_is_no_part_of_a_name(file: Path) -> None:
    """As spreadsheets write it."""
    file.write_bytes(b"\xef\xbb\xbfid,size\n1,2\n")

    table = of_csv(file)

    assert table.names(["size"]) == ["id", "size"]
    assert records([*table.blocks(skip_head=True)]) == [(2, ["1", "2"])]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_out(separator: str, file: Path) -> None:
    """By the columns that it gives, whatever else is in the names."""
    file.write_text(separator.join(["id", '"a, b; c"', "size", "count"]) + "\n")
    table = TextFile(file, has_quotes=True)

    assert table.names(["size", "count"]) == ["id", "a, b; c", "size", "count"]
    assert table.separator == separator


def test_a_head_may_have_line_breaks(file: Path) -> None:
    """Between quotes."""
    file.write_text('"id\nof it",size\n1,2\n')
    table = of_csv(file)

    assert table.names(["size"]) == ["id\nof it", "size"]
    assert records([*table.blocks(skip_head=True)]) == [(3, ["1", "2"])]


def test_a_compressed_file_is_read_as_it_was(file: Path) -> None:
    """Whatever its name."""
    file.write_bytes(gzip.compress(b"a\nb\n") + gzip.compress(b"c\n"))

    assert records([*of_csv(file).blocks()]) == [(1, ["a"]), (2, ["b"]), (3, ["c"])]
    assert of_csv(file).is_packed


def test_a_compressed_file_that_ends_in_the_middle_gives_its_whole_records(file: Path) -> None:
    """And then says where it ends."""
    whole = gzip.compress("\n".join(map(str, range(100_000))).encode())
    file.write_bytes(whole[: len(whole) // 2])
    found: list[tuple[int, list[str]]] = []

    with pytest.raises(CutShort, match=r"ends in the middle, in line \d+"):
        found.extend(record for block in of_csv(file).blocks() for record in records([block]))

    assert [row for _, row in found] == [[f"{number}"] for number in range(len(found))]
    assert len(found) > 1_000


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\xff\xfea\x00", "it is UTF-16; save it as UTF-8"),
        (b"PAR1\x00\x00", "it is no text"),
        (b"\nid,size\n", "its first line is empty; the names of the columns belong there"),
        (
            b"id,st\xe4dt\n1,2\n",
            r"its first line is not UTF-8: convert the file \(iconv -f WINDOWS-1252 -t UTF-8\)\.$",
        ),
    ],
)
def test_what_is_no_table_is_named(content: bytes, reason: str, file: Path) -> None:
    """With what would be right."""
    file.write_bytes(content)

    with pytest.raises(UnreadableFile, match=reason):
        of_csv(file).names([])


def test_a_file_that_is_not_there_is_named(file: Path) -> None:
    """As any other."""
    with pytest.raises(UnreadableFile, match="No such file"):
        of_csv(file).names([])


@pytest.mark.parametrize("quote", ['"', ""])
def test_a_record_that_is_too_long_costs_itself_alone(quote: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that is read whole before its length is seen."""
    monkeypatch.setattr(source, "BLOCK_BYTES", 400)
    monkeypatch.setattr(source, "LONGEST_RECORD", 500)
    file.write_text(f"a\n{quote}{'x' * 510}{quote}\nb\n")

    blocks = [*of_csv(file).blocks()]

    assert records(blocks) == [(1, ["a"]), (3, ["b"])]
    assert [(block.first_line, block.next_line) for block in blocks if block.fault] == [(2, 3)]
