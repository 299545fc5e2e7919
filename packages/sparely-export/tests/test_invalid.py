"""Rows that an estimator refuses."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from sparely_export.describing import describe
from sparely_export.invalid import InvalidRows

ROWS = pd.DataFrame(
    {"revenue": [1834.31, 2.5, 3.5, np.nan], "word": ["x", "y", None, "x"], "flag": [True, False, True, False]}
)
COLUMNS = make_column_transformer(
    (SimpleImputer(), ["revenue"]),
    (make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder()), ["word"]),
    ("passthrough", ["flag"]),
)
MODEL = make_pipeline(COLUMNS, LinearRegression()).fit(ROWS, [1.0, 2.0, 3.0, 4.0])
NUMBER = "Expected a number there, such as 1834.31, or true or false; an empty cell where nothing is known."


@pytest.mark.parametrize(
    ("column", "values", "row", "held", "wanted"),
    [
        ("revenue", ["1834.31", "n.a.", "3.5", None], 2, "'n.a.'", NUMBER),
        ("revenue", ["1,834.31", "2,000.5", "3,000.5", None], 1, "'1,834.31'", NUMBER),
        ("flag", ["yes", "no", "yes", "no"], 1, "'yes'", NUMBER),
        ("word", ["x", "never seen", "y", "x"], 2, "'never seen'", "Give rows as the model met them in training"),
    ],
    ids=["one cell", "whole column", "words for a boolean", "category"],
)
def test_row_column_and_value_at_fault_are_told(
    column: str, values: list[Any], row: int, held: str, wanted: str
) -> None:
    """Empty cells elsewhere are not blamed for a value that does not fit."""
    with pytest.raises(InvalidRows) as caught:
        describe(MODEL, ROWS.assign(**{column: values}))

    told = str(caught.value)
    assert told.startswith(
        f'the estimator does not answer row {row} of the data, where column "{column}" holds {held} ('
    )
    assert wanted in told


def test_infinity_is_no_number_of_json() -> None:
    """It is found before any estimator is asked."""
    with pytest.raises(
        InvalidRows, match=r'^column "revenue" holds inf in row 2 of the data, which JSON has no number for'
    ):
        describe(MODEL, ROWS.assign(revenue=[1.0, np.inf, 2.0, 3.0]))


def test_an_estimator_that_answers_no_row_blames_no_column() -> None:
    """Its own words are all that is known."""
    broken = make_pipeline(SimpleImputer(), LinearRegression()).fit(ROWS[["revenue"]], [1.0, 2.0, 3.0, 4.0])
    del broken.steps[0][1].statistics_

    with pytest.raises(InvalidRows, match=r"^the estimator does not answer row 1 of the data \(.*\)\. Give rows as"):
        describe(broken, ROWS[["revenue"]])
