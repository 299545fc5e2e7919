"""Functions of numpy, transformed targets, less common steps of scikit-learn, columns chosen in all ways, texts."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn import (
    compose,
    decomposition,
    feature_extraction,
    impute,
    kernel_approximation,
    linear_model,
    pipeline,
    preprocessing,
    random_projection,
)

from benchmarks.coverage import tables
from benchmarks.coverage.composed import Row, forest, logistic, scaled

NUMBERS, WORDS = ["age", "income", "signed_up_month"], ["plan", "city"]
FUNCTIONS = [
    "log",
    "log1p",
    "log2",
    "log10",
    "exp",
    "exp2",
    "expm1",
    "sqrt",
    "cbrt",
    "square",
    "abs",
    "fabs",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "reciprocal",
    "sign",
    "negative",
    "floor",
    "ceil",
    "rint",
    "round",
    "trunc",
    "deg2rad",
    "rad2deg",
    "arctan",
    "arcsin",
    "arccos",
    "arcsinh",
    "arccosh",
    "arctanh",
]


def rows() -> Iterator[Row]:
    """Yield group, name, estimator and table, in the order of the page."""
    for part in (_functions, _targets, _steps, _columns, _texts, _refused):
        yield from part()


def _functions() -> Iterator[Row]:
    for name in FUNCTIONS:
        step = preprocessing.FunctionTransformer(getattr(np, name))
        within = (-0.7, 0.8) if name in ("arcsin", "arccos", "arctanh") else (1, 3) if name == "arccosh" else (0.5, 1.4)
        clip = name.startswith("arc")  # which have no number beyond
        model = pipeline.make_pipeline(preprocessing.MinMaxScaler(within, clip=clip), step, linear_model.Ridge())
        yield "FunctionTransformer", f"numpy.{name}", model, tables.patients
    clipped = preprocessing.FunctionTransformer(np.clip, kw_args={"a_min": 20, "a_max": 60})
    yield "FunctionTransformer", "numpy.clip", pipeline.make_pipeline(clipped, linear_model.Ridge()), tables.patients
    nothing = preprocessing.FunctionTransformer()
    yield "FunctionTransformer", "none", pipeline.make_pipeline(nothing, linear_model.Ridge()), tables.patients


def _targets() -> Iterator[Row]:
    ways: dict[str, dict[str, Any]] = {
        "log1p and expm1": {"func": np.log1p, "inverse_func": np.expm1},
        "log and exp": {"func": np.log, "inverse_func": np.exp},
        "sqrt and square": {"func": np.sqrt, "inverse_func": np.square},
        "StandardScaler": {"transformer": preprocessing.StandardScaler()},
        "MinMaxScaler": {"transformer": preprocessing.MinMaxScaler()},
        "PowerTransformer": {"transformer": preprocessing.PowerTransformer()},
        "QuantileTransformer": {"transformer": preprocessing.QuantileTransformer(n_quantiles=20)},
    }
    for name, settings in ways.items():
        model = compose.TransformedTargetRegressor(scaled(linear_model.Ridge()), **settings)
        yield "TransformedTargetRegressor", name, model, tables.patients


def _steps() -> Iterator[Row]:
    group = "Less common steps"
    for name, step in {
        "KBinsDiscretizer (onehot)": preprocessing.KBinsDiscretizer(4, quantile_method="averaged_inverted_cdf"),
        "QuantileTransformer (normal)": preprocessing.QuantileTransformer(n_quantiles=20, output_distribution="normal"),
        "SplineTransformer (linear)": preprocessing.SplineTransformer(extrapolation="linear"),
        "SplineTransformer (continue)": preprocessing.SplineTransformer(extrapolation="continue"),
        "SplineTransformer (periodic)": preprocessing.SplineTransformer(extrapolation="periodic"),
        "MinMaxScaler (clip)": preprocessing.MinMaxScaler(clip=True),
        "Normalizer (l1)": preprocessing.Normalizer("l1"),
        "PolynomialFeatures (interactions of three)": preprocessing.PolynomialFeatures(3, interaction_only=True),
        "FastICA": decomposition.FastICA(3, random_state=0),
        "FactorAnalysis": decomposition.FactorAnalysis(3),
        "SparseRandomProjection": random_projection.SparseRandomProjection(3, random_state=0),
        "Nystroem": kernel_approximation.Nystroem(gamma=1e-4, n_components=20, random_state=0),
    }.items():
        yield group, name, pipeline.make_pipeline(step, logistic()), tables.tumours
    positive = pipeline.make_pipeline(preprocessing.PowerTransformer(method="box-cox"), logistic())
    yield group, "PowerTransformer (box-cox)", positive, tables.flowers
    told = pipeline.make_pipeline(
        impute.SimpleImputer(add_indicator=True), preprocessing.StandardScaler(), linear_model.Ridge()
    )
    yield group, "SimpleImputer (add_indicator)", told, lambda: tables.with_gaps(tables.patients())


def _columns() -> Iterator[Row]:
    group = "Columns and encoders"
    filled = pipeline.make_pipeline(impute.SimpleImputer(), preprocessing.StandardScaler())
    guessed = impute.SimpleImputer(strategy="most_frequent")
    rare = preprocessing.OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=0.3)
    first = preprocessing.OneHotEncoder(drop="first", handle_unknown="ignore")
    parts: list[tuple[str, Any, Any]]
    for name, encoder in {"OneHotEncoder (infrequent_if_exist)": rare, "OneHotEncoder (drop)": first}.items():
        parts = [("numbers", filled, NUMBERS), ("words", pipeline.make_pipeline(guessed, encoder), WORDS)]
        yield group, name, pipeline.make_pipeline(compose.ColumnTransformer(parts), logistic()), tables.mixed
    both = pipeline.make_pipeline(guessed, preprocessing.OneHotEncoder(handle_unknown="ignore"))
    parts = [("numbers", filled, NUMBERS), ("words", both, ["plan", "active"])]
    yield (
        group,
        "words and booleans in one imputer",
        pipeline.make_pipeline(compose.ColumnTransformer(parts), forest()),
        tables.mixed,
    )
    parts = [("numbers", filled, slice(0, 2)), ("words", both, slice(2, 4))]
    yield group, "columns by slice", pipeline.make_pipeline(compose.ColumnTransformer(parts), logistic()), tables.mixed
    parts = [("numbers", filled, slice("age", "income")), ("words", both, [2])]
    yield (
        group,
        "columns by named slice",
        pipeline.make_pipeline(compose.ColumnTransformer(parts), logistic()),
        tables.mixed,
    )


def _texts() -> Iterator[Row]:
    made = feature_extraction.text.TfidfVectorizer
    for name, vectorizer in {
        "TfidfVectorizer": made(),
        "sublinear_tf": made(sublinear_tf=True),
        "stop words": made(stop_words="english"),
        "stop words and pairs": made(stop_words="english", ngram_range=(1, 2)),
        "strip_accents": made(strip_accents="unicode"),
        "char_wb": made(analyzer="char_wb", ngram_range=(2, 4)),
        "char": made(analyzer="char", ngram_range=(2, 3)),
        "CountVectorizer (binary)": feature_extraction.text.CountVectorizer(binary=True),
    }.items():
        yield "Text as a series", name, pipeline.make_pipeline(vectorizer, logistic()), tables.texts


def _refused() -> Iterator[Row]:
    own = preprocessing.FunctionTransformer(tables.halved)
    yield (
        "FunctionTransformer",
        "a function of one's own",
        pipeline.make_pipeline(own, linear_model.Ridge()),
        tables.patients,
    )
    hashing = feature_extraction.text.HashingVectorizer(n_features=64)
    yield "Text as a series", "HashingVectorizer", pipeline.make_pipeline(hashing, logistic()), tables.texts
