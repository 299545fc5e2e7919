"""XGBoost's, LightGBM's and CatBoost's estimators, where those packages are installed."""

import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from sklearn import calibration, impute, pipeline, preprocessing

from benchmarks.coverage import tables
from benchmarks.coverage.cases import Case
from benchmarks.coverage.tables import Table

PACKAGES = ("xgboost", "lightgbm", "catboost")
CATBOOST = {"iterations": 20, "depth": 4, "verbose": False, "allow_writing_files": False, "random_seed": 0}


def installed() -> bool:
    """Whether all of them can be imported; the table is of all or it is left as it stands."""
    return all(importlib.util.find_spec(package) for package in PACKAGES)


def cases() -> Iterator[Case]:
    """Yield every case, in the order of the page."""
    for package, found in (("XGBoost", _xgboost), ("LightGBM", _lightgbm), ("CatBoost", _catboost)):
        for name, estimator, table in found():
            yield Case(package, name, estimator, table)


type Found = Iterator[tuple[str, Any, Callable[[], Table]]]


def _gaps(table: Callable[[], Table]) -> Callable[[], Table]:
    return lambda: tables.with_gaps(table())


def _numbered() -> Table:
    table = tables.flowers()
    return Table(table.frame, np.unique(table.target, return_inverse=True)[1])


def _xgboost() -> Found:
    import xgboost

    small: dict[str, Any] = {"n_estimators": 20, "max_depth": 4, "n_jobs": 1}
    yield "XGBClassifier", xgboost.XGBClassifier(**small), _gaps(_numbered)
    yield "XGBClassifier, two classes", xgboost.XGBClassifier(**small), tables.tumours
    yield "XGBRegressor", xgboost.XGBRegressor(**small), _gaps(tables.patients)
    yield "XGBRegressor (count:poisson)", xgboost.XGBRegressor(**small, objective="count:poisson"), tables.patients
    yield "XGBRegressor (dropout)", xgboost.XGBRegressor(**small, rate_drop=0.3, seed=0), tables.patients
    forest = xgboost.XGBRegressor(**small, num_parallel_tree=4, subsample=0.8, random_state=0)
    yield "XGBRegressor (num_parallel_tree)", forest, tables.patients
    yield "XGBRanker", xgboost.XGBRanker(**small), tables.ranked
    yield "XGBRegressor, two targets", xgboost.XGBRegressor(**small), tables.patients_of_two_targets
    model = pipeline.make_pipeline(impute.SimpleImputer(), xgboost.XGBClassifier(**small))
    yield "SimpleImputer, XGBClassifier", model, _gaps(_numbered)
    yield "XGBClassifier, missing=-1", xgboost.XGBClassifier(**small, missing=-1), _numbered
    yield "XGBRegressor (gblinear)", xgboost.XGBRegressor(booster="gblinear"), tables.patients
    by_words = xgboost.XGBClassifier(**small, enable_categorical=True)
    yield "XGBClassifier (enable_categorical)", by_words, tables.tumours_by_words
    yield "XGBClassifier (enable_categorical), category with gaps", by_words, tables.tumours_by_words_with_gaps
    dart = xgboost.XGBRegressor(**small, booster="dart", rate_drop=0.3, seed=0)
    yield "XGBRegressor (dart)", dart, tables.patients
    yield "XGBRegressor (survival:cox)", xgboost.XGBRegressor(**small, objective="survival:cox"), tables.patients
    vectors = xgboost.XGBRegressor(**small, multi_strategy="multi_output_tree")
    yield "XGBRegressor (multi_output_tree)", vectors, tables.patients_of_two_targets
    yield "XGBClassifier (binary:hinge)", xgboost.XGBClassifier(**small, objective="binary:hinge"), tables.tumours
    model = pipeline.make_pipeline(preprocessing.StandardScaler(), xgboost.XGBClassifier(**small))
    yield "StandardScaler, XGBClassifier", model, tables.tumours
    model = calibration.CalibratedClassifierCV(xgboost.XGBClassifier(**small), cv=2, method="isotonic")
    yield "CalibratedClassifierCV of XGBClassifier", model, tables.tumours


def _lightgbm() -> Found:
    import lightgbm

    small: dict[str, Any] = {"n_estimators": 20, "num_leaves": 8, "verbose": -1, "n_jobs": 1}
    yield "LGBMClassifier", lightgbm.LGBMClassifier(**small), _gaps(tables.flowers)
    yield "LGBMClassifier, two classes", lightgbm.LGBMClassifier(**small), tables.tumours
    yield "LGBMClassifier (multiclassova)", lightgbm.LGBMClassifier(**small, objective="multiclassova"), tables.flowers
    yield "LGBMRegressor", lightgbm.LGBMRegressor(**small), _gaps(tables.patients)
    yield "LGBMRegressor (poisson)", lightgbm.LGBMRegressor(**small, objective="poisson"), tables.patients
    forest = lightgbm.LGBMRegressor(**small, boosting_type="rf", bagging_freq=1, bagging_fraction=0.6)
    yield "LGBMRegressor (rf)", forest, tables.patients
    yield "LGBMRanker", lightgbm.LGBMRanker(**small), tables.ranked
    yield "LGBMRegressor (linear_tree)", lightgbm.LGBMRegressor(**small, linear_tree=True), tables.patients
    yield "LGBMRegressor (zero_as_missing)", lightgbm.LGBMRegressor(**small, zero_as_missing=True), tables.patients

    by_words = lightgbm.LGBMClassifier(**small, max_cat_to_onehot=1, min_data_per_group=5)
    yield "LGBMClassifier (category)", by_words, tables.tumours_by_words
    yield "LGBMClassifier (category with gaps)", by_words, tables.tumours_by_words_with_gaps
    yield "LGBMRegressor (dart)", lightgbm.LGBMRegressor(**small, boosting_type="dart"), tables.patients
    yield "LGBMRegressor (reg_sqrt)", lightgbm.LGBMRegressor(**small, reg_sqrt=True), tables.patients
    model = pipeline.make_pipeline(preprocessing.StandardScaler(), lightgbm.LGBMClassifier(**small))
    yield "StandardScaler, LGBMClassifier", model, tables.flowers
    model = calibration.CalibratedClassifierCV(lightgbm.LGBMClassifier(**small), cv=2)
    yield "CalibratedClassifierCV of LGBMClassifier", model, tables.tumours


def _catboost() -> Found:
    import catboost

    yield "CatBoostClassifier", catboost.CatBoostClassifier(**CATBOOST), _gaps(tables.flowers)
    yield "CatBoostClassifier, two classes", catboost.CatBoostClassifier(**CATBOOST), tables.tumours
    yield "CatBoostRegressor", catboost.CatBoostRegressor(**CATBOOST), _gaps(tables.patients)
    yield (
        "CatBoostRegressor (Poisson)",
        catboost.CatBoostRegressor(**CATBOOST, loss_function="Poisson"),
        tables.patients,
    )
    several = catboost.CatBoostRegressor(**CATBOOST, loss_function="MultiRMSE")
    yield "CatBoostRegressor, two targets", several, tables.patients_of_two_targets
    yield "CatBoostRanker", catboost.CatBoostRanker(**CATBOOST), tables.ranked
    lopsided = catboost.CatBoostRegressor(**CATBOOST, grow_policy="Lossguide")
    yield "CatBoostRegressor (Lossguide)", lopsided, tables.patients
    leveled = catboost.CatBoostClassifier(**CATBOOST, grow_policy="Depthwise")
    yield "CatBoostClassifier (Depthwise)", leveled, tables.flowers
    model = pipeline.make_pipeline(preprocessing.StandardScaler(), catboost.CatBoostClassifier(**CATBOOST))
    yield "StandardScaler, CatBoostClassifier", model, tables.tumours
