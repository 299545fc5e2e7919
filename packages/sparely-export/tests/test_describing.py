"""What a model takes, read off the estimator and its rows."""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from sparely_export.describing import describe
from sparely_export.features import NEVER_SENT, Token
from sparely_export.invalid import InvalidRows

NUMBERS = pd.DataFrame({"a": [1, 2, 3, 4], "b": [0.5, 1.5, 2.5, 2.0]})
TARGET = [1.0, 2.0, 3.0, 4.0]


def types(described: Any) -> dict[str, tuple[str, object]]:
    """Each feature's type and null."""
    return {feature.name: (feature.type, feature.null) for feature in described.features}


def test_types_are_the_rows_types() -> None:
    """Whole numbers, numbers, booleans and words are told apart; what a column transformer drops is not taken."""
    frame = NUMBERS.assign(word=["x", "y", "x", "y"], flag=[True, False, True, False], idle=["?"] * 4)
    encoder = make_column_transformer((OneHotEncoder(), ["word", "flag"]), ("passthrough", ["a", "b"]))

    described = describe(make_pipeline(encoder, LinearRegression()).fit(frame, TARGET), frame)

    assert types(described) == {
        "a": ("integer", "refused"),
        "b": ("number", "refused"),
        "word": ("string", "refused"),
        "flag": ("boolean", "refused"),
    }
    assert described.ignored == ("idle",)


@pytest.mark.parametrize(
    ("estimator", "null"),
    [
        (LinearRegression(), "refused"),
        (make_pipeline(SimpleImputer(), LinearRegression()), "nan"),
        (HistGradientBoostingRegressor(), "nan"),
    ],
    ids=["neither", "imputer", "native"],
)
def test_null_is_allowed_where_something_stands_ready_for_it(estimator: Any, null: str) -> None:
    """An imputer, or a model that does without values, allows null even if no row has one."""
    described = describe(estimator.fit(NUMBERS, TARGET), NUMBERS)

    assert types(described) == {"a": ("integer", null), "b": ("number", null)}


def test_null_word_is_what_the_imputer_fills_in() -> None:
    """A missing word means the commonest one, as the pipeline's imputer has it."""
    frame = pd.DataFrame({"word": ["x", "y", "y", None]})
    columns = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder()), ["word"])
    )

    described = describe(make_pipeline(columns, LinearRegression()).fit(frame, TARGET), frame)

    assert types(described) == {"word": ("string", Token("y"))}


def test_null_word_can_be_named() -> None:
    """Where words were filled before the pipeline, the caller names the word."""
    frame = pd.DataFrame({"word": ["x", "y", "y", "unknown"]})
    columns = make_column_transformer((OneHotEncoder(), ["word"]))
    estimator = make_pipeline(columns, LinearRegression()).fit(frame, TARGET)

    described = describe(estimator, frame.replace("unknown", None), nulls={"word": "unknown"})

    assert types(described) == {"word": ("string", Token("unknown"))}


def test_a_missing_word_goes_as_one_never_seen_where_rows_have_one() -> None:
    """What an encoder that ignores unknown words does with it, although training saw none."""
    words = pd.DataFrame({"word": ["x", "y", "y", "x"]})
    columns = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["word"]))
    estimator = make_pipeline(columns, LinearRegression()).fit(words, TARGET)

    described = describe(estimator, words.assign(word=["x", None, "y", "x"]))

    assert types(described) == {"word": ("string", Token(NEVER_SENT))}
    assert types(describe(estimator, words)) == {"word": ("string", "refused")}


def test_a_missing_word_that_the_encoder_refuses_is_named() -> None:
    """As one that it has not seen."""
    words = pd.DataFrame({"word": ["x", "y", "y", "x"]})
    columns = make_column_transformer((OneHotEncoder(), ["word"]))
    estimator = make_pipeline(columns, LinearRegression()).fit(words, TARGET)

    with pytest.raises(InvalidRows, match=r'^column "word" has empty values, which the estimator refuses'):
        describe(estimator, words.assign(word=["x", None, "y", "x"]))


def test_empty_values_that_the_estimator_refuses_are_named() -> None:
    """The message names the column and both ways out."""
    frame = NUMBERS.assign(b=[0.5, np.nan, 2.5, 2.0])

    with pytest.raises(InvalidRows) as caught:
        describe(LinearRegression().fit(NUMBERS, TARGET), frame)

    assert str(caught.value) == (
        'column "b" has empty values, which the estimator refuses or which have no word in it. '
        "Train with a SimpleImputer, or with a word of its own and --null b=WORD."
    )


@pytest.mark.parametrize("dtype", ["int64", "Int64"])
def test_whole_numbers_that_the_service_does_not_take_are_refused(dtype: str) -> None:
    """All rows would pass the gate, and each would be a 422."""
    frame = NUMBERS.assign(b=pd.array([1_700_000_000_000_000_001, 3, 4, 5], dtype=dtype))

    with pytest.raises(InvalidRows, match=r'^column "b" holds whole numbers up to 1700000000000000001, .* seconds'):
        describe(LinearRegression().fit(frame[["a", "b"]].astype(float), [1.0, 2.0, 3.0, 4.0]), frame)


def test_decimals_are_refused() -> None:
    """As a database gives them; the message says how the rows are given as what the model computes with."""
    frame = NUMBERS.assign(b=[Decimal("0.5"), Decimal("1.5"), Decimal("2.5"), Decimal("2.0")])

    with pytest.raises(InvalidRows, match=r'^column "b" holds decimals, .* by \.astype\(\{"b": float\}\)\.$'):
        describe(LinearRegression().fit(frame, TARGET), frame)


def test_dates_are_refused() -> None:
    """JSON has no dates; the message says what to derive."""
    frame = NUMBERS.assign(b=pd.date_range("2026-01-01", periods=4))

    with pytest.raises(InvalidRows, match=r'^column "b" holds dates, .* Derive numbers before the pipeline'):
        describe(LinearRegression().fit(NUMBERS, TARGET), frame)


def test_missing_column_is_named() -> None:
    """A column that the estimator was fitted on must be there."""
    with pytest.raises(InvalidRows, match=r'^the rows have no column "b"; the estimator was fitted on it\.$'):
        describe(LinearRegression().fit(NUMBERS, TARGET), NUMBERS[["a"]])


def test_estimator_without_names_takes_the_columns_in_order() -> None:
    """Fitted on an array, it takes as many columns as it has seen, but for the target."""
    estimator = LinearRegression().fit(NUMBERS.to_numpy(), TARGET)

    assert list(types(describe(estimator, NUMBERS.assign(y=TARGET), ["y"]))) == ["a", "b"]
    with pytest.raises(InvalidRows, match=r"takes 2 columns and the rows have 3 .* Name the target with --target"):
        describe(estimator, NUMBERS.assign(y=TARGET))


def test_names_that_are_only_the_datas_are_known_to_be_so() -> None:
    """A model of an array takes any columns in their order; one of a frame knows its own."""
    array, frame = LinearRegression().fit(NUMBERS.to_numpy(), TARGET), LinearRegression().fit(NUMBERS, TARGET)

    assert [describe(each, NUMBERS).by_order for each in (array, frame)] == [True, False]
