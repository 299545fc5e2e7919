"""What wraps a fitted estimator, asked for raw scores, and steps that have nothing to say."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import (
    calibration,
    cluster,
    ensemble,
    linear_model,
    model_selection,
    naive_bayes,
    neural_network,
    preprocessing,
    svm,
)
from sklearn.compose import ColumnTransformer
from sklearn.feature_selection import SelectFpr
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from sparely_export.precision import Attempt, _attempt
from sparely_export.tasks import task_of
from support.candidates import candidate
from tests.converters.trial import HIGH, LEVEL, MIXED, NUMBERS, VALUE, kept

RARE = np.where(np.arange(len(LEVEL)) < 4, "rare", HIGH)
BAG = ensemble.BaggingClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=4, max_samples=8, random_state=1)

LABELLED: dict[str, tuple[Any, Any]] = {
    "bag that missed a class": (BAG, RARE),
    "stack of numbers behind": (
        ensemble.StackingClassifier([("a", naive_bayes.GaussianNB())], cv=2, stack_method="predict"),
        HIGH,
    ),
    "best of a search": (
        calibration.CalibratedClassifierCV(model_selection.GridSearchCV(svm.LinearSVC(), {"C": [1]}, cv=2), cv=2),
        HIGH,
    ),
}


@pytest.mark.parametrize("name", LABELLED)
def test_classifiers_around_others(name: str) -> None:
    """Each agrees."""
    estimator, target = LABELLED[name]

    assert kept(estimator, NUMBERS, target)


def in_float64(vectors: Any, target: Any) -> Attempt:
    """What comes of vectors in float64, as of columns that float32 is not enough for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn 1.11 will have no probabilities of vectors
        asked = candidate(vectors.fit(NUMBERS, target), NUMBERS)
    return _attempt(asked, task_of(vectors, vectors.predict(NUMBERS[:1])), "FP64")


@pytest.mark.parametrize("model", [svm.SVC, svm.NuSVC])
def test_probabilities_of_vectors_in_float64(model: Any) -> None:
    """As libsvm rounds them."""
    assert in_float64(model(probability=True, random_state=0), HIGH).kept


def test_probabilities_of_vectors_of_several_classes_in_float64() -> None:
    """They are refused with what to do instead."""
    failure = in_float64(svm.SVC(probability=True, random_state=0), LEVEL).failure

    assert "of 3 classes has a form in float32 alone; scale its columns" in str(failure)


NUMERIC: dict[str, Any] = {
    "stack": ensemble.StackingRegressor([("a", linear_model.Ridge()), ("b", linear_model.Lasso())], cv=2),
    "bag": ensemble.BaggingRegressor(linear_model.Lasso(), n_estimators=2, random_state=0),
    "network": neural_network.MLPRegressor(hidden_layer_sizes=(3,), solver="lbfgs", max_iter=20, random_state=0),
}


@pytest.mark.parametrize("name", NUMERIC)
def test_numbers_of_several(name: str) -> None:
    """Each agrees."""
    assert kept(NUMERIC[name], NUMBERS, VALUE)


def test_a_calibrated_threshold() -> None:
    """Raw scores of what a threshold is set for are those of the classifier inside."""
    if not hasattr(model_selection, "FixedThresholdClassifier"):
        pytest.skip("scikit-learn has it from 1.5 on")
    inner = model_selection.FixedThresholdClassifier(svm.LinearSVC(), response_method="decision_function")

    assert kept(calibration.CalibratedClassifierCV(inner, cv=2), NUMBERS, HIGH)


def test_a_tuned_threshold() -> None:
    """The label that it is for is the scorer's."""
    if not hasattr(model_selection, "TunedThresholdClassifierCV"):
        pytest.skip("scikit-learn has it from 1.5 on")
    target = (HIGH == "high").astype(int)
    model = model_selection.TunedThresholdClassifierCV(linear_model.LogisticRegression(), cv=2, thresholds=9)

    assert kept(model, NUMBERS, target)


def test_a_selector_that_keeps_nothing() -> None:
    """Its part of a union has no column, and the others stand."""
    noise = pd.DataFrame({"a": np.tile([0.0, 1.0], 45), "b": np.tile([1.0, 2.0, 3.0], 30)})
    union = ColumnTransformer([("none", SelectFpr(alpha=1e-300), ["b"]), ("a", preprocessing.MaxAbsScaler(), ["a"])])

    assert kept(make_pipeline(union, linear_model.Lasso()), noise, VALUE)


def test_one_row_of_a_category_is_dropped() -> None:
    """A column of one word that is dropped adds nothing."""
    rows = MIXED[["room"]].assign(one="same")
    encoder = preprocessing.OneHotEncoder(drop="first", handle_unknown="ignore")

    assert kept(make_pipeline(encoder, linear_model.LogisticRegression()), rows, HIGH)


@pytest.mark.parametrize(
    "model",
    [cluster.KMeans(2, n_init=1, random_state=0), ensemble.IsolationForest(n_estimators=4, random_state=0)],
    ids=str,
)
def test_groups_and_outliers(model: Any) -> None:
    """The last step gives its number behind steps that are written here."""
    assert kept(make_pipeline(preprocessing.Binarizer(threshold=0.5), preprocessing.MaxAbsScaler(), model), NUMBERS)


def test_raw_scores_by_temperature() -> None:
    """Of two classes the score stands against its negative."""
    if not hasattr(calibration, "_TemperatureScaling"):
        pytest.skip("scikit-learn has it from 1.8 on")
    model = calibration.CalibratedClassifierCV(linear_model.LogisticRegression(), cv=2, method="temperature")

    assert kept(model, NUMBERS, HIGH)


def test_a_frozen_step() -> None:
    """What it holds is written."""
    frozen = pytest.importorskip("sklearn.frozen", reason="scikit-learn has it from 1.6 on")
    scaler = frozen.FrozenEstimator(preprocessing.MaxAbsScaler().fit(NUMBERS))

    assert kept(make_pipeline(scaler, linear_model.Lasso()), NUMBERS, VALUE)
