"""What will not convert, told before it is tried."""

import re
from typing import Any

import catboost
import numpy as np
import pandas as pd
import pytest
import sklearn.impute
from skl2onnx._supported_operators import sklearn_operator_name_map
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.covariance import EllipticEnvelope
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsClassifier, RadiusNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils.discovery import all_estimators

from sparely_export.converters.registry import KNOWN
from sparely_export.precheck import INSTEAD, LIBRARIES, REFUSED, WillNotConvert, problems_of

ROWS, TARGET = np.arange(40.0).reshape(20, 2), np.arange(20.0)


class Doubler(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A step of one's own."""

    def fit(self, rows: Any, target: Any = None) -> "Doubler":
        self.fitted_ = True
        return self

    def transform(self, rows: Any) -> Any:
        return rows * 2


def doubled(rows: Any) -> Any:
    """A function of one's own."""
    return rows * 2


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        (
            FunctionTransformer(doubled),
            'step "own": it is a FunctionTransformer that calls doubled, and ONNX holds no Python; compute that column '
            "before the pipeline (steps.py), or use a function of numpy of each number "
            "(log1p, log, exp, sqrt, square, abs, sin, cos, clip, ...).",
        ),
        (
            Doubler(),
            f'step "own": Doubler is a class of {__name__}, and ONNX holds no Python; '
            "do its work before the pipeline, or with scikit-learn's own steps.",
        ),
    ],
    ids=["function", "class"],
)
def test_python_in_a_step_is_named_with_the_step(step: Any, problem: str) -> None:
    """A function or class of one's own is told by the step's name, with what to do."""
    model = Pipeline([("own", step), ("line", LinearRegression())]).fit(ROWS, TARGET)

    assert [str(each) for each in problems_of(model)] == [problem]


def test_argument_without_a_form_is_named() -> None:
    """A function of numpy that has a form has not one with every argument."""
    step = FunctionTransformer(np.nan_to_num, kw_args={"posinf": 9.0})
    model = Pipeline([("fill", step), ("line", LinearRegression())]).fit(ROWS, TARGET)

    assert [str(each) for each in problems_of(model)] == [
        'step "fill": it is a FunctionTransformer that calls nan_to_num with posinf=9.0, which has no ONNX form; leave '
        "the argument out, or compute that column before the pipeline (steps.py)."
    ]


def test_way_back_of_a_step_is_never_gone() -> None:
    """What a step of the rows would do backwards is not asked of it."""
    step = FunctionTransformer(np.sqrt, inverse_func=doubled, check_inverse=False)

    assert problems_of(Pipeline([("root", step), ("line", LinearRegression())]).fit(ROWS, TARGET)) == []


@pytest.mark.parametrize(("func", "inverse", "told"), [(doubled, np.sqrt, False), (np.square, doubled, True)])
def test_of_a_function_of_the_target_the_way_back_alone_counts(func: Any, inverse: Any, told: bool) -> None:
    """A model's answer goes it; the way there is gone in fit."""
    model = TransformedTargetRegressor(LinearRegression(), func=func, inverse_func=inverse, check_inverse=False)

    assert bool(problems_of(model.fit(ROWS, TARGET))) is told


def test_step_without_converter_is_told_with_another() -> None:
    """scikit-learn's own step without a converter comes with one that has."""
    model = Pipeline([("scale", StandardScaler()), ("fence", EllipticEnvelope())]).fit(
        np.random.RandomState(0).normal(size=(50, 2))
    )

    assert [str(each) for each in problems_of(model)] == [
        'step "fence": scikit-learn\'s EllipticEnvelope has no converter; use IsolationForest or OneClassSVM.'
    ]


def test_categorical_splits_pass() -> None:
    """Histogram boosting that splits by sets of categories has a form."""
    frame = pd.DataFrame({"a": np.arange(60) % 3, "b": np.arange(60.0)})
    model = HistGradientBoostingRegressor(categorical_features=["a"], min_samples_leaf=2).fit(
        frame, (frame["a"] == 1) * 9.0
    )

    assert problems_of(model) == []


ESTIMATORS = {name for name, _ in all_estimators()}
FORMS = {name.partition(".")[2] for named in KNOWN.values() for name in named}
FORMS |= {kind.__name__ for kind in sklearn_operator_name_map}
ADVICE = {
    **INSTEAD,
    **{name: advice for name, (_, advice) in REFUSED.items()},
    **{name: advice for _, (name, advice) in LIBRARIES.items()},
}


@pytest.mark.parametrize("name", ADVICE)
def test_what_is_named_instead_has_a_form(name: str) -> None:
    """An advice that leads to the next refusal is none."""
    named = {word for word in re.findall(r"[A-Z]\w+", ADVICE[name]) if word in ESTIMATORS}

    assert named <= FORMS - {*INSTEAD, *REFUSED}


@pytest.mark.parametrize("name", INSTEAD)
def test_what_has_no_form_is_not_said_of_what_has_one(name: str) -> None:
    """A table that is older than a form would refuse nothing, and mislead who reads it."""
    assert name in {*REFUSED} or name not in FORMS


@pytest.mark.parametrize(("step", "advice"), [("KNNImputer", "SimpleImputer"), ("IterativeImputer", "SimpleImputer")])
def test_imputers_without_a_form_name_one_that_has(step: str, advice: str) -> None:
    """What is advised converts."""
    model = getattr(sklearn.impute, step)().fit(ROWS)

    assert f"use {advice}." in str(
        problems_of(Pipeline([("fill", model), ("line", LinearRegression().fit(ROWS, TARGET))]))[0]
    )


def test_unfitted_estimator_is_told() -> None:
    """Nothing else is said of an estimator that was not fitted."""
    assert [each.reason for each in problems_of(LinearRegression())] == ["it is not fitted"]


def test_what_converts_has_no_problems() -> None:
    """A forest behind a scaler, and its trees, pass."""
    model = Pipeline([("scale", StandardScaler()), ("forest", RandomForestRegressor(3))])

    assert problems_of(model.fit(ROWS, TARGET)) == []


def test_refusal_lists_every_problem() -> None:
    """The message has a line a step."""
    model = Pipeline([("a", FunctionTransformer(doubled)), ("b", Doubler()), ("c", LinearRegression())]).fit(
        ROWS, TARGET
    )

    lines = str(WillNotConvert("toys/sum", problems_of(model))).splitlines()

    assert lines[0] == "toys/sum will not convert. Nothing was written."
    assert [line.partition(":")[0] for line in lines[1:]] == ['  step "a"', '  step "b"']


def test_class_of_another_library_is_told_by_what_people_call_it() -> None:
    """With the nearest that is supported."""
    theirs = type("NGBRegressor", (Doubler,), {"__module__": "ngboost.api"})
    model = Pipeline([("theirs", theirs()), ("line", LinearRegression())]).fit(ROWS, TARGET)

    assert [str(each) for each in problems_of(model)] == [
        'step "theirs": NGBoost is not supported; use HistGradientBoostingRegressor, with loss=quantile for intervals.'
    ]


def test_trees_of_an_unknown_loss_are_told_with_the_known() -> None:
    """Before anything is converted."""
    model = catboost.CatBoostRegressor(
        loss_function="Expectile:alpha=0.3", iterations=2, depth=2, verbose=0, allow_writing_files=False, thread_count=1
    ).fit(ROWS, TARGET)

    (problem,) = problems_of(model)

    assert problem.reason == "its loss function is Expectile"
    assert problem.advice.startswith("known are RMSE, MAE")


def test_trees_that_cannot_be_read_are_told() -> None:
    """As those of another version, which lack what this one reads."""
    model = HistGradientBoostingRegressor(max_iter=2).fit(ROWS, TARGET)
    del model._predictors

    (problem,) = problems_of(model)

    assert problem.reason.startswith("its trees cannot be read (AttributeError: ")
    assert problem.advice == "save it again with the version that fitted it"


@pytest.mark.parametrize(
    ("estimator", "sentence"),
    [
        (
            RadiusNeighborsClassifier(9.0),
            'step "RadiusNeighborsClassifier": RadiusNeighborsClassifier with weights="uniform" measures distances of '
            "70 columns, and up to 64 have a form; put PCA(n_components=64), or fewer, before it.",
        ),
        (
            KNeighborsClassifier(metric="chebyshev", weights="distance"),
            'step "KNeighborsClassifier": KNeighborsClassifier with metric="chebyshev"; euclidean and manhattan have a '
            "form.",
        ),
    ],
    ids=["wide", "another distance"],
)
def test_distances_without_a_form_are_told_before_neighbours_are_asked(estimator: Any, sentence: str) -> None:
    """Asking what they refuse takes minutes of many columns."""
    rows = np.random.default_rng(0).normal(size=(30, 70))

    assert [str(each) for each in problems_of(estimator.fit(rows, rows[:, 0] > 0))] == [sentence]


def test_plain_neighbours_of_many_columns_convert() -> None:
    """Whose distances an operator of skl2onnx measures."""
    rows = np.random.default_rng(0).normal(size=(30, 70))

    assert problems_of(KNeighborsClassifier().fit(rows, rows[:, 0] > 0)) == []
