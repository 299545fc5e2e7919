"""Boosted models with splits, leaves and boosters that are not the usual ones."""

from typing import Any

import catboost
import lightgbm
import numpy as np
import pytest
import xgboost
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sparely_export.bundle import prepare
from sparely_export.conversion import convert
from sparely_export.features import Feature
from sparely_export.graph import open_session
from sparely_export.inputs import inputs_of
from sparely_export.refusals import Refusal
from support.candidates import candidate
from tests.converters.trial import HIGH, LEVEL, MIXED, NUMBER, NUMBERS, VALUE, gaps, kept

CATEGORIES = MIXED.astype({"room": "category", "channel": "category"})
LGBM: dict[str, Any] = {"n_estimators": 5, "verbose": -1, "n_jobs": 1, "min_child_samples": 5}
XGB: dict[str, Any] = {"n_estimators": 5, "max_depth": 3, "n_jobs": 1}
CAT: dict[str, Any] = {"iterations": 5, "depth": 3, "verbose": 0, "allow_writing_files": False}
CLASS = np.unique(LEVEL, return_inverse=True)[1]
TWO = np.column_stack([VALUE, VALUE * 2 + NUMBERS["c"]])

BY_CATEGORIES: dict[str, tuple[Any, Any]] = {
    "LightGBM": (lightgbm.LGBMClassifier(**LGBM, max_cat_to_onehot=1, min_data_per_group=1), HIGH),
    "XGBoost": (xgboost.XGBRegressor(**XGB, enable_categorical=True, max_cat_to_onehot=1), VALUE),
    "histogram": (
        HistGradientBoostingRegressor(max_iter=5, min_samples_leaf=5, categorical_features="from_dtype"),
        VALUE,
    ),
}


@pytest.mark.parametrize("name", BY_CATEGORIES)
def test_splits_by_categories(name: str) -> None:
    """Words in, and one never seen goes as a missing value does."""
    estimator, target = BY_CATEGORIES[name]

    prepared = kept(estimator, CATEGORIES, target)

    assert {feature["type"] for feature in prepared.manifest["features"]} >= {"string", "number"}


def test_histogram_by_named_columns() -> None:
    """Columns of whole numbers are categories too."""
    model = HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=5, categorical_features=[2])

    assert kept(model, NUMBERS, HIGH)


UNUSUAL: dict[str, tuple[Any, Any, Any]] = {
    "linear leaves": (lightgbm.LGBMRegressor(**LGBM, linear_tree=True), gaps(NUMBERS), VALUE),
    "linear leaves of two classes": (
        make_pipeline(StandardScaler(), lightgbm.LGBMClassifier(**LGBM, linear_tree=True)),
        gaps(NUMBERS),
        HIGH,
    ),
    "linear leaves of three classes": (lightgbm.LGBMClassifier(**LGBM, linear_tree=True), NUMBERS, LEVEL),
    "zeros are missing": (lightgbm.LGBMRegressor(**LGBM, zero_as_missing=True), NUMBERS.round(0), VALUE),
    "square roots": (lightgbm.LGBMRegressor(**LGBM, reg_sqrt=True), NUMBERS, VALUE),
    "another missing": (xgboost.XGBClassifier(**XGB, missing=5), NUMBERS, NUMBER),
    "linear booster": (xgboost.XGBRegressor(booster="gblinear", n_estimators=5), gaps(NUMBERS), VALUE),
    "linear booster of two classes": (xgboost.XGBClassifier(booster="gblinear", n_estimators=5), NUMBERS, NUMBER),
    "linear booster of three classes": (xgboost.XGBClassifier(booster="gblinear", n_estimators=5), NUMBERS, CLASS),
    "linear booster of two numbers": (xgboost.XGBRegressor(booster="gblinear", n_estimators=5), NUMBERS, TWO),
    "linear booster of counts": (
        xgboost.XGBRegressor(booster="gblinear", objective="count:poisson", n_estimators=5),
        NUMBERS,
        NUMBERS["c"],
    ),
    "dropout": (xgboost.XGBRegressor(booster="dart", rate_drop=0.3, **XGB), NUMBERS, VALUE),
    "survival": (xgboost.XGBRegressor(objective="survival:cox", **XGB), NUMBERS, np.abs(VALUE)),
    "hinge": (xgboost.XGBClassifier(objective="binary:hinge", **XGB), NUMBERS, NUMBER),
    "vectors in leaves": (xgboost.XGBRegressor(multi_strategy="multi_output_tree", **XGB), NUMBERS, TWO),
    "leaf by leaf": (catboost.CatBoostRegressor(**CAT, grow_policy="Lossguide"), NUMBERS, VALUE),
    "level by level": (catboost.CatBoostClassifier(**CAT, grow_policy="Depthwise"), gaps(NUMBERS), LEVEL),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_boosters(name: str) -> None:
    """Each agrees, with null where its rows have gaps."""
    assert kept(*UNUSUAL[name])


@pytest.mark.parametrize("policy", ["SymmetricTree", "Lossguide"])
def test_one_hot_splits_of_catboost(policy: str) -> None:
    """The model keeps a number of each word, and of whole numbers; the rows have the words."""
    model = catboost.CatBoostClassifier(**CAT, grow_policy=policy, one_hot_max_size=9, cat_features=["channel", "c"])

    assert kept(model, MIXED.drop(columns=["room", "web"]), (MIXED["channel"] == "agency") | (MIXED["c"] == 3))


def test_words_that_catboost_has_forgotten() -> None:
    """Rows without a word that a split names are too few."""
    model = catboost.CatBoostRegressor(**CAT, one_hot_max_size=9, cat_features=["channel"])
    rows = MIXED[["a", "channel"]]
    model.fit(rows, MIXED["channel"] == "agency")

    with pytest.raises(Refusal) as refused:
        prepare(candidate(model, rows[rows["channel"] != "agency"]))

    assert 'the rows lack 1 of the categories of "channel" that its splits name' in str(refused.value)


@pytest.mark.parametrize("threshold", [0.2, 0.8])
def test_a_threshold_of_catboost(threshold: float) -> None:
    """The label turns where its author has put it."""
    rows = NUMBERS.to_numpy(np.float32)
    model = catboost.CatBoostClassifier(**CAT).fit(rows, NUMBER)
    model.set_probability_threshold(threshold)
    features = tuple(Feature(name=name) for name in NUMBERS)

    converted = convert(model, inputs_of(features), "late")

    (label,) = open_session(converted.content).run(["label"], {"features": rows})
    assert label.tolist() == model.predict(rows).tolist()
    assert label.tolist() != (model.predict_proba(rows)[:, 1] > 0.5).astype(int).tolist()
