"""Steps that random pipelines found without a form, or with another's: products, projections, arcs, discriminants."""

from typing import Any

import numpy as np
import onnx
import pytest
from sklearn import (
    decomposition,
    discriminant_analysis,
    ensemble,
    kernel_approximation,
    linear_model,
    preprocessing,
    random_projection,
    svm,
)
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline

from tests.converters.trial import HIGH, LEVEL, NUMBERS, VALUE, WORDS, kept


@pytest.mark.parametrize(
    "step",
    [
        decomposition.FastICA(2, random_state=0),
        decomposition.FactorAnalysis(2),
        kernel_approximation.Nystroem(n_components=5, random_state=0),
        random_projection.SparseRandomProjection(2, random_state=0),
        random_projection.SparseRandomProjection(2, dense_output=True, density=1.0, random_state=0),
        preprocessing.PolynomialFeatures(3, interaction_only=True, include_bias=False),
        preprocessing.PolynomialFeatures((2, 3)),
    ],
    ids=lambda step: type(step).__name__,
)
def test_projections_and_products_agree(step: Any) -> None:
    """In front of a line."""
    assert kept(make_pipeline(preprocessing.StandardScaler(), step, linear_model.Ridge()), NUMBERS, VALUE)


@pytest.mark.parametrize("name", ["arctan", "arcsin", "arccos", "arcsinh", "arccosh", "arctanh"])
def test_inverse_functions_agree(name: str) -> None:
    """Within the numbers that they have answers for."""
    scaler = preprocessing.MinMaxScaler((1, 3) if name == "arccosh" else (-0.8, 0.8), clip=True)
    step = preprocessing.FunctionTransformer(getattr(np, name))

    assert kept(make_pipeline(scaler, step, linear_model.Ridge()), NUMBERS, VALUE)


def test_trees_behind_products_agree() -> None:
    """Their thresholds are met by products with the estimator's last bits."""
    model = make_pipeline(preprocessing.PolynomialFeatures(2), ensemble.HistGradientBoostingRegressor(max_iter=3))

    assert kept(model, NUMBERS, VALUE)


@pytest.mark.parametrize("extrapolation", ["constant", "periodic"])
def test_splines_are_zero_where_the_estimator_has_zero(extrapolation: str) -> None:
    """A step that compares with zero stands behind them."""
    splines = preprocessing.SplineTransformer(extrapolation=extrapolation)
    forest = ensemble.RandomForestRegressor(3, max_depth=3, random_state=0)
    prepared = kept(make_pipeline(splines, preprocessing.Binarizer(), forest), NUMBERS, VALUE)

    assert "note" not in prepared.manifest["parity"]


@pytest.mark.parametrize("model", [svm.OneClassSVM(nu=0.1), svm.SVR(C=100.0), svm.NuSVR(kernel="poly")], ids=str)
def test_support_vectors_of_large_numbers_agree(model: Any) -> None:
    """Squares of tens of millions have no place in float32."""
    far = NUMBERS.assign(b=NUMBERS["b"] * 1e7)
    scaled = make_pipeline(preprocessing.MaxAbsScaler(), model) if "poly" in str(model) else model

    assert kept(scaled, far, None if hasattr(model, "fit_predict") else VALUE)


@pytest.mark.parametrize("target", [HIGH, LEVEL], ids=["two", "three"])
def test_calibrated_discriminants_agree(target: Any) -> None:
    """Calibration works on their raw scores."""
    inner = discriminant_analysis.QuadraticDiscriminantAnalysis(reg_param=0.1)

    assert kept(CalibratedClassifierCV(inner, cv=2, ensemble=False), NUMBERS, target)


def test_logistic_shares_far_from_the_border_agree() -> None:
    """Where each logistic function by itself would be zero."""
    model = linear_model.SGDClassifier(loss="log_loss", random_state=0, alpha=1e-7)

    assert kept(model, NUMBERS * 300, LEVEL)


def test_functions_keep_the_names_of_frames() -> None:
    """Where steps hand frames on."""
    model = make_pipeline(
        preprocessing.StandardScaler(),
        preprocessing.FunctionTransformer(np.abs),
        ColumnTransformer([("a", "passthrough", ["a", "b"])]),
        linear_model.Ridge(),
    )

    assert kept(model.set_output(transform="pandas"), NUMBERS, VALUE)


def test_words_alone_are_computed_in_float64_where_float32_is_not_enough() -> None:
    """Then the answers are float64, and the input stays words."""
    texts = WORDS[["channel"]].assign(channel=WORDS["channel"] + " " + WORDS["room"])
    columns = ColumnTransformer([("text", TfidfVectorizer(), "channel")])
    prepared = kept(make_pipeline(columns, linear_model.SGDOneClassSVM(random_state=0, nu=1e-5)), texts)

    assert [entry["datatype"] for entry in prepared.manifest["inputs"]] == ["BYTES"]


def test_rare_categories_beside_missing_words_agree() -> None:
    """What is missing is in no group."""
    encoder = preprocessing.OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, min_frequency=0.2, encoded_missing_value=-2
    )
    columns = ColumnTransformer([("word", encoder, ["channel", "room"])])
    gaps = WORDS.assign(channel=WORDS["channel"].mask(np.arange(len(WORDS)) % 6 == 0))

    assert kept(make_pipeline(columns, linear_model.Ridge()), gaps, VALUE)


def test_trees_of_words_alone_agree() -> None:
    """There is no number to move to their thresholds."""
    columns = ColumnTransformer([("word", preprocessing.TargetEncoder(cv=2, random_state=0), ["channel", "room"])])

    assert kept(make_pipeline(columns, ensemble.HistGradientBoostingRegressor(max_iter=3)), WORDS, VALUE)


def test_several_answers_behind_a_pipeline_are_declared_as_many() -> None:
    """The service reads the width off the file."""
    forest = ensemble.RandomForestRegressor(5, max_depth=3, random_state=0)
    prepared = kept(make_pipeline(preprocessing.StandardScaler(), forest), NUMBERS, np.column_stack([VALUE, -VALUE]))

    (output,) = onnx.load_from_string(prepared.files["model.onnx"]).graph.output
    assert output.type.tensor_type.shape.dim[1].dim_value == 2
