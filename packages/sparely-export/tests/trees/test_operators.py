"""Boosters of other libraries as steps of scikit-learn's pipelines, written by our own operators."""

from typing import Any

import catboost
import lightgbm
import numpy as np
import onnx
import pandas as pd
import pytest
import xgboost
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline

from sparely_export.conversion import convert
from sparely_export.describing import describe
from sparely_export.features import with_ranges
from sparely_export.graph import open_session
from sparely_export.inputs import inputs_of, to_tensors
from sparely_export.trees.operators import EXACT

DRAWS = np.random.default_rng(6)
FRAME = pd.DataFrame(DRAWS.normal(size=(90, 2)).round(2), columns=["a", "b"])
SUM = FRAME["a"] + FRAME["b"]
SIZES = np.array(["small", "middle", "large"])[np.digitize(SUM, [-0.5, 0.5])]


def answered(model: Any, datatype: str) -> tuple[onnx.ModelProto, list[np.ndarray]]:
    """Convert for inputs of a type, and answer all rows by onnxruntime."""
    described = describe(model, FRAME)
    inputs = inputs_of(with_ranges(described.features, described.rows), datatype)
    converted = convert(model, inputs, "trees")
    results: list[np.ndarray] = open_session(converted.content).run(None, to_tensors(described.rows, inputs))
    return converted.proto, results


ESTIMATORS = {
    "xgboost": xgboost.XGBClassifier(n_estimators=3, max_depth=2),
    "lightgbm": lightgbm.LGBMClassifier(n_estimators=3, num_leaves=4, verbose=-1, n_jobs=1),
    "catboost": catboost.CatBoostClassifier(iterations=3, depth=2, verbose=0, allow_writing_files=False),
    "histogram": HistGradientBoostingClassifier(max_iter=3, max_depth=2),
}


@pytest.mark.parametrize("datatype", ["FP32", "FP64"])
@pytest.mark.parametrize("library", ESTIMATORS)
def test_two_classes_behind_an_imputer(library: str, datatype: str) -> None:
    """Label and both probabilities are the pipeline's, whichever type the numbers arrive in."""
    model = make_pipeline(SimpleImputer(), ESTIMATORS[library]).fit(FRAME, (SUM > 0).astype(int))

    _, (labels, probabilities) = answered(model, datatype)

    assert labels.tolist() == model.predict(FRAME).tolist()
    np.testing.assert_allclose(probabilities, model.predict_proba(FRAME), atol=1e-6)


@pytest.mark.parametrize("library", ["lightgbm", "catboost", "histogram"])
def test_words_as_labels(library: str) -> None:
    """Classes keep their words, and there are as many probabilities."""
    model = make_pipeline(SimpleImputer(), ESTIMATORS[library]).fit(FRAME, SIZES)

    _, (labels, probabilities) = answered(model, "FP32")

    assert labels.tolist() == np.ravel(model.predict(FRAME)).tolist()
    assert probabilities.shape == (90, 3)


@pytest.mark.parametrize(
    ("estimator", "type_"),
    [
        (xgboost.XGBRegressor(n_estimators=3), "float"),
        (lightgbm.LGBMRegressor(n_estimators=3, verbose=-1, n_jobs=1), "double"),
    ],
    ids=["xgboost", "lightgbm"],
)
def test_values_are_compared_as_the_library_does(estimator: Any, type_: str) -> None:
    """Of float64 inputs XGBoost rounds to float32, LightGBM compares them as they are."""
    model = estimator.fit(FRAME, SUM)

    proto, (answers,) = answered(model, "FP64")

    (trees,) = [node for node in proto.graph.node if node.op_type == "TreeEnsembleRegressor"]
    assert trees.name.startswith(EXACT)
    made = {node.output[0]: node for node in proto.graph.node}
    before = [made[name] for name in trees.input if name in made]
    rounded = any(node.op_type == "Cast" and made[node.input[0]].op_type == "Cast" for node in before)
    assert rounded == (type_ == "float")
    np.testing.assert_allclose(answers.ravel(), model.predict(FRAME), atol=1e-6)
