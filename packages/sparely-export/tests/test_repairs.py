"""What the converter writes otherwise than the estimator computes."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier, RandomTreesEmbedding
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sparely_export.conversion import convert
from sparely_export.features import Feature
from sparely_export.graph import open_session
from sparely_export.inputs import inputs_of

ROWS = np.random.default_rng(3).normal(size=(80, 2)) * 1e3
SUM = ROWS.sum(axis=1)
FEATURES = (Feature(name="a"), Feature(name="b"))


def test_trees_compare_what_is_rounded_to_float32() -> None:
    """As their own code does it; the engine opens the graph, in which each node has a name of its own."""
    trees = RandomTreesEmbedding(3, max_depth=3, sparse_output=False, random_state=0)
    model = make_pipeline(StandardScaler(), trees, LinearRegression()).fit(ROWS, SUM)

    converted = convert(model, inputs_of(FEATURES, "FP64"), "trees")

    (answers,) = open_session(converted.content).run(["value"], {"features": ROWS})
    np.testing.assert_allclose(answers.ravel(), model.predict(ROWS), rtol=1e-6)
    made = {name: node for node in converted.proto.graph.node for name in node.output}
    for node in converted.proto.graph.node:
        if node.op_type == "TreeEnsembleRegressor":
            wide = made[node.input[0]]
            assert (wide.op_type, made[wide.input[0]].op_type) == ("Cast", "Cast")


@pytest.mark.parametrize(
    "labels", [np.array([0, 1]), np.array(["low", "high"], dtype=object)], ids=["numbers", "words"]
)
def test_two_classes_of_a_forest_have_a_share_each(labels: np.ndarray) -> None:
    """Both add up to 1, and the label is that of the larger."""
    model = RandomForestClassifier(4, max_depth=2, random_state=0).fit(ROWS, labels[(SUM > 0).astype(int)])

    converted = convert(model, inputs_of(FEATURES), "forest")

    rows = ROWS.astype(np.float32)
    label, shares = open_session(converted.content).run(["label", "probabilities"], {"features": rows})
    np.testing.assert_allclose(shares, model.predict_proba(rows), atol=1e-6)
    assert label.tolist() == model.predict(rows).tolist()
