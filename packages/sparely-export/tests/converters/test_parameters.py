"""Models and steps by parameters that change what is written, each on a small table."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn import (
    calibration,
    ensemble,
    feature_selection,
    gaussian_process,
    impute,
    linear_model,
    model_selection,
    neighbors,
    neural_network,
    preprocessing,
    svm,
)
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.gaussian_process import kernels
from sklearn.pipeline import make_pipeline

from sparely_export.features import NEVER_SENT
from tests.converters.trial import HIGH, LEVEL, MIXED, NUMBERS, VALUE, gaps, kept

KERNEL = kernels.ConstantKernel(2.0) * kernels.RBF(2.0) + kernels.ConstantKernel(0.5)
FIXED: Any = getattr(model_selection, "FixedThresholdClassifier", None)
COUNTS = NUMBERS["c"].to_numpy()
BOTH = np.column_stack([HIGH == "high", NUMBERS["c"] > 4]).astype(int)

MODELS: dict[str, tuple[Any, Any]] = {
    "process of two": (gaussian_process.GaussianProcessClassifier(KERNEL, optimizer=None), HIGH),
    "by manhattan": (neighbors.RadiusNeighborsClassifier(12.0, metric="manhattan"), HIGH),
    "weighed in a radius": (neighbors.RadiusNeighborsClassifier(12.0, weights="distance"), LEVEL),
    "outliers of a radius": (neighbors.RadiusNeighborsClassifier(2.0, outlier_label="low"), HIGH),
    "numbers in a radius": (neighbors.RadiusNeighborsRegressor(12.0), VALUE),
    "neighbours": (make_pipeline(preprocessing.MaxAbsScaler(), neighbors.KNeighborsClassifier(3)), HIGH),
    "exponential loss": (
        make_pipeline(
            preprocessing.MaxAbsScaler(), ensemble.GradientBoostingClassifier(loss="exponential", n_estimators=3)
        ),
        HIGH,
    ),
    "boosting of two": (
        make_pipeline(preprocessing.MaxAbsScaler(), ensemble.GradientBoostingClassifier(n_estimators=3)),
        HIGH,
    ),
    "consensus": (linear_model.RANSACRegressor(random_state=0), VALUE),
    "squares of counts": (linear_model.TweedieRegressor(power=0, link="identity"), VALUE),
    "counts": (linear_model.PoissonRegressor(), COUNTS),
    "network": (neural_network.MLPClassifier((3,), solver="lbfgs", max_iter=30, random_state=0), LEVEL),
    "network of two": (neural_network.MLPClassifier((3,), solver="lbfgs", max_iter=30, random_state=0), HIGH),
    "Huber of two": (linear_model.SGDClassifier(loss="modified_huber", random_state=0), HIGH),
    "vectors": (make_pipeline(preprocessing.MaxAbsScaler(), svm.SVR()), VALUE),
    "vectors along a line": (svm.SVR(kernel="linear"), VALUE),
    "vectors of three": (svm.SVC(kernel="linear", C=50), LEVEL),
    "vectors of three by a polynomial": (svm.SVC(kernel="poly", degree=2, decision_function_shape="ovo"), LEVEL),
    "places in trees": (
        make_pipeline(ensemble.RandomTreesEmbedding(3, max_depth=2, random_state=0), linear_model.Lasso(alpha=0.01)),
        VALUE,
    ),
    "searched": (model_selection.GridSearchCV(linear_model.Lasso(), {"alpha": [0.01, 1]}, cv=2), VALUE),
    "sparse line": (linear_model.SGDClassifier(random_state=0), HIGH),
    "calibrated network": (
        calibration.CalibratedClassifierCV(linear_model.RidgeClassifier(), cv=2, method="isotonic"),
        LEVEL,
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_models_by_parameters(name: str) -> None:
    """Each agrees."""
    estimator, target = MODELS[name]

    assert kept(estimator, NUMBERS, target)


@pytest.mark.skipif(FIXED is None, reason="scikit-learn has it from 1.5 on")
@pytest.mark.parametrize("label", ["high", "low"])
def test_a_threshold_of_raw_scores(label: str) -> None:
    """The score of the class that is meant, which is the other's below zero."""
    assert kept(FIXED(svm.LinearSVC(), threshold=0.3, pos_label=label), NUMBERS, HIGH)


def test_weights_of_counts() -> None:
    """Counting and weighing are steps of their own."""
    rows = pd.DataFrame({"text": ["red room", "late room room", "red invoice"] * 10})
    model = make_pipeline(CountVectorizer(), TfidfTransformer(), linear_model.LogisticRegression())

    assert kept(model, rows, ["yes", "no", "no"] * 10, fitted=rows["text"])


def test_columns_that_help() -> None:
    """A selector keeps two of three."""
    model = make_pipeline(feature_selection.SelectKBest(k=2), linear_model.LogisticRegression())

    assert kept(model, NUMBERS, HIGH)


def test_categories_with_gaps() -> None:
    """A missing number is a category of its own."""
    rows = gaps(NUMBERS.round(0))[["b", "c"]]
    model = make_pipeline(preprocessing.OneHotEncoder(handle_unknown="ignore"), linear_model.LogisticRegression())

    assert kept(model, rows, HIGH)


ENCODERS: dict[str, Any] = {
    "columns": preprocessing.OneHotEncoder(),
    "lenient": preprocessing.OneHotEncoder(handle_unknown="ignore", drop="first"),
    "rare": preprocessing.OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=0.2),
    "codes": preprocessing.OrdinalEncoder(encoded_missing_value=-2),
    "means": preprocessing.TargetEncoder(cv=2, random_state=0),
}


@pytest.mark.parametrize("missing", [None, np.nan], ids=["None", "NaN"])
@pytest.mark.parametrize("name", ENCODERS)
def test_a_missing_word_is_a_category(name: str, missing: Any) -> None:
    """It may be None or NaN to the encoder; null in a request stands for it."""
    words = MIXED[["room", "channel"]].astype(object)
    rows = words.assign(channel=words["channel"].where(np.arange(len(words)) % 4 > 0, missing))
    model = make_pipeline(sklearn.base.clone(ENCODERS[name]), linear_model.LogisticRegression())

    channel = next(each for each in kept(model, rows, HIGH).manifest["features"] if each["name"] == "channel")

    assert channel["null"] == {"token": NEVER_SENT}


@pytest.mark.parametrize("strategy", ["most_frequent", "constant"])
def test_null_is_not_the_word_that_an_imputer_fills_in(strategy: str) -> None:
    """Where a column says what was missing, null answers otherwise than that word."""
    rows = MIXED[["room", "channel"]].assign(channel=MIXED["channel"].mask(np.arange(len(MIXED)) % 4 == 0))
    imputer = impute.SimpleImputer(strategy=strategy, fill_value="web", add_indicator=True)
    encoder = preprocessing.OneHotEncoder(handle_unknown="ignore")
    model = make_pipeline(imputer, encoder, linear_model.LogisticRegression())

    manifest = kept(model, rows, HIGH).manifest

    assert [each["null"] for each in manifest["features"]] == [{"token": NEVER_SENT}] * 2


@pytest.mark.parametrize("name", ["room", "channel"])
def test_rare_words_of_one_column(name: str) -> None:
    """Where none is rare, an unknown one is none."""
    encoder = preprocessing.OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=0.1)

    assert kept(make_pipeline(encoder, linear_model.LogisticRegression()), MIXED[[name]], HIGH)


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error"])
def test_boosting_that_starts_from_nothing(loss: str) -> None:
    """A constant stands before the first tree."""
    boosted = ensemble.GradientBoostingRegressor(loss=loss, n_estimators=2, init="zero")

    assert kept(make_pipeline(preprocessing.MaxAbsScaler(), boosted), NUMBERS, VALUE)
