"""Sample rows from files, and as callers would send them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from training.rows import UnknownRows, evenly, read_rows, to_rows


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
