"""Steps that change numbers before a linear model that is written here, and functions of the target."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit  # type: ignore[import-untyped]
from sklearn import compose, impute, linear_model, pipeline, preprocessing

from sparely_export.conversion import ConversionError
from tests.converters.trial import HIGH, MIXED, NUMBERS, VALUE, gaps, kept

GAPPED = gaps(NUMBERS)
POSITIVE = NUMBERS.abs() + 1
BETWEEN = NUMBERS.abs() / (NUMBERS.abs().max() + 1) + 0.01


def before_lasso(*steps: Any) -> Any:
    return pipeline.make_pipeline(*steps, linear_model.Lasso(0.01))


STEPS: dict[str, tuple[Any, pd.DataFrame]] = {
    "robust": (preprocessing.RobustScaler(), NUMBERS),
    "robust without middle": (preprocessing.RobustScaler(with_centering=False), NUMBERS),
    "only the mean": (preprocessing.StandardScaler(with_std=False), NUMBERS),
    "largest": (preprocessing.MaxAbsScaler(), NUMBERS),
    "clipped": (preprocessing.MinMaxScaler(clip=True), NUMBERS),
    "yes or no": (preprocessing.Binarizer(threshold=0.5), NUMBERS),
    "rows of length one": (preprocessing.Normalizer(), NUMBERS),
    "rows of sum one": (preprocessing.Normalizer("l1"), NUMBERS),
    "rows of maximum one": (preprocessing.Normalizer("max"), NUMBERS),
    "Box-Cox": (preprocessing.PowerTransformer("box-cox"), POSITIVE),
    "bins by number": (preprocessing.KBinsDiscretizer(3, encode="ordinal"), NUMBERS),
    "nothing": ("passthrough", NUMBERS),
    "another mark": (impute.SimpleImputer(missing_values=5), NUMBERS),
    "where gaps are": (
        pipeline.make_union(impute.SimpleImputer(), impute.MissingIndicator(features="missing-only")),
        GAPPED,
    ),
    "weights of parts": (
        pipeline.FeatureUnion(
            [("a", preprocessing.MaxAbsScaler()), ("b", preprocessing.Binarizer())], transformer_weights={"a": 3.0}
        ),
        NUMBERS,
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_steps_before_a_line(name: str) -> None:
    """In the graph's own numbers."""
    step, rows = STEPS[name]

    assert kept(pipeline.make_pipeline(step, linear_model.Lasso(0.01)), rows, VALUE)


FUNCTIONS: dict[str, tuple[Any, dict[str, Any] | None, pd.DataFrame]] = {
    "clip": (np.clip, {"a_min": 1.0, "a_max": 4.0}, NUMBERS),
    "clip below": (np.clip, {"a_min": 1.0, "a_max": None}, NUMBERS),
    "isnan": (np.isnan, None, GAPPED),
    "round": (np.round, {"decimals": 1}, NUMBERS),
    "round to tens": (np.around, {"decimals": -1}, NUMBERS),
    "nan_to_num": (np.nan_to_num, {"nan": -3.0}, GAPPED),
    "trunc": (np.trunc, None, NUMBERS),
    "sinh": (np.sinh, None, BETWEEN),
    "cosh": (np.cosh, None, BETWEEN),
    "degrees": (np.degrees, None, NUMBERS),
    "logical_not": (np.logical_not, None, NUMBERS),
    "expit": (expit, None, NUMBERS),
    "logit": (logit, None, BETWEEN),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_with_arguments(name: str) -> None:
    """Of numpy and scipy, with what they were given."""
    function, arguments, rows = FUNCTIONS[name]

    assert kept(before_lasso(preprocessing.FunctionTransformer(function, kw_args=arguments)), rows, VALUE)


TARGETS: dict[str, Any] = {
    "between": preprocessing.MinMaxScaler(),
    "robust": preprocessing.RobustScaler(),
    "largest": preprocessing.MaxAbsScaler(),
    "only the mean": preprocessing.StandardScaler(with_std=False),
    "one after another": pipeline.make_pipeline(preprocessing.MinMaxScaler((1, 2)), preprocessing.StandardScaler()),
    "normal": preprocessing.QuantileTransformer(n_quantiles=10, output_distribution="normal"),
    "Box-Cox": preprocessing.PowerTransformer("box-cox"),
}


@pytest.mark.parametrize("name", TARGETS)
def test_targets_backwards(name: str) -> None:
    """The last transformer is undone first."""
    model = compose.TransformedTargetRegressor(linear_model.Lasso(0.01), transformer=TARGETS[name])

    assert kept(model, NUMBERS, VALUE)


def test_a_target_without_a_way_back() -> None:
    """The transformer is named."""
    bins = preprocessing.KBinsDiscretizer(3, encode="ordinal")

    with pytest.raises(ConversionError, match="its target goes through KBinsDiscretizer, which has no form backwards"):
        kept(compose.TransformedTargetRegressor(linear_model.Lasso(), transformer=bins), NUMBERS, VALUE)


def test_a_function_of_nobody() -> None:
    """The function is named by its package."""
    with pytest.raises(ConversionError, match=r"it calls numpy\.spacing, and ONNX holds no Python"):
        kept(before_lasso(preprocessing.FunctionTransformer(np.spacing)), NUMBERS, VALUE)


def test_columns_chosen_from_a_frame() -> None:
    """A step that hands frames on has names for the next one."""
    scaled = preprocessing.MaxAbsScaler().set_output(transform="pandas")
    chosen = compose.ColumnTransformer([("one", preprocessing.StandardScaler(), ["c", "a"])])

    assert kept(before_lasso(scaled, chosen), NUMBERS, VALUE)


COLUMNS: dict[str, Any] = {
    "one by its name": compose.ColumnTransformer([("one", preprocessing.MaxAbsScaler(), [0]), ("none", "drop", [1])]),
    "mask": compose.ColumnTransformer([("one", preprocessing.MaxAbsScaler(), [True, False, True])]),
    "empty part": compose.ColumnTransformer(
        [("one", preprocessing.MaxAbsScaler(), [0, 2]), ("none", preprocessing.StandardScaler(), [])]
    ),
    "weights": compose.ColumnTransformer(
        [("one", preprocessing.MaxAbsScaler(), [0, 2])], remainder="passthrough", transformer_weights={"one": 2.0}
    ),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_of_parts(name: str) -> None:
    """By place, by mask, dropped or none at all."""
    assert kept(before_lasso(COLUMNS[name]), NUMBERS, VALUE)


def test_gaps_of_words_are_told() -> None:
    """A word that stands for missing is replaced, and a column says where."""
    rows = MIXED[["room", "channel"]].replace({"channel": {"fax": "?"}})
    model = pipeline.make_pipeline(
        impute.SimpleImputer(missing_values="?", strategy="most_frequent"),
        preprocessing.OneHotEncoder(handle_unknown="ignore"),
        linear_model.LogisticRegression(),
    )

    assert kept(model, rows, HIGH)
