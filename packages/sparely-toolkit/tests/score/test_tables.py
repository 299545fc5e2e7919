"""What a run is over."""

from pathlib import Path

import pytest

from sparely_toolkit.score.places import WrongCall
from sparely_toolkit.score.tables import check_name


@pytest.mark.parametrize(
    ("name", "form", "reason"),
    [
        ("p.csv", "jsonl", "its name says CSV, and answers are JSON lines as rows is"),
        ("p.tsv.gz", "jsonl", "its name says CSV, and answers are JSON lines as rows is"),
        ("p.parquet", "csv", "its name says Parquet, and answers are CSV as rows is"),
        ("p.ndjson", "parquet", "its name says JSON lines, and answers are Parquet as rows is"),
    ],
)
def test_a_table_is_what_its_name_says(name: str, form: str, reason: str) -> None:
    """Answers are written as the file is."""
    with pytest.raises(WrongCall) as problem:
        check_name(Path(name), Path("rows"), form)
    assert str(problem.value) == f"{name}: {reason}; --output names it otherwise."


@pytest.mark.parametrize("name", ["p.tsv", "p.csv.gz", "p.txt", "p", "p.dat"])
def test_a_name_that_says_nothing_else_is_taken(name: str) -> None:
    """Whatever stands between the cells."""
    check_name(Path(name), Path("rows"), "csv")
