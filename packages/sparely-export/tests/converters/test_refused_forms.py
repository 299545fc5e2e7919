"""Estimators with parameters that have no form: the sentence says which, and often what to take instead."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import (
    compose,
    ensemble,
    gaussian_process,
    isotonic,
    linear_model,
    multioutput,
    neighbors,
    preprocessing,
)
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.gaussian_process import kernels
from sklearn.pipeline import make_pipeline

from sparely_export.conversion import ConversionError, convert
from sparely_export.features import Feature
from sparely_export.inputs import inputs_of
from tests.converters.trial import HIGH, LEVEL, MIXED, NUMBERS, VALUE, kept

BOTH = np.column_stack([HIGH == "high", NUMBERS["c"] > 4]).astype(int)
TWO = np.column_stack([VALUE, VALUE * 2 + NUMBERS["c"]])
WIDE = pd.DataFrame(np.random.default_rng(1).normal(size=(90, 65))).rename(columns="w{}".format)
PROCESS = gaussian_process.GaussianProcessClassifier
RADIUS = neighbors.RadiusNeighborsClassifier


class Middle(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A regressor of an author's own."""

    def fit(self, rows: Any, target: Any) -> "Middle":
        """Keep the mean."""
        self.mean_ = float(np.mean(target))
        return self

    def predict(self, rows: Any) -> Any:
        """Give the mean for each row."""
        return np.full(len(rows), self.mean_)


def equal(distances: Any) -> Any:
    """Weigh all the same."""
    return np.ones_like(distances)


REFUSED: dict[str, tuple[Any, Any, str]] = {
    "an author's own": (make_pipeline(preprocessing.MaxAbsScaler(), Middle()), VALUE, "none for Middle in this place"),
    "a kernel": (PROCESS(kernels.Matern(), optimizer=None), HIGH, "its kernel is Matern; RBF, "),
    "a kernel within": (
        PROCESS(kernels.DotProduct() + kernels.RBF(), optimizer=None),
        HIGH,
        "its kernel is DotProduct; RBF, ",
    ),
    "one against one": (
        PROCESS(multi_class="one_vs_one", optimizer=None),
        LEVEL,
        'multi_class="one_vs_one"; "one_vs_rest" has a form',
    ),
    "a distance": (RADIUS(9.0, metric="chebyshev"), HIGH, 'metric="chebyshev"; euclidean and manhattan have a form'),
    "a function of distance": (
        neighbors.KNeighborsClassifier(3, weights=equal),
        HIGH,
        "weighs by a function of its own",
    ),
    "a label of outliers": (
        RADIUS(9.0, outlier_label="far"),
        HIGH,
        r"with an outlier_label \('far'\) that is none of its classes",
    ),
    "a start of three": (
        make_pipeline(
            preprocessing.MaxAbsScaler(),
            ensemble.GradientBoostingClassifier(n_estimators=2, init=linear_model.LogisticRegression()),
        ),
        LEVEL,
        "starts from an estimator of its own",
    ),
    "trees by Poisson": (
        make_pipeline(
            preprocessing.MaxAbsScaler(), ensemble.RandomForestRegressor(2, criterion="poisson", max_depth=2)
        ),
        TWO,
        "several answers of a tree that was grown by Poisson",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_parameters_without_a_form(name: str) -> None:
    """The sentence names what is in the way."""
    estimator, target, sentence = REFUSED[name]

    with pytest.raises(ConversionError, match=sentence):
        kept(estimator, NUMBERS, target)


def test_too_many_columns_for_distances() -> None:
    """What to put before it is said."""
    model = RADIUS(20.0).fit(WIDE, HIGH)
    inputs = inputs_of([Feature(name=name) for name in WIDE.columns])

    with pytest.raises(
        ConversionError, match=r"of \d+ columns, and up to 64 have a form; put PCA\(n_components=64\), or fewer, "
    ):
        convert(model, inputs, "near")


def test_beyond_the_ends_of_an_isotonic_line() -> None:
    """The parameter that has a form is said."""
    rows = NUMBERS[["a"]]

    with pytest.raises(ConversionError, match='out_of_bounds="nan"; "clip" has a form'):
        kept(isotonic.IsotonicRegression(), rows, VALUE)


def test_an_isotonic_line() -> None:
    """Straight between its points, flat beyond them."""
    assert kept(isotonic.IsotonicRegression(out_of_bounds="clip"), NUMBERS[["a"]], VALUE)


def words_of(text: str) -> Sequence[str]:
    """Split at blanks."""
    return text.split()


def plain(text: str) -> str:
    """Take nothing off."""
    return text


VECTORIZERS: dict[str, tuple[CountVectorizer, str]] = {
    "tokenizer": (CountVectorizer(tokenizer=words_of, token_pattern=None), "has a tokenizer of its own"),
    "preprocessor": (CountVectorizer(preprocessor=plain), "has a preprocessor of its own"),
    "analyzer": (CountVectorizer(analyzer=words_of), "has an analyzer of its own"),
    "accents": (CountVectorizer(strip_accents=plain), "it takes accents off by a function of its own"),
    "group": (CountVectorizer(token_pattern=r"(\w)\w+"), "has a group"),
}


@pytest.mark.parametrize("name", VECTORIZERS)
def test_texts_read_by_python(name: str) -> None:
    """ONNX holds no Python, and RE2 no groups."""
    vectorizer, sentence = VECTORIZERS[name]
    rows = pd.DataFrame({"text": ["red room", "late room", "red invoice"] * 10})
    model = make_pipeline(vectorizer, linear_model.LogisticRegression())

    with pytest.raises(ConversionError, match=sentence):
        kept(model, rows, ["yes", "no", "no"] * 10, fitted=rows["text"])


def test_no_column_is_left() -> None:
    """A column transformer that drops all gives nothing to a model behind it."""
    parts = compose.ColumnTransformer([("none", "drop", ["room", "web", "channel"])], remainder="drop")
    union = compose.ColumnTransformer([("a", parts, list(MIXED)), ("b", preprocessing.MaxAbsScaler(), ["a", "b", "c"])])

    with pytest.raises(ConversionError, match="its ColumnTransformer keeps no column"):
        kept(make_pipeline(union, linear_model.Lasso()), MIXED, VALUE)


def test_a_member_without_a_form() -> None:
    """Inside several answers it is named as well."""
    with pytest.raises(ConversionError, match="none for Middle in this place"):
        kept(multioutput.MultiOutputRegressor(Middle()), NUMBERS, TWO)
