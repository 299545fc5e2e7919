"""The columns of a model's signature in MLflow: they type the rows, and refuse what is not theirs."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sparely_export.describing import column_type
from sparely_export.rows import read_rows
from sparely_export.signature import AgainstSignature, Column, typed, words_of


def test_whole_numbers_of_a_double_are_numbers() -> None:
    """Callers may then send 5.5, though the rows hold 5."""
    frame = typed(pd.DataFrame({"a": [1, 2]}), [Column("a", "double")])

    assert column_type(frame["a"]) == "number"


def test_whole_numbers_with_gaps_are_integers_where_the_signature_says_so() -> None:
    """Pandas reads them as 1.0 and NaN."""
    frame = typed(pd.DataFrame({"a": [1.0, None]}), [Column("a", "long")])

    assert column_type(frame["a"]) == "integer"


def test_digits_of_a_column_of_words_keep_their_zeros(tmp_path: Path) -> None:
    """As codes do that are no numbers."""
    (tmp_path / "rows.csv").write_text("code,a\n00123,1\n00007,2\n", "utf-8")

    frame = read_rows(tmp_path / "rows.csv", words_of([Column("code", "string"), Column("a", "double")]))

    assert list(typed(frame, [Column("code", "string")])["code"]) == ["00123", "00007"]


@pytest.mark.parametrize(
    ("kind", "values", "shown"),
    [
        ("long", [1.0, 5.5], "5.5 in row 2"),
        ("double", [1.0, "much"], "'much' in row 2"),
        ("double", [True, False], "True in row 1"),
        ("boolean", [0, 1], "0 in row 1"),
        ("string", ["a", 7], "7 in row 2"),
    ],
)
def test_what_the_signature_does_not_take_is_refused_with_its_row(kind: str, values: list[Any], shown: str) -> None:
    """With the value, and with what the signature says."""
    with pytest.raises(AgainstSignature) as caught:
        typed(pd.DataFrame({"a": pd.Series(values, dtype=object)}), [Column("a", kind)])

    assert str(caught.value) == (
        f'column "a" holds {shown} of the data, and is {kind} in the model\'s signature in MLflow. '
        "Give the rows that the model was fitted on."
    )


def test_a_required_column_that_is_missing_is_named() -> None:
    """One that may be left out is not asked for."""
    columns = [Column("a", "double"), Column("b", "double", required=False)]

    with pytest.raises(
        AgainstSignature, match='no column "a", which the model\'s signature in MLflow requires; they have x'
    ):
        typed(pd.DataFrame({"x": [1.0]}), columns)


@pytest.mark.parametrize("kind", ["datetime", "binary", "array"])
def test_types_that_json_has_not_are_refused(kind: str) -> None:
    """With those that are served."""
    with pytest.raises(AgainstSignature, match=f'column "a" is {kind} .* served are boolean, integer, long'):
        typed(pd.DataFrame({"a": ["x"]}), [Column("a", kind)])


def test_columns_beyond_the_signature_stay_as_they_are() -> None:
    """The target is among them."""
    frame = typed(pd.DataFrame({"a": [1], "y": ["yes"]}), [Column("a", "double")])

    assert list(frame["y"]) == ["yes"]
