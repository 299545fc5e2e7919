"""Rows on both sides of every split."""

from typing import Any

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeRegressor

from sparely_export.conversion import convert
from sparely_export.features import Feature, with_ranges
from sparely_export.inputs import inputs_of, to_frame
from sparely_export.thresholds import threshold_rows

NUMBERS = [{"a": a, "b": b} for a in (0.0, 1.0, 2.1, 3.0) for b in (10, 20, 30)]
STEPS = [row["a"] // 2 + (row["b"] > 15) * (row["a"] > 2) * 10 for row in NUMBERS]
PLAIN = (Feature(name="a"), Feature(name="b"))


def rows_at_thresholds(
    estimator: Any, features: tuple[Feature, ...], rows: list[dict[str, Any]], target: list[Any]
) -> list[dict[str, Any]]:
    """Fit, convert, and return the rows."""
    described = with_ranges(features, rows)
    inputs = inputs_of(described)
    converted = convert(estimator.fit(to_frame(rows, described), target), inputs, "tree")
    return threshold_rows(converted.proto, inputs, rows)


def test_five_values_surround_each_threshold() -> None:
    """Beside 1.55: the two float32 neighbours that the split parts, the next ones, and 1.55 itself."""
    target = [row["a"] > 2 for row in NUMBERS]

    rows = rows_at_thresholds(DecisionTreeRegressor(max_depth=1), PLAIN, NUMBERS, target)

    values = sorted(row["a"] for row in rows)
    singles = [value for value in values if value != 1.55]
    assert len(values) == 5
    assert singles[1] < 1.55 < singles[2]
    assert np.nextafter(np.array(singles[:3], dtype=np.float32), np.float32(9)).tolist() == singles[1:]


def test_rows_reach_their_split() -> None:
    """Each split, also one below another, parts rows that stand at it: they get different answers."""
    tree = DecisionTreeRegressor(random_state=0)

    rows = rows_at_thresholds(tree, PLAIN, NUMBERS, STEPS)

    splits = [split for split in zip(tree.tree_.feature, tree.tree_.threshold, strict=True) if split[0] >= 0]
    assert len(splits) == 2
    for feature, threshold in splits:
        at_split = [row for row in rows if abs(row[PLAIN[feature].name] - threshold) < 1e-5]
        assert len(set(tree.predict(to_frame(at_split, PLAIN)))) == 2


@pytest.mark.parametrize("before", [StandardScaler(), FunctionTransformer()])
def test_thresholds_are_carried_back_through_what_stands_before_the_trees(before: Any) -> None:
    """A split of scaled values is found in the units that callers send."""
    tree = make_pipeline(before, DecisionTreeRegressor(max_depth=1))

    rows = rows_at_thresholds(tree, PLAIN, NUMBERS, [row["b"] > 15 for row in NUMBERS])

    assert len(rows) >= 4
    assert {round(row["b"], 3) for row in rows} == {15.0}


def test_splits_of_categories_have_no_threshold() -> None:
    """A tree over one-hot columns alone has no number to move."""
    rows = [{"color": color, "a": 1.0} for color in ("red", "green", "blue")]
    tree = make_pipeline(make_column_transformer((OneHotEncoder(), ["color"])), DecisionTreeRegressor(random_state=0))

    found = rows_at_thresholds(tree, (Feature(name="color", type="string"), Feature(name="a")), rows, [1, 2, 3])

    assert found == []


def test_model_without_trees_has_none() -> None:
    """A linear model has no thresholds."""
    assert rows_at_thresholds(LinearRegression(), PLAIN, NUMBERS, STEPS) == []


def test_split_outside_the_described_range_is_left_out() -> None:
    """A threshold that no value in the feature's range crosses gives no rows."""
    narrow = (Feature(name="a", minimum=0, maximum=1), Feature(name="b", minimum=10, maximum=30))
    tree = DecisionTreeRegressor(max_depth=1).fit(to_frame(NUMBERS, narrow), [row["a"] > 2 for row in NUMBERS])
    inputs = inputs_of(narrow)

    assert threshold_rows(convert(tree, inputs, "tree").proto, inputs, NUMBERS) == []
