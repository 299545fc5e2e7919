"""Parquet files as parts, and parts as a Parquet file."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sparely.batch.source import CutShort, UnreadableFile
from sparely.batch.table import Asked, WrongTable
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.score import row_groups
from sparely_toolkit.score.process import Wanted
from sparely_toolkit.score.row_groups import NoPyarrow, ParquetTable

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
WANTED = Wanted(("size",), ("size",), ("value",), {"toy": "v1"})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Ten rows in row groups of four."""
    path = tmp_path / "rows.parquet"
    table = pa.table({"id": range(10), "size": [number / 2 for number in range(10)], "note": ["x"] * 10})
    pq.write_table(table, path, row_group_size=4)
    return path


def rows(parts: Any) -> list[tuple[int, Any]]:
    """Each row with its number."""
    found = []
    for part in parts:
        read = pa.ipc.open_stream(part.content).read_all().to_pylist()
        found += [(part.first_line + place, row["id"]) for place, row in enumerate(read)]
    return found


@pytest.mark.parametrize("size", [1, 3, 4, 100])
@pytest.mark.parametrize("start", [0, 1, 4, 7, 9, 10])
def test_parts_begin_wherever_one_ended(size: int, start: int, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the columns that are kept or asked for."""
    monkeypatch.setattr(row_groups, "ROWS", size)
    table = ParquetTable(file, {})
    table.described(Asked(["id"]), WANTED)

    parts = [*table.parts(start, start + 1)]

    assert rows(parts) == [(number + 1, number) for number in range(start, 10)]
    assert not parts or parts[-1].end == 10


def test_parts_become_as_many_row_groups(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever their size."""
    monkeypatch.setattr(row_groups, "ROWS", 3)
    table = ParquetTable(file, {})
    table.described(Asked(), WANTED)
    partial, output = file.with_name("partial"), file.with_name("out.parquet")
    partial.write_bytes(b"".join(part.content for part in table.parts(0, 1)))

    table.finish(partial, output)

    made = pq.ParquetFile(output)
    assert [made.metadata.row_group(number).num_rows for number in range(3)] == [4, 4, 2]
    assert made.read().column("id").to_pylist() == [*range(10)]
    assert {each.name for each in file.parent.iterdir()} == {"rows.parquet", "out.parquet"}


def schema_in(description: Mapping[str, Any]) -> Any:
    """What those who score it are told."""
    return pa.ipc.read_schema(pa.py_buffer(base64.b64decode(description["schema"])))


@pytest.mark.parametrize("groups", [0, 1])
def test_a_table_of_no_rows_is_one_again(groups: int, file: Path) -> None:
    """With the columns that it has."""
    schema = pa.schema([("size", pa.float64()), ("city", pa.string())])
    with pq.ParquetWriter(file, schema) as writer:
        for _ in range(groups):
            writer.write_table(schema.empty_table())
    table = ParquetTable(file, {})
    description = table.described(Asked(), WANTED)
    partial, output = file.with_name("partial"), file.with_name("out.parquet")
    with pa.ipc.new_stream(f"{partial}", schema_in(description).with_metadata({"group": ""})):
        pass

    assert [*table.parts(0, 1)] == []
    table.finish(partial, output)

    assert pq.read_table(output).equals(schema.empty_table())
    assert {each.name for each in file.parent.iterdir()} == {"rows.parquet", "out.parquet"}


VIEWS = {
    "string": pa.array(["a", None], pa.string_view()),
    "binary": pa.array([b"a", None], pa.binary_view()),
    "list": pa.array([["a"], None], pa.list_(pa.string_view())),
    "fixed list": pa.array([["a", "b"], None], pa.list_(pa.string_view(), 2)),
    "map": pa.array([[("a", 1)], None], pa.map_(pa.string_view(), pa.int64())),
    "struct": pa.array([{"x": "a"}, None], pa.struct([("x", pa.string_view())])),
    "no UTF-8": pa.array([b"a", b"\xff"]).cast(pa.binary_view()).view(pa.string_view()),
}


@pytest.mark.parametrize("form", VIEWS)
def test_views_are_read_as_what_they_view(form: str, file: Path) -> None:
    """Of which rows can be taken; what is no UTF-8 is left to who looks at rows."""
    pq.write_table(pa.table({"id": [0, 1], "size": [1.0, 2.0], "note": VIEWS[form]}), file)
    table = ParquetTable(file, {})
    description = table.described(Asked(["note"]), WANTED)

    (part,) = table.parts(0, 1)

    read = pa.ipc.open_stream(part.content).read_all()
    assert read.schema.remove_metadata() == schema_in(description)
    assert "view" not in f"{read.schema}"
    assert read.take([0]).column("note").to_pylist() == [VIEWS[form][0].as_py()]


@pytest.mark.parametrize(
    ("columns", "keep", "sentence"),
    [
        (["id"], None, 'it lacks "size", without which no row is answered'),
        (["size", "size"], None, 'it has "size" twice'),
        (["size"], ["id"], 'has no column "id"; it has "size"'),
        (["size", "value"], None, 'has a column "value", as the answers have'),
    ],
)
def test_columns_that_do_not_fit_are_told(
    columns: list[str], keep: list[str] | None, sentence: str, file: Path
) -> None:
    """As those of a CSV."""
    pq.write_table(pa.Table.from_arrays([pa.array([1.0])] * len(columns), columns), file)

    with pytest.raises((UnreadableFile, WrongTable), match=sentence):
        ParquetTable(file, {}).described(Asked(keep), WANTED)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"id,size\n1,2\n"])
def test_what_is_no_parquet_is_named(content: bytes, file: Path) -> None:
    """In one sentence."""
    file.write_bytes(content)

    with pytest.raises(UnreadableFile, match="it is no Parquet file"):
        ParquetTable(file, {})


def test_a_damaged_row_group_is_named(file: Path) -> None:
    """Those before it are read."""
    content = bytearray(file.read_bytes())
    start = pq.ParquetFile(file).metadata.row_group(1).column(0).dictionary_page_offset
    content[start : start + 12] = b"\xff" * 12
    file.write_bytes(content)
    table = ParquetTable(file, {})
    table.described(Asked(), WANTED)
    parts = table.parts(0, 1)

    assert next(parts).end == 4
    with pytest.raises(CutShort, match="row group 2 is damaged"):
        next(parts)


def test_its_need_is_told(file: Path) -> None:
    """Of the largest row group."""
    table = ParquetTable(file, {})
    table.described(Asked(), WANTED)

    assert table.need() == "rows.parquet has 3 row groups of up to 4 rows: takes up to 150 MB."


def test_without_pyarrow_it_says_how_to_get_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is not at fault."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(NoPyarrow) as problem:
        ParquetTable(file, {})
    assert problem.value.exit_code == ExitCode.LACKING
    assert "put pyarrow into requirements/dev.in, then make lock" in str(problem.value)
