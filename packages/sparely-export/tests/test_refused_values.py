"""What estimators refuse becomes part of the model's description."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression
from sklearn.naive_bayes import CategoricalNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder, PowerTransformer, StandardScaler

from sparely.manifest import Accepts
from sparely_export.describing import describe
from sparely_export.features import Feature, with_ranges
from sparely_export.refused_values import asking, fits, with_accepted

DRAWS = np.random.default_rng(4)
ROWS = pd.DataFrame(
    {
        "size": DRAWS.lognormal(0, 0.4, 60).round(2) + 0.01,
        "count": DRAWS.integers(0, 5, 60),
        "code": DRAWS.choice([1, 2, 5], 60),
        "color": DRAWS.choice(["red", "blue"], 60),
    }
)
HIGH = (ROWS["size"] > 1).astype(int)


def accepted(estimator: Any, names: list[str]) -> dict[str, Accepts | None]:
    """Fit on these columns, and tell what is taken of each."""
    table = ROWS[names]
    model = estimator.fit(table, HIGH)
    described = describe(model, table)
    features = with_ranges(described.features, described.rows)
    return {each.name: each.accepts for each in with_accepted(model, features, described.rows)}


def encoded(encoder: Any, names: list[str]) -> Any:
    """An encoder of these columns in front of a line, beside size."""
    return make_pipeline(make_column_transformer((encoder, names), remainder="passthrough"), LinearRegression())


@pytest.mark.parametrize("encoder", [OneHotEncoder(sparse_output=False), OrdinalEncoder()])
def test_words_of_a_strict_encoder_are_all_it_takes(encoder: Any) -> None:
    """Known are those that it was fitted on, in the alphabet's order; the number beside it is free."""
    found = accepted(encoded(encoder, ["color"]), ["color", "size"])

    assert found == {"color": Accepts(values=("blue", "red")), "size": None}


def test_words_that_the_rows_lack_are_known_from_the_encoder() -> None:
    """Sample rows need not have all categories."""
    encoder = OneHotEncoder(categories=[["blue", "green", "red"]], sparse_output=False)

    assert accepted(encoded(encoder, ["color"]), ["color", "size"])["color"] == Accepts(values=("blue", "green", "red"))


def test_lenient_encoder_takes_everything() -> None:
    """What the estimator answers is not refused."""
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)

    assert accepted(encoded(encoder, ["color"]), ["color", "size"]) == {"color": None, "size": None}


def test_numbers_of_an_encoder_with_gaps_are_listed() -> None:
    """3 lies between what was seen, and is refused."""
    assert accepted(encoded(OrdinalEncoder(), ["code"]), ["code", "size"])["code"] == Accepts(values=(1, 2, 5))


def test_whole_numbers_without_gaps_have_bounds() -> None:
    """Naive Bayes of categories takes those from 0 to the largest that it was fitted on."""
    assert accepted(CategoricalNB(), ["count"]) == {"count": Accepts(minimum=0, maximum=4)}


def test_lower_bounds_are_found() -> None:
    """Of a square root 0 is taken, what is below it is not."""
    model = make_pipeline(FunctionTransformer(np.sqrt), LinearRegression())

    assert accepted(model, ["size", "count"]) == {"size": Accepts(minimum=0), "count": Accepts(minimum=0)}


def test_logarithms_want_more_than_a_bound() -> None:
    """Box-Cox takes no 0, log(1 + x) no -1: the bound itself is not among the values."""
    model = make_pipeline(
        make_column_transformer((PowerTransformer("box-cox"), ["size"]), (FunctionTransformer(np.log1p), ["count"])),
        LinearRegression(),
    )

    assert accepted(model, ["size", "count"]) == {"size": Accepts(above=0.0), "count": Accepts(minimum=0)}


def test_upper_bounds_are_found_too() -> None:
    """A square root of 20 - x ends at 20."""
    model = make_pipeline(FunctionTransformer(_root), LinearRegression())

    assert accepted(model, ["size"])["size"] == Accepts(maximum=20.0)


@pytest.mark.parametrize("shift", [0, 1])
def test_a_hole_is_named_and_is_no_bound(shift: float) -> None:
    """1 / x takes all numbers but 0, wherever the rows lie."""
    model = make_pipeline(FunctionTransformer(np.reciprocal), LinearRegression())
    table = pd.DataFrame({"size": ROWS["size"] - shift + 0.001})
    described = describe(model.fit(table, HIGH), table)

    (feature,) = with_accepted(model, with_ranges(described.features, described.rows), described.rows)

    assert feature.accepts == Accepts(without=(0,))


@pytest.mark.parametrize("table", [[[-1.0], [1.0]] * 30, [[-2], [-1], [1], [2]] * 15], ids=["two", "whole"])
def test_a_hole_in_the_only_gap_makes_no_list_of_values(table: Any) -> None:
    """What lies far outside is taken, so these numbers are not all that is known."""
    model = make_pipeline(FunctionTransformer(_reciprocal), LinearRegression())
    frame = pd.DataFrame(table, columns=["size"])
    described = describe(model.fit(frame, HIGH), frame)

    (feature,) = with_accepted(model, with_ranges(described.features, described.rows), described.rows)

    assert feature.accepts == Accepts(without=(0,))


def test_the_middle_that_a_scaler_takes_away_is_a_hole_of_what_comes_next() -> None:
    """1 / (x - mean), with the mean as the scaler has it; whole numbers are never there."""
    table = pd.DataFrame({"size": [0.5, 1.0, 2.0, 3.0] * 15, "count": [1, 2, 5, 10] * 15})
    scaler = StandardScaler().set_output(transform="pandas")
    model = make_pipeline(scaler, FunctionTransformer(np.reciprocal), LinearRegression()).fit(table, HIGH)
    described = describe(model, table)

    found = with_accepted(model, with_ranges(described.features, described.rows), described.rows)

    assert [each.accepts for each in found] == [Accepts(without=(1.625,)), None]


def test_what_other_features_decide_is_no_features_own() -> None:
    """The root of a sum that may be negative: no bound of either holds in every row."""
    line = TransformedTargetRegressor(LinearRegression(), func=np.square, inverse_func=np.sqrt, check_inverse=False)
    table = ROWS[["size", "count"]]
    model = line.fit(table, table["size"] + table["count"] + 1)
    described = describe(model, table)

    found = with_accepted(model, with_ranges(described.features, described.rows), described.rows)

    assert [each.accepts for each in found] == [None, None]


def test_a_domain_of_two_ends_has_both() -> None:
    """An arc sine takes numbers from -1 to 1."""
    model = make_pipeline(FunctionTransformer(np.arcsin), LinearRegression())
    table = pd.DataFrame({"size": ROWS["size"] / 4})
    described = describe(model.fit(table, HIGH), table)

    (feature,) = with_accepted(model, with_ranges(described.features, described.rows), described.rows)

    assert feature.accepts == Accepts(minimum=-1.0, maximum=1.0)


def test_a_bound_beyond_a_hole_is_found() -> None:
    """1 / sqrt(x * (x + 3)) is nothing between -3 and 0, and something below: no bound of 0."""
    model = make_pipeline(FunctionTransformer(_apart), LinearRegression())

    assert accepted(model, ["size"])["size"] is None


def _apart(table: Any) -> Any:
    return 1 / np.sqrt(table * (table + 3))


def _reciprocal(table: Any) -> Any:
    return 1 / np.asarray(table, dtype=float)


def _root(table: Any) -> Any:
    return np.sqrt(20 - table)


def test_model_that_takes_all_is_left_alone() -> None:
    """Boosted trees answer whatever they are sent."""
    assert accepted(HistGradientBoostingRegressor(max_iter=2), ["size", "count"]) == {"size": None, "count": None}


def test_rows_beyond_what_is_taken_do_not_fit() -> None:
    """Null is not refused by a bound."""
    model = make_pipeline(PowerTransformer("box-cox"), LinearRegression())
    described = describe(model.fit(ROWS[["size"]], HIGH), ROWS[["size"]])
    features = with_accepted(model, with_ranges(described.features, described.rows), described.rows)

    assert [fits(features, {"size": value}) for value in (1, 0, -1, None)] == [True, False, False, True]


@pytest.mark.parametrize(
    ("accepts", "entry"),
    [
        (Accepts(above=0.0), {"above": 0.0}),
        (Accepts(values=("a", "b")), {"values": ["a", "b"]}),
        (Accepts(without=(0,)), {"without": [0]}),
        (None, None),
    ],
)
def test_manifest_has_what_is_taken(accepts: Accepts | None, entry: Any) -> None:
    """Only what there is: values, or the bounds that are set."""
    assert Feature(name="x", type="string", accepts=accepts).as_json().get("accepts") == entry


def test_a_row_with_a_number_that_is_not_taken_does_not_fit() -> None:
    """It is not among the rows that are compared."""
    assert [fits((Feature(name="a", accepts=Accepts(without=(0,))),), {"a": value}) for value in (0, 1)] == [
        False,
        True,
    ]


def test_no_rows_have_no_answers() -> None:
    """The estimator is not asked, which refuses an empty table."""
    assert asking(LinearRegression().fit([[0.0], [1.0]], [0, 1]), (Feature(name="a"),))([]) == []


def test_rows_that_all_lack_something_are_asked_all_the_same() -> None:
    """Where the estimator takes missing values."""
    model = HistGradientBoostingRegressor(max_iter=2).fit([[1.0, 2.0], [1.0, 3.0]] * 10, np.arange(20))
    features = (Feature(name="a", minimum=0, maximum=1), Feature(name="b", required=False, null="nan"))

    assert with_accepted(model, features, [{"a": 1.0, "b": None}]) == features


def test_nothing_is_known_of_a_model_that_refuses_every_row() -> None:
    """The features stay as they are."""
    model = make_pipeline(PowerTransformer("box-cox"), LinearRegression()).fit([[1.0], [2.0], [3.0]], [0, 1, 2])
    features = (Feature(name="a", minimum=-2, maximum=-1),)

    assert with_accepted(model, features, [{"a": -1.0}, {"a": -2.0}]) == features
