"""Small probabilities of two classes: they keep their digits, and rank, where onnxruntime's own function gives 0."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import calibration, ensemble, impute, linear_model, neural_network, pipeline, preprocessing, svm

from sparely_export.answers import ask_onnx
from sparely_export.options import Allowed
from sparely_export.precision import Kept, attempts
from sparely_export.scale import SMALLEST
from support.candidates import candidate

DRAWS = np.random.default_rng(4)
ROWS = pd.DataFrame({"a": DRAWS.normal(0, 1, 400).round(3), "b": DRAWS.normal(0, 1, 400).round(3)})
RARE = np.where((ROWS["a"] + ROWS["b"]).to_numpy() > 2.4, "yes", "no")
FAR = [{"a": float(number), "b": float(number)} for number in np.linspace(-30, 3, 60)]

MODELS: dict[str, Any] = {
    "logistic regression": linear_model.LogisticRegression(C=1e3, max_iter=1000),
    "by descent": linear_model.SGDClassifier(loss="log_loss", random_state=0),
    "calibrated": calibration.CalibratedClassifierCV(svm.LinearSVC(C=0.1), cv=2, ensemble=False),
    "scaled": pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression(C=100)),
    "a network": neural_network.MLPClassifier((4,), activation="relu", max_iter=500, random_state=0),
}


def converted(model: Any) -> Kept:
    """The model as it passes the gate of an export."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = attempts(candidate(model.fit(ROWS, RARE), ROWS, tolerance=Allowed()))[-1].kept
    assert found
    return found


@pytest.mark.parametrize("name", MODELS)
def test_a_rare_class_ranks_where_it_is_rarest(name: str) -> None:
    """Far below what is left of 1 beside the other class, each number is the estimator's."""
    model = MODELS[name]
    kept = converted(model)

    got = ask_onnx(kept.converted, kept.inputs, FAR).values[:, 1]

    expected = model.predict_proba(pd.DataFrame(FAR))[:, 1]
    assert expected.min() < 1e-17
    assert got == pytest.approx(expected, rel=1e-4, abs=SMALLEST)
    assert kept.parity.note is None


def test_boosted_trees_keep_theirs() -> None:
    """By the same function behind the sum of the leaves."""
    model = ensemble.GradientBoostingClassifier(learning_rate=0.5, max_depth=2, loss="exponential", random_state=0)
    kept = converted(model)

    got = ask_onnx(kept.converted, kept.inputs, ROWS.to_dict("records")).values[:, 1]

    expected = model.predict_proba(ROWS)[:, 1]
    assert expected.min() < 1e-17
    assert got == pytest.approx(expected, rel=1e-4, abs=SMALLEST)


def test_the_first_class_is_not_what_is_left_of_one() -> None:
    """In float32, in which that is 0 below 6e-8."""
    pulled = pipeline.make_pipeline(impute.SimpleImputer(add_indicator=True), linear_model.LogisticRegression())
    gapped = ROWS.assign(a=ROWS["a"].mask(np.arange(len(ROWS)) % 9 == 0))
    found = attempts(candidate(pulled.fit(gapped, RARE), gapped))[-1]
    assert found.kept
    rows = [{"a": 12.0, "b": 12.0}]

    got = ask_onnx(found.kept.converted, found.kept.inputs, rows).values[0, 0]

    assert found.datatype == "FP32"
    assert got == pytest.approx(pulled.predict_proba(pd.DataFrame(rows))[0, 0], rel=1e-4)
    assert got < 1e-8
