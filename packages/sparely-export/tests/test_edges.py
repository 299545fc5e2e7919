"""Rows on both sides of what steps compare with."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    KBinsDiscretizer,
    OneHotEncoder,
    PowerTransformer,
    QuantileTransformer,
    SplineTransformer,
    StandardScaler,
)

from sparely_export.describing import describe
from sparely_export.edges import edge_rows
from sparely_export.features import with_ranges

DRAWS = np.random.default_rng(7)
FRAME = pd.DataFrame(
    {
        "amount": DRAWS.uniform(0, 100, 200).round(2),
        "grade": DRAWS.integers(1, 5, 200),
        "word": DRAWS.choice(["a", "b"], 200),
    }
)
HIGH = (FRAME["amount"] > 50).astype(int)


def found(estimator: Any, names: list[str], kind: Any = np.float64) -> list[dict[str, Any]]:
    """Fit on these columns, and return the rows at edges."""
    table = FRAME[names]
    model = estimator.fit(table, HIGH)
    described = describe(model, table)
    return edge_rows(model, with_ranges(described.features, described.rows), described.rows, kind)


def bins(edges: int = 4) -> KBinsDiscretizer:
    """Bins of equal width."""
    return KBinsDiscretizer(edges, encode="ordinal", strategy="uniform", subsample=None)


@pytest.mark.parametrize(
    "before",
    [
        bins(),
        make_pipeline(StandardScaler(), bins()),
        ColumnTransformer([("bins", bins(), ["amount"]), ("words", OneHotEncoder(), ["word"])]),
        FeatureUnion([("bins", bins())]),
    ],
    ids=["first", "scaled", "column", "union"],
)
def test_bins_are_tried_on_both_sides_wherever_they_stand(before: Any) -> None:
    """A cent below each edge lies in another bin than a cent above it."""
    names = ["amount", "word"] if isinstance(before, ColumnTransformer) else ["amount"]
    model = make_pipeline(before, LinearRegression())

    rows = found(model, names)

    values = sorted({row["amount"] for row in rows})
    lowest, highest = FRAME["amount"].min(), FRAME["amount"].max()
    for share in (0.25, 0.5, 0.75):
        edge = lowest + share * (highest - lowest)
        near = [value for value in values if abs(value - edge) < 0.02]
        assert min(near) < edge <= max(near)
        assert len({float(model.predict(pd.DataFrame([{**rows[0], "amount": each}])[names])[0]) for each in near}) > 1


@pytest.mark.parametrize(
    ("estimator", "edges"),
    [
        (make_pipeline(Binarizer(threshold=42.5), LinearRegression()), [42.5]),
        (IsotonicRegression(out_of_bounds="clip"), []),
        (make_pipeline(SplineTransformer(n_knots=3, extrapolation="constant"), LinearRegression()), [50]),
        (make_pipeline(QuantileTransformer(n_quantiles=3), LinearRegression()), [50]),
    ],
    ids=["threshold", "isotonic", "knots", "quantiles"],
)
def test_every_step_that_compares_is_tried(estimator: Any, edges: list[float]) -> None:
    """Thresholds, points, knots and quantiles, each with its neighbours."""
    values = [row["amount"] for row in found(estimator, ["amount"])]

    assert values
    for edge in edges:
        assert min(abs(value - edge) for value in values) < 5


def test_numbers_that_are_categories_have_neighbours_too() -> None:
    """Between two grades stands no category."""
    encoder = OneHotEncoder(handle_unknown="ignore")
    model = make_pipeline(ColumnTransformer([("grades", encoder, ["grade"])]), LinearRegression())

    grades = {row["grade"] for row in found(model, ["grade"])}

    assert {2, 3} <= grades
    assert any(2 < grade < 2.0001 for grade in grades)


def test_neighbours_are_of_the_models_type() -> None:
    """In float32 the next value is further away."""
    model = make_pipeline(Binarizer(threshold=42.5), LinearRegression())

    values = {row["amount"] for row in found(model, ["amount"], np.float32)}

    assert float(np.nextafter(np.float32(42.5), np.float32(99))) in values


def test_decided_threshold_is_approached() -> None:
    """On both sides of it the label differs."""
    model = FixedThresholdClassifier(LogisticRegression(), threshold=0.2)

    rows = found(model, ["amount"])

    assert set(model.predict(pd.DataFrame(rows))) == {0, 1}


def test_steps_that_compare_nothing_have_none() -> None:
    """A line has no edges."""
    assert found(LinearRegression(), ["amount"]) == []


def test_steps_behind_what_refuses_values_beyond_training_are_left_out() -> None:
    """Box-Cox takes nothing below 0, so what lies behind it is not asked there."""
    model = make_pipeline(PowerTransformer("box-cox"), bins(), LinearRegression())

    assert found(model, ["amount"]) == []


def test_numbers_of_many_decimals_have_no_decimal_neighbours() -> None:
    """Those of the type alone."""
    table = pd.DataFrame({"amount": np.linspace(0, 1, 50) ** 0.5 * 100})
    model = make_pipeline(Binarizer(threshold=42.5), LinearRegression()).fit(table, table["amount"])
    described = describe(model, table)

    rows = edge_rows(model, with_ranges(described.features, described.rows), described.rows)

    assert rows
    assert all(abs(row["amount"] - 42.5) < 1e-6 for row in rows)
