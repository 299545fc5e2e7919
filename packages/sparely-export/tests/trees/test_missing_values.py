"""scikit-learn's trees and forests that were fitted with missing values."""

from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from sparely_export.conversion import convert
from sparely_export.features import Feature
from sparely_export.graph import open_session
from sparely_export.inputs import inputs_of

DRAWS = np.random.default_rng(3)
ROWS = DRAWS.normal(size=(150, 2)).astype(np.float32)
ROWS[::4, 1] = np.nan
ANSWERS = (ROWS[:, 0] > 0) ^ np.isnan(ROWS[:, 1])


@pytest.mark.parametrize(
    "estimator",
    [
        DecisionTreeClassifier(max_depth=3),
        DecisionTreeRegressor(max_depth=3),
        RandomForestClassifier(5, max_depth=3, random_state=0),
        RandomForestRegressor(5, max_depth=3, random_state=0),
        ExtraTreesClassifier(5, max_depth=3, random_state=0),
    ],
    ids=lambda each: type(each).__name__,
)
def test_missing_values_go_where_training_sent_them(estimator: Any) -> None:
    """A split that parts missing values from all others has the threshold infinity, and agrees too."""
    model = estimator.fit(ROWS, ANSWERS.astype(int))
    inputs = inputs_of((Feature(name="a"), Feature(name="b", null="nan", required=False)))

    converted = convert(model, inputs, "trees")

    found = open_session(converted.content).run([next(iter(converted.outputs.values()))], {"features": ROWS})[0]
    np.testing.assert_allclose(found.ravel(), model.predict(ROWS), atol=1e-6)


def test_threshold_of_infinity_has_no_neighbour_to_search_for() -> None:
    """In float64 the converter looked for one without end."""
    model = DecisionTreeClassifier(max_depth=3).fit(ROWS, ANSWERS.astype(int))

    converted = convert(model, inputs_of((Feature(name="a"), Feature(name="b")), "FP64"), "trees")

    assert np.isinf(model.tree_.threshold).any()
    assert converted.kind == "classifier"
