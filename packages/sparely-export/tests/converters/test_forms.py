"""Kinds of estimators that have forms of their own here, each on a small table, through the gate."""

from typing import Any

import numpy as np
import pytest
from sklearn import (
    calibration,
    compose,
    ensemble,
    gaussian_process,
    impute,
    linear_model,
    multiclass,
    multioutput,
    naive_bayes,
    neighbors,
    neural_network,
    preprocessing,
    svm,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from tests.converters.trial import HIGH, LEVEL, MIXED, NUMBERS, VALUE, gaps, kept

TWO = np.column_stack([VALUE, VALUE * 2 + NUMBERS["c"]])
LABELS = np.column_stack([HIGH == "high", NUMBERS["c"] > 4]).astype(int)
VOTES = [("line", linear_model.LogisticRegression()), ("trees", ensemble.RandomForestClassifier(4, random_state=0))]


def logistic() -> Any:
    return linear_model.LogisticRegression(max_iter=500)


def forest() -> Any:
    return ensemble.RandomForestClassifier(5, max_depth=3, random_state=0)


def columns(numbers: Any = "passthrough", words: Any = None) -> Any:
    parts = [
        ("numbers", numbers, ["a", "b", "c"]),
        ("words", words or OneHotEncoder(handle_unknown="ignore"), ["room", "channel"]),
    ]
    return compose.ColumnTransformer(parts)


SCALED: dict[str, tuple[Any, Any]] = {
    "boosting": (ensemble.GradientBoostingClassifier(n_estimators=4), LEVEL),
    "boosting from a line": (
        ensemble.GradientBoostingRegressor(n_estimators=4, init=linear_model.LinearRegression()),
        VALUE,
    ),
    "AdaBoost": (ensemble.AdaBoostClassifier(n_estimators=4), LEVEL),
    "AdaBoost of numbers": (ensemble.AdaBoostRegressor(n_estimators=4), VALUE),
    "bag": (ensemble.BaggingClassifier(ensemble.HistGradientBoostingClassifier(max_iter=2), n_estimators=2), HIGH),
    "forest of labels": (forest(), LABELS),
    "forest of values": (ensemble.RandomForestRegressor(4), TWO),
    "several answers": (multioutput.MultiOutputRegressor(ensemble.GradientBoostingRegressor(n_estimators=3)), TWO),
    "chain": (multioutput.ClassifierChain(logistic()), LABELS),
    "one against the rest": (
        multiclass.OneVsRestClassifier(ensemble.GradientBoostingClassifier(n_estimators=3)),
        LEVEL,
    ),
    "one against one": (multiclass.OneVsOneClassifier(logistic()), LEVEL),
    "votes": (ensemble.VotingClassifier(VOTES, voting="soft", weights=[2, 1]), HIGH),
    "hard votes": (ensemble.VotingClassifier([*VOTES, ("bayes", naive_bayes.GaussianNB())]), LEVEL),
    "stack": (ensemble.StackingClassifier(VOTES, cv=2, passthrough=True), HIGH),
    "network of labels": (neural_network.MLPClassifier((4,), solver="lbfgs", max_iter=50), LABELS),
    "process of classes": (gaussian_process.GaussianProcessClassifier(), LEVEL),
    "radius": (neighbors.RadiusNeighborsClassifier(radius=9.0), LEVEL),
    "weighed neighbours": (neighbors.KNeighborsRegressor(weights="distance"), VALUE),
    "modified Huber": (linear_model.SGDClassifier(loss="modified_huber", random_state=0), LEVEL),
}


@pytest.mark.parametrize("name", SCALED)
def test_behind_a_scaler(name: str) -> None:
    """What compares or averages agrees also on rows at its thresholds, scaled before."""
    estimator, target = SCALED[name]

    assert kept(make_pipeline(StandardScaler(), estimator), NUMBERS, target)


CALIBRATED: dict[str, tuple[Any, Any]] = {
    "sigmoid": (calibration.CalibratedClassifierCV(svm.LinearSVC(), cv=2), HIGH),
    "isotonic": (calibration.CalibratedClassifierCV(forest(), cv=2, method="isotonic"), HIGH),
    "isotonic of three": (calibration.CalibratedClassifierCV(logistic(), cv=2, method="isotonic"), LEVEL),
    "one for all": (calibration.CalibratedClassifierCV(naive_bayes.GaussianNB(), cv=2, ensemble=False), LEVEL),
}


@pytest.mark.parametrize("name", CALIBRATED)
def test_calibrated(name: str) -> None:
    """Raw scores go through the function that was fitted to them, line by line."""
    estimator, target = CALIBRATED[name]

    assert kept(estimator, NUMBERS, target)


def test_calibrated_by_temperature() -> None:
    """One softmax for all classes."""
    if not hasattr(calibration, "_TemperatureScaling"):
        pytest.skip("scikit-learn has it from 1.8 on")

    assert kept(calibration.CalibratedClassifierCV(forest(), cv=2, method="temperature"), NUMBERS, LEVEL)


def test_fitted_before_it_was_calibrated() -> None:
    """A frozen pipeline is asked as it stands."""
    frozen = pytest.importorskip("sklearn.frozen", reason="scikit-learn has it from 1.6 on")
    inner = frozen.FrozenEstimator(make_pipeline(columns(StandardScaler()), logistic()).fit(MIXED, HIGH))

    assert kept(calibration.CalibratedClassifierCV(inner), MIXED, HIGH)


@pytest.mark.parametrize("label", ["high", "low"])
def test_threshold(label: str) -> None:
    """The label is chosen from the threshold on, probabilities stay."""
    selection = pytest.importorskip("sklearn.model_selection")
    if not hasattr(selection, "FixedThresholdClassifier"):
        pytest.skip("scikit-learn has it from 1.5 on")
    model = selection.FixedThresholdClassifier(logistic(), threshold=0.2, pos_label=label)

    assert kept(model, NUMBERS, HIGH)


FUNCTIONS: list[Any] = [
    None,
    np.log1p,
    np.log,
    np.exp,
    np.expm1,
    np.sqrt,
    np.square,
    np.abs,
    np.sin,
    np.cos,
    np.reciprocal,
]
FUNCTIONS += [np.sign, np.cbrt, np.log2, np.log10, np.exp2, np.tan, np.tanh, np.floor, np.ceil, np.rint, np.negative]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: getattr(function, "__name__", "none"))
def test_functions_of_numpy(function: Any) -> None:
    """Each is a node or a few."""
    model = make_pipeline(FunctionTransformer(function), linear_model.Ridge())

    assert kept(model, NUMBERS.abs() / 4 + 0.5, VALUE)


TARGETS: dict[str, dict[str, Any]] = {
    "logarithm": {"func": np.log1p, "inverse_func": np.expm1},
    "scaler": {"transformer": StandardScaler()},
    "power": {"transformer": preprocessing.PowerTransformer()},
    "quantiles": {"transformer": preprocessing.QuantileTransformer(n_quantiles=10)},
}


@pytest.mark.parametrize("name", TARGETS)
def test_functions_of_the_target(name: str) -> None:
    """The way back is at the end."""
    assert kept(compose.TransformedTargetRegressor(linear_model.Ridge(), **TARGETS[name]), NUMBERS, VALUE)


STEPS: dict[str, Any] = {
    "bins": preprocessing.KBinsDiscretizer(3),
    "quantiles": preprocessing.QuantileTransformer(n_quantiles=10),
    "normal": preprocessing.QuantileTransformer(n_quantiles=10, output_distribution="normal"),
    "splines": preprocessing.SplineTransformer(),
    "linear splines": preprocessing.SplineTransformer(degree=2, extrapolation="linear", include_bias=False),
    "periodic splines": preprocessing.SplineTransformer(extrapolation="periodic"),
    "power": preprocessing.PowerTransformer(),
    "clipped": preprocessing.MinMaxScaler(clip=True),
}


@pytest.mark.parametrize("name", STEPS)
def test_steps_of_numbers(name: str) -> None:
    """Before a linear model."""
    assert kept(make_pipeline(STEPS[name], logistic()), NUMBERS, HIGH)


def test_imputer_says_where() -> None:
    """Columns of 0 and 1 stand behind the filled ones."""
    model = make_pipeline(impute.SimpleImputer(add_indicator=True), StandardScaler(), logistic())

    assert kept(model, gaps(NUMBERS), HIGH)


ENCODERS: dict[str, tuple[Any, Any]] = {
    "rare ones together": (OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=0.1), HIGH),
    "first dropped": (OneHotEncoder(drop="first", handle_unknown="ignore"), HIGH),
    "numbers": (preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), HIGH),
}


@pytest.mark.parametrize("name", ENCODERS)
def test_encoders(name: str) -> None:
    """With words never seen."""
    encoder, target = ENCODERS[name]

    assert kept(make_pipeline(columns(words=encoder), logistic()), MIXED, target)


def test_means_of_each_class() -> None:
    """A column a class for each word."""
    encoder = getattr(preprocessing, "TargetEncoder", None)
    if encoder is None:
        pytest.skip("scikit-learn has it from 1.3 on")

    assert kept(make_pipeline(columns(words=encoder(cv=2)), logistic()), MIXED, LEVEL)


def test_words_and_booleans_in_one_imputer() -> None:
    """A boolean is sent as such, and encoded by what the encoder knows."""
    steps = make_pipeline(impute.SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
    model = make_pipeline(compose.ColumnTransformer([("words", steps, ["room", "web"])]), logistic())

    assert kept(model, MIXED[["room", "web"]], HIGH)


@pytest.mark.parametrize(
    ("numbers", "words"), [(slice(0, 3), slice(3, None)), (slice("a", "c"), slice("room", "channel")), ([0, 1], [-1])]
)
def test_columns_by_slice(numbers: Any, words: Any) -> None:
    """By place or by name, also from the end."""
    parts = [("numbers", StandardScaler(), numbers), ("words", OneHotEncoder(handle_unknown="ignore"), words)]
    model = make_pipeline(compose.ColumnTransformer(parts), logistic())

    assert kept(model, MIXED[["a", "b", "c", "room", "channel"]], HIGH)
