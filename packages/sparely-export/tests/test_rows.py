"""Sample rows from files, and as callers would send them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sparely_export.refusals import Unreadable
from sparely_export.rows import UnknownRows, UnreadRows, evenly, read_rows, to_rows


def test_rows_are_json() -> None:
    """Whole numbers lose their decimals, missing values become null, strings and booleans stay."""
    frame = pd.DataFrame({"a": [1.0, 2.5, np.nan], "sex": pd.Series(["1", None, "2"], dtype=object), "b": [True] * 3})

    assert json.dumps(to_rows(frame)) == (
        '[{"a": 1, "sex": "1", "b": true}, {"a": 2.5, "sex": null, "b": true}, {"a": null, "sex": "2", "b": true}]'
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rows.csv", "a,word,flag\n1,x,True\n2,y,False\n"),
        ("rows.jsonl", '{"a":1,"word":"x","flag":true}\n{"a":2,"word":"y","flag":false}\n'),
    ],
)
def test_a_file_is_read_by_its_suffix(tmp_path: Path, name: str, text: str) -> None:
    """CSV and JSON lines give the same rows."""
    (tmp_path / name).write_text(text)

    assert to_rows(read_rows(tmp_path / name)) == [
        {"a": 1, "word": "x", "flag": True},
        {"a": 2, "word": "y", "flag": False},
    ]


def test_another_suffix_is_refused() -> None:
    """The message lists the types that are read."""
    with pytest.raises(UnknownRows) as caught:
        read_rows(Path("rows.xlsx"))

    assert str(caught.value) == "rows.xlsx: rows are read from .csv, .parquet, .jsonl, .ndjson files."


def test_many_rows_are_thinned_evenly() -> None:
    """Rows are taken from the whole length, at most as many as asked for."""
    assert evenly([{"a": index} for index in range(10)], most=4) == [{"a": 0}, {"a": 3}, {"a": 6}, {"a": 9}]
    assert len(evenly([{"a": 1}] * 3, most=4)) == 3


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("rows.csv", b"", "holds no rows. Expected a name a column, and some hundred rows of training."),
        ("rows.csv", b"a,b\n", "holds no rows. Expected a name a column, and some hundred rows of training."),
        ("rows.jsonl", b"\n", "holds no rows. Expected a name a column, and some hundred rows of training."),
        (
            "rows.csv",
            b"a,gr\xf6\xdfe\n1,2\n",
            "is not in UTF-8: it has a byte 0xf6. If it is Latin-1: iconv -f LATIN1 ",
        ),
        ("rows.csv", b"a;b\n1,5;2\n", "has one column; it seems to be separated by semicolons. Save it with commas"),
        ("rows.csv", b"a\tb\n1\t2\n", "has one column; it seems to be separated by tabs. Save it with commas"),
        ("rows.csv", b"a,b\n1,2\n1,2,3,4\n", "is no .csv file that can be read (Error tokenizing data."),
        ("rows.jsonl", b'[{"a": 1}]', "has a line that is no object. Expected one row a line, such as "),
        ("rows.jsonl", b"a,b\n1,2\n", "is no .jsonl file that can be read (Expecting value"),
    ],
    ids=["empty", "header", "blank", "latin-1", "semicolons", "tabs", "ragged", "array", "csv"],
)
def test_a_file_without_usable_rows_is_told_why(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    """What is wrong, and what would be right."""
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UnreadRows) as caught:
        read_rows(tmp_path / name)

    assert str(caught.value).startswith(f"{tmp_path / name} {told}")


def test_rows_that_are_not_there_are_named(tmp_path: Path) -> None:
    """The sentence is the operating system's."""
    with pytest.raises(Unreadable, match=r"none\.csv cannot be read: No such file or directory\.$"):
        read_rows(tmp_path / "none.csv")
