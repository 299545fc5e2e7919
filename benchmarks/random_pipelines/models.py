"""The models at the end of a pipeline, by what they learn, and what is wrapped around them."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from sklearn import (
    calibration,
    cluster,
    compose,
    discriminant_analysis,
    ensemble,
    gaussian_process,
    linear_model,
    mixture,
    model_selection,
    multiclass,
    multioutput,
    naive_bayes,
    neighbors,
    neural_network,
    preprocessing,
    svm,
    tree,
)
from sklearn.pipeline import make_pipeline

Make = Callable[[], Any]
One = Callable[[Sequence[Make]], Any]

SMALL: dict[str, Any] = {"n_estimators": 5, "max_depth": 3, "random_state": 0}
CATBOOST = {"iterations": 5, "depth": 3, "verbose": False, "allow_writing_files": False, "random_seed": 0}
CATBOOST |= {"thread_count": 1}
FEW = {"n_estimators": 5, "n_jobs": 1}


def _of(package: str, kind: str, **settings: Any) -> Make:
    return lambda: getattr(importlib.import_module(package), kind)(**settings)


CLASSIFIERS: Sequence[Make] = (
    partial(linear_model.LogisticRegression, max_iter=200),
    partial(linear_model.LogisticRegression, C=0.1, class_weight="balanced", max_iter=200),
    partial(linear_model.SGDClassifier, loss="log_loss", random_state=0),
    partial(linear_model.SGDClassifier, loss="modified_huber", random_state=0),
    partial(linear_model.Perceptron, random_state=0),
    linear_model.RidgeClassifier,
    partial(tree.DecisionTreeClassifier, max_depth=3, random_state=0),
    partial(tree.ExtraTreeClassifier, max_depth=3, random_state=0),
    partial(ensemble.RandomForestClassifier, **SMALL),
    partial(ensemble.ExtraTreesClassifier, **SMALL),
    partial(ensemble.GradientBoostingClassifier, **SMALL),
    partial(ensemble.GradientBoostingClassifier, **SMALL, subsample=0.7),
    partial(ensemble.HistGradientBoostingClassifier, max_iter=5),
    partial(ensemble.AdaBoostClassifier, n_estimators=4, random_state=0),
    naive_bayes.GaussianNB,
    naive_bayes.BernoulliNB,
    partial(svm.LinearSVC, max_iter=500),
    svm.SVC,
    neighbors.KNeighborsClassifier,
    partial(neighbors.KNeighborsClassifier, 3, weights="distance", metric="manhattan"),
    partial(neural_network.MLPClassifier, (4,), max_iter=50, solver="lbfgs", random_state=0),
    discriminant_analysis.LinearDiscriminantAnalysis,
    partial(discriminant_analysis.QuadraticDiscriminantAnalysis, reg_param=0.1),
    partial(gaussian_process.GaussianProcessClassifier, random_state=0, optimizer=None),
    _of("xgboost", "XGBClassifier", **FEW, max_depth=3),
    _of("lightgbm", "LGBMClassifier", **FEW, num_leaves=5, verbose=-1),
    _of("catboost", "CatBoostClassifier", **CATBOOST),
    _of("imblearn.ensemble", "BalancedRandomForestClassifier", **SMALL),
    _of("imblearn.ensemble", "RUSBoostClassifier", n_estimators=3, random_state=0),
)
REGRESSORS: Sequence[Make] = (
    linear_model.LinearRegression,
    linear_model.Ridge,
    partial(linear_model.ElasticNet, alpha=0.1),
    linear_model.BayesianRidge,
    partial(linear_model.HuberRegressor, max_iter=200),
    partial(linear_model.QuantileRegressor, alpha=0.0),
    partial(linear_model.SGDRegressor, random_state=0),
    partial(svm.LinearSVR, max_iter=500),
    svm.SVR,
    partial(tree.DecisionTreeRegressor, max_depth=3, random_state=0),
    partial(ensemble.RandomForestRegressor, **SMALL),
    partial(ensemble.ExtraTreesRegressor, **SMALL),
    partial(ensemble.GradientBoostingRegressor, **SMALL),
    partial(ensemble.GradientBoostingRegressor, **SMALL, loss="huber"),
    partial(ensemble.HistGradientBoostingRegressor, max_iter=5),
    partial(ensemble.AdaBoostRegressor, n_estimators=4, random_state=0),
    neighbors.KNeighborsRegressor,
    partial(neighbors.KNeighborsRegressor, weights="distance"),
    partial(neural_network.MLPRegressor, (4,), max_iter=50, solver="lbfgs", random_state=0),
    partial(gaussian_process.GaussianProcessRegressor, alpha=1.0, optimizer=None),
    _of("xgboost", "XGBRegressor", **FEW, max_depth=3),
    _of("lightgbm", "LGBMRegressor", **FEW, num_leaves=5, verbose=-1),
    _of("catboost", "CatBoostRegressor", **CATBOOST),
)
COUNTING: Sequence[Make] = (
    linear_model.PoissonRegressor,
    partial(linear_model.TweedieRegressor, power=1.5),
    partial(ensemble.HistGradientBoostingRegressor, max_iter=5, loss="poisson"),
    _of("xgboost", "XGBRegressor", **FEW, objective="count:poisson"),
    _of("lightgbm", "LGBMRegressor", **FEW, objective="poisson", verbose=-1),
)
SEVERAL: Sequence[Make] = (
    linear_model.LinearRegression,
    partial(linear_model.MultiTaskLasso, alpha=0.1),
    partial(tree.DecisionTreeRegressor, max_depth=3, random_state=0),
    partial(ensemble.RandomForestRegressor, **SMALL),
    neighbors.KNeighborsRegressor,
    partial(neural_network.MLPRegressor, (4,), max_iter=50, solver="lbfgs", random_state=0),
    lambda: multioutput.MultiOutputRegressor(ensemble.GradientBoostingRegressor(**SMALL)),
    lambda: multioutput.RegressorChain(linear_model.Ridge()),
    _of("xgboost", "XGBRegressor", **FEW),
    _of("catboost", "CatBoostRegressor", **CATBOOST, loss_function="MultiRMSE"),
)
LABELLING: Sequence[Make] = (
    partial(tree.DecisionTreeClassifier, max_depth=3, random_state=0),
    partial(ensemble.RandomForestClassifier, **SMALL),
    neighbors.KNeighborsClassifier,
    partial(neural_network.MLPClassifier, (4,), max_iter=50, solver="lbfgs", random_state=0),
    lambda: multiclass.OneVsRestClassifier(linear_model.LogisticRegression(max_iter=200)),
    lambda: multioutput.MultiOutputClassifier(ensemble.GradientBoostingClassifier(**SMALL)),
    lambda: multioutput.ClassifierChain(linear_model.LogisticRegression(max_iter=200)),
)
WITHOUT: Sequence[Make] = (
    partial(ensemble.IsolationForest, n_estimators=5, random_state=0),
    partial(svm.OneClassSVM, nu=0.1),
    partial(neighbors.LocalOutlierFactor, novelty=True),
    partial(linear_model.SGDOneClassSVM, random_state=0),
    partial(cluster.KMeans, 3, n_init=1, random_state=0),
    partial(mixture.GaussianMixture, 2, random_state=0),
)


def final(random: np.random.Generator, target: str, one: One) -> Any:
    """A model that learns the target, alone or wrapped."""
    if target in ("two", "three"):
        return _classifier(random, target, one)
    if target == "number":
        return _regressor(random, one)
    return one({"count": COUNTING, "numbers": SEVERAL, "labels": LABELLING, "none": WITHOUT}[target])


def _classifier(random: np.random.Generator, target: str, one: One) -> Any:
    inner, other, seed = one(CLASSIFIERS), one(CLASSIFIERS), int(random.integers(3))
    wrapped: Mapping[int, Make] = {
        0: lambda: calibration.CalibratedClassifierCV(
            inner, cv=2, method=["sigmoid", "isotonic", "temperature"][seed], ensemble=bool(random.integers(2))
        ),
        1: lambda: ensemble.VotingClassifier([("a", inner), ("b", other)], voting=["hard", "soft", "soft"][seed]),
        2: lambda: ensemble.StackingClassifier([("a", inner), ("b", other)], cv=2, passthrough=seed == 0),
        3: lambda: multiclass.OneVsRestClassifier(inner),
        4: lambda: ensemble.BaggingClassifier(
            inner, n_estimators=2, random_state=0, max_features=[1.0, 0.6, 0.9][seed]
        ),
        5: lambda: multiclass.OneVsOneClassifier(inner),
        6: lambda: (
            model_selection.FixedThresholdClassifier(inner, threshold=0.3)
            if target == "two"
            else model_selection.GridSearchCV(make_pipeline(preprocessing.MinMaxScaler(), inner), {}, cv=2)
        ),
    }
    kind = int(random.integers(16))
    return wrapped[kind]() if kind in wrapped else inner


def _regressor(random: np.random.Generator, one: One) -> Any:
    inner, other, seed = one(REGRESSORS), one(REGRESSORS), int(random.integers(3))
    scaler = [preprocessing.StandardScaler, preprocessing.PowerTransformer, preprocessing.MinMaxScaler][seed]
    wrapped: Mapping[int, Make] = {
        0: lambda: compose.TransformedTargetRegressor(inner, func=np.log1p, inverse_func=np.expm1),
        1: lambda: compose.TransformedTargetRegressor(inner, transformer=scaler()),
        2: lambda: ensemble.VotingRegressor([("a", inner), ("b", other)], weights=[2, 1]),
        3: lambda: ensemble.BaggingRegressor(inner, n_estimators=2, random_state=0, max_features=[1.0, 0.6, 0.9][seed]),
        4: lambda: ensemble.StackingRegressor([("a", inner), ("b", other)], cv=2),
        5: lambda: make_pipeline(preprocessing.StandardScaler(), inner),
    }
    kind = int(random.integers(14))
    return wrapped[kind]() if kind in wrapped else inner
