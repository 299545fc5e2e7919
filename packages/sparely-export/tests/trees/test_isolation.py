"""Forests that isolate outliers, as one node."""

from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest
from sklearn.ensemble._iforest import _average_path_length
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sparely_export.conversion import convert
from sparely_export.features import Feature
from sparely_export.graph import open_session
from sparely_export.inputs import inputs_of
from sparely_export.trees.isolation import average_path

ROWS = np.random.default_rng(5).normal(size=(200, 3)).astype(np.float32)
GAPS = np.where(np.random.default_rng(6).random(ROWS.shape) < 0.1, np.nan, ROWS).astype(np.float32)
FEATURES = (Feature(name="a"), Feature(name="b"), Feature(name="c"))


@pytest.mark.parametrize(
    ("estimator", "rows"),
    [
        (IsolationForest(n_estimators=20, random_state=0), ROWS),
        (IsolationForest(n_estimators=20, contamination=0.1, random_state=0), ROWS),
        (IsolationForest(n_estimators=20, max_features=2, max_samples=50, bootstrap=True, random_state=0), ROWS),
        (IsolationForest(n_estimators=1, max_samples=2, random_state=0), ROWS),
        (IsolationForest(n_estimators=20, random_state=0), GAPS),
        (make_pipeline(StandardScaler(), IsolationForest(n_estimators=20, random_state=0)), ROWS),
    ],
    ids=["usual", "contamination", "columns", "smallest", "missing", "scaled"],
)
def test_labels_and_scores_are_the_estimators(estimator: Any, rows: np.ndarray) -> None:
    """Scores to 1e-6, labels all; one node holds every tree."""
    model = estimator.fit(rows)

    converted = convert(model, inputs_of(FEATURES), "outliers")

    label, score = open_session(converted.content).run(["label", "score"], {"features": rows})
    np.testing.assert_allclose(score.ravel(), model.decision_function(rows), atol=1e-6)
    assert label.ravel().tolist() == model.predict(rows).tolist()
    assert [node.op_type[:12] for node in converted.proto.graph.node].count("TreeEnsemble") == 1


def test_average_path_is_scikit_learns() -> None:
    """Of one row there is none, of two it is 1."""
    counts = np.array([1, 2, 3, 256])

    np.testing.assert_allclose(average_path(counts), _average_path_length(counts))
