"""How a table is written, and what it may lack."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sparely.batch.source import TextFile, UnreadableFile
from sparely.batch.table import Asked, WrongTable, described


class Wanted(NamedTuple):
    """What a model says of itself."""

    names: tuple[str, ...] = ("size", "month", "word")
    needed: tuple[str, ...] = ("size",)
    columns: tuple[str, ...] = ("value",)
    versions: dict[str, str] = {"toy": "v1"}  # noqa: RUF012 a field


def asking(folder: Path, head: str, *lacking: str, form: str = "csv") -> dict[str, Any]:
    """Look at a table with this first line."""
    file = folder / f"rows.{form}"
    file.write_text(f"{head}\n", "utf-8")
    return described(TextFile(file, has_quotes=form == "csv"), form, Asked(lacking=lacking), Wanted())


@pytest.mark.parametrize(
    ("head", "lacking", "reason"),
    [
        (
            "size,Month,word",
            (),
            'its first line lacks "month" ("Month" may be meant), which would be null in every row; rename the column, '
            "or --lacking month allows it",
        ),
        (
            "size,id",
            (),
            'its first line lacks "month", "word", which would be null in every row; name a column so, or --lacking '
            "month,word allows it",
        ),
        (
            "size,id",
            ("word",),
            'its first line lacks "month", which would be null in every row; name a column so, or --lacking '
            "word,month allows it",
        ),
        (
            "SIZE,id",
            ("word",),
            'its first line lacks "size" ("SIZE" may be meant), without which no row is answered',
        ),
    ],
)
def test_a_feature_without_a_column_is_told(head: str, lacking: tuple[str, ...], reason: str, tmp_path: Path) -> None:
    """With what may be meant and what allows it."""
    with pytest.raises(UnreadableFile) as error:
        asking(tmp_path, head, *lacking)
    assert str(error.value) == f"{tmp_path / 'rows.csv'}: {reason}."


def test_what_is_said_to_be_lacking_may_be(tmp_path: Path) -> None:
    """All others have columns."""
    assert asking(tmp_path, "size,word", "month")["names"] == ["size", "word"]


@pytest.mark.parametrize(
    ("name", "form", "reason"),
    [
        ("size", "csv", '"size" cannot be lacking; only "month", "word" may'),
        ("size", "jsonl", '"size" cannot be lacking; only "month", "word" may'),
        ("hue", "csv", '"hue" cannot be lacking; only "month", "word" may'),
        ("month", "csv", '"month" is not lacking; leave out --lacking month'),
    ],
)
def test_what_cannot_be_lacking_is_told(name: str, form: str, reason: str, tmp_path: Path) -> None:
    """With what may be."""
    with pytest.raises(WrongTable) as error:
        asking(tmp_path, "size,month,word", name, form=form)
    assert str(error.value) == f"{tmp_path / f'rows.{form}'}: {reason}."
