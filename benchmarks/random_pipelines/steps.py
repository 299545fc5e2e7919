"""The steps in front of a model that a pipeline is composed of."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from sklearn import (
    decomposition,
    feature_extraction,
    feature_selection,
    impute,
    kernel_approximation,
    linear_model,
    preprocessing,
    random_projection,
    tree,
)
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.pipeline import FeatureUnion, make_pipeline

Make = Callable[[], Any]

_bins = partial(preprocessing.KBinsDiscretizer, quantile_method="averaged_inverted_cdf")
_function = preprocessing.FunctionTransformer

SCALERS: Sequence[Make] = (
    preprocessing.StandardScaler,
    partial(preprocessing.StandardScaler, with_mean=False),
    preprocessing.RobustScaler,
    partial(preprocessing.RobustScaler, quantile_range=(5, 95), unit_variance=True),
    preprocessing.MinMaxScaler,
    partial(preprocessing.MinMaxScaler, feature_range=(-1, 1), clip=True),
    preprocessing.MaxAbsScaler,
)
STEPS: Sequence[Make] = (
    *SCALERS,
    *SCALERS,
    preprocessing.Normalizer,
    partial(preprocessing.Normalizer, norm="max"),
    preprocessing.Binarizer,
    partial(_bins, 4, encode="onehot-dense"),
    partial(_bins, 3, encode="ordinal", strategy="uniform"),
    partial(_bins, 3, encode="ordinal", strategy="kmeans", random_state=0),
    partial(preprocessing.QuantileTransformer, n_quantiles=20),
    partial(preprocessing.QuantileTransformer, n_quantiles=20, output_distribution="normal"),
    preprocessing.PowerTransformer,
    partial(preprocessing.PowerTransformer, standardize=False),
    preprocessing.SplineTransformer,
    partial(preprocessing.SplineTransformer, n_knots=3, degree=2, knots="quantile", extrapolation="linear"),
    partial(preprocessing.SplineTransformer, include_bias=False, extrapolation="periodic"),
    partial(preprocessing.PolynomialFeatures, 2),
    partial(preprocessing.PolynomialFeatures, 2, interaction_only=True, include_bias=False),
    partial(preprocessing.PolynomialFeatures, 3, include_bias=False),
    partial(_function, np.cbrt),
    partial(_function, np.abs),
    partial(_function, np.square),
    partial(_function, np.sign),
    partial(_function, np.tanh),
    partial(_function, np.arctan),
    partial(_function, np.clip, kw_args={"a_min": -1.0, "a_max": 4.0}),
    partial(_function, None),
    partial(decomposition.PCA, 2),
    partial(decomposition.PCA, 2, whiten=True),
    partial(decomposition.TruncatedSVD, 2, random_state=0),
    partial(decomposition.FastICA, 2, random_state=0, max_iter=50),
    partial(decomposition.FactorAnalysis, 2, random_state=0),
    partial(decomposition.KernelPCA, 2, kernel="rbf", random_state=0),
    partial(random_projection.GaussianRandomProjection, 2, random_state=0),
    partial(kernel_approximation.Nystroem, n_components=5, random_state=0),
    feature_selection.VarianceThreshold,
    partial(feature_selection.SelectKBest, k=2),
    partial(feature_selection.SelectPercentile, percentile=60),
    partial(feature_selection.SelectFromModel, tree.DecisionTreeRegressor(max_depth=3, random_state=0)),
    partial(feature_selection.RFE, linear_model.Ridge(), n_features_to_select=2),
    lambda: FeatureUnion([("scaled", preprocessing.StandardScaler()), ("parts", decomposition.PCA(1))]),
    lambda: FeatureUnion(
        [("all", "passthrough"), ("bins", _bins(3, encode="onehot-dense")), ("none", "drop")],
        transformer_weights={"bins": 0.5},
    ),
    lambda: make_pipeline(preprocessing.RobustScaler(), preprocessing.SplineTransformer(n_knots=4)),
)
IMPUTERS: Sequence[Make] = (
    impute.SimpleImputer,
    partial(impute.SimpleImputer, strategy="median", add_indicator=True),
    partial(impute.SimpleImputer, strategy="most_frequent"),
    partial(impute.SimpleImputer, strategy="constant", fill_value=-1.0),
    lambda: FeatureUnion([("filled", impute.SimpleImputer()), ("gone", impute.MissingIndicator(features="all"))]),
)
REFUSED: Sequence[Make] = (impute.KNNImputer, partial(impute.IterativeImputer, max_iter=2, random_state=0))
_one_hot = partial(preprocessing.OneHotEncoder, sparse_output=False)
ENCODERS: Sequence[Make] = (
    _one_hot,
    partial(_one_hot, handle_unknown="ignore"),
    partial(_one_hot, handle_unknown="infrequent_if_exist", min_frequency=0.2),
    partial(_one_hot, handle_unknown="infrequent_if_exist", max_categories=2),
    partial(_one_hot, drop="first", handle_unknown="ignore"),
    partial(_one_hot, drop="if_binary"),
    preprocessing.OrdinalEncoder,
    partial(preprocessing.OrdinalEncoder, handle_unknown="use_encoded_value", unknown_value=-1),
    partial(preprocessing.OrdinalEncoder, handle_unknown="use_encoded_value", unknown_value=-1, min_frequency=0.2),
    partial(preprocessing.TargetEncoder, cv=2, random_state=0),
    partial(preprocessing.TargetEncoder, cv=2, random_state=0, smooth=5.0),
)
FILLERS: Sequence[Make] = (
    partial(impute.SimpleImputer, strategy="most_frequent"),
    partial(impute.SimpleImputer, strategy="constant", fill_value="unknown"),
)
_text = feature_extraction.text
TEXTS: Sequence[Make] = (
    _text.TfidfVectorizer,
    partial(_text.TfidfVectorizer, sublinear_tf=True, stop_words=["again"], ngram_range=(1, 2)),
    partial(_text.TfidfVectorizer, strip_accents="unicode", norm="l1"),
    partial(_text.CountVectorizer, ngram_range=(1, 2), binary=True),
    partial(_text.CountVectorizer, analyzer="char_wb", ngram_range=(2, 2), max_features=30),
)
