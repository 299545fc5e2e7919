"""Boosters from the files that their libraries save: opened, converted, and equal to the library's own answers."""

from pathlib import Path
from typing import Any, NamedTuple

import catboost
import lightgbm
import numpy as np
import pandas as pd
import pytest
import xgboost

from sparely_export.candidate import Candidate
from sparely_export.describing import describe
from sparely_export.features import with_ranges
from sparely_export.frameworks.boosted import NotABooster, of_booster
from sparely_export.frameworks.load_errors import Damaged
from sparely_export.frameworks.opening import open_file
from sparely_export.manifest import Card
from sparely_export.precision import attempts

DRAWS = np.random.default_rng(5)
FRAME = pd.DataFrame(DRAWS.normal(size=(120, 3)).round(2), columns=["a", "b", "c"])
FRAME.loc[::9, "b"] = np.nan
VALUES = FRAME["a"] * 3 - FRAME["c"] + FRAME["b"].isna()
LEVELS = np.digitize(VALUES, [-1, 1])
GROUPS = [40, 40, 40]


class Grown(NamedTuple):
    """A booster's file, and what the library itself answers of all rows: numbers, or probabilities."""

    file: Path
    answers: np.ndarray


def grow_xgboost(folder: Path, objective: str, target: Any, suffix: str = ".json", **settings: Any) -> Grown:
    """Train with XGBoost and save in its own form."""
    data = xgboost.DMatrix(FRAME, target)
    if objective.startswith("rank"):
        data.set_group(GROUPS)
    booster = xgboost.train({"objective": objective, "max_depth": 2, **settings}, data, 4)
    booster.save_model(folder / f"model{suffix}")
    return Grown(folder / f"model{suffix}", booster.predict(data))


def grow_lightgbm(folder: Path, objective: str, target: Any, **settings: Any) -> Grown:
    """Train with LightGBM and save in its own form."""
    data = lightgbm.Dataset(FRAME, target, group=GROUPS if objective == "lambdarank" else None)
    parameters = {"objective": objective, "num_leaves": 4, "verbose": -1, "num_threads": 1, **settings}
    booster = lightgbm.train(parameters, data, 4)
    booster.save_model(folder / "model.txt")
    return Grown(folder / "model.txt", np.asarray(booster.predict(FRAME)))


def grow_catboost(folder: Path, kind: str, target: Any, **settings: Any) -> Grown:
    """Train with CatBoost and save in its own form."""
    model = getattr(catboost, kind)(
        iterations=4, depth=2, verbose=0, allow_writing_files=False, thread_count=1, **settings
    )
    groups = {"group_id": np.repeat(range(3), 40)} if kind == "CatBoostRanker" else {}
    model.fit(FRAME, target, **groups)
    model.save_model(str(folder / "model.cbm"))
    answers = model.predict_proba(FRAME) if kind == "CatBoostClassifier" else model.predict(FRAME)
    return Grown(folder / "model.cbm", np.asarray(answers))


CASES: dict[str, tuple[str, Any]] = {
    "xgboost regressor": ("regressor", lambda folder: grow_xgboost(folder, "reg:squarederror", VALUES)),
    "xgboost counts": ("regressor", lambda folder: grow_xgboost(folder, "count:poisson", LEVELS, ".ubj")),
    "xgboost two classes": ("classifier", lambda folder: grow_xgboost(folder, "binary:logistic", LEVELS > 1)),
    "xgboost classes": (
        "classifier",
        lambda folder: grow_xgboost(folder, "multi:softprob", LEVELS, ".ubj", num_class=3),
    ),
    "xgboost ranker": ("ranker", lambda folder: grow_xgboost(folder, "rank:ndcg", LEVELS)),
    "xgboost dart": (
        "regressor",
        lambda folder: grow_xgboost(folder, "reg:squarederror", VALUES, booster="dart", rate_drop=0.5),
    ),
    "xgboost dropout": (
        "regressor",
        lambda folder: grow_xgboost(folder, "reg:squarederror", VALUES, rate_drop=0.5),
    ),
    "lightgbm regressor": ("regressor", lambda folder: grow_lightgbm(folder, "regression", VALUES)),
    "lightgbm counts": ("regressor", lambda folder: grow_lightgbm(folder, "poisson", LEVELS)),
    "lightgbm two classes": ("classifier", lambda folder: grow_lightgbm(folder, "binary", LEVELS > 1)),
    "lightgbm classes": ("classifier", lambda folder: grow_lightgbm(folder, "multiclass", LEVELS, num_class=3)),
    "lightgbm ranker": ("ranker", lambda folder: grow_lightgbm(folder, "lambdarank", LEVELS)),
    "catboost regressor": ("regressor", lambda folder: grow_catboost(folder, "CatBoostRegressor", VALUES)),
    "catboost two classes": ("classifier", lambda folder: grow_catboost(folder, "CatBoostClassifier", LEVELS > 1)),
    "catboost classes": ("classifier", lambda folder: grow_catboost(folder, "CatBoostClassifier", LEVELS)),
    "catboost ranker": ("ranker", lambda folder: grow_catboost(folder, "CatBoostRanker", LEVELS)),
}


@pytest.mark.filterwarnings("ignore:.*booster=dart")
@pytest.mark.parametrize("case", CASES)
def test_booster_from_its_file_answers_as_its_library(tmp_path: Path, card: Card, case: str) -> None:
    """The opened estimator gives the library's numbers, and ONNX passes the gate, with missing values too."""
    kind, grow = CASES[case]
    grown = grow(tmp_path)

    estimator = open_file(grown.file).estimator

    ask = estimator.predict_proba if kind == "classifier" else estimator.predict
    answers = np.asarray(ask(FRAME.to_numpy()))
    if answers.ndim == 2 and grown.answers.ndim == 1:  # the second of two classes
        answers = answers[:, 1]
    np.testing.assert_allclose(answers, grown.answers, rtol=1e-5)
    described = describe(estimator, FRAME)
    features, rows = with_ranges(described.features, described.rows), described.rows
    candidate = Candidate(card=card, estimator=estimator, features=features, training_rows=rows, held_out_rows=rows)
    last = attempts(candidate)[-1]
    assert last.kept is not None, last.failure
    assert last.kept.converted.kind == kind


def test_classes_are_numbered(tmp_path: Path) -> None:
    """A booster keeps no names of its classes: they are the numbers from 0, and the likeliest is the label."""
    grown = grow_xgboost(tmp_path, "multi:softprob", LEVELS, num_class=3)

    estimator = open_file(grown.file).estimator

    assert estimator.classes_.tolist() == [0, 1, 2]
    assert estimator.predict(FRAME.to_numpy()).tolist() == grown.answers.argmax(axis=1).tolist()


@pytest.mark.parametrize(
    ("suffix", "library"), [(".json", "XGBoost"), (".ubj", "XGBoost"), (".txt", "LightGBM")], ids=str
)
def test_file_of_something_else_is_refused(tmp_path: Path, suffix: str, library: str) -> None:
    """What the library does not read is no model of it."""
    path = tmp_path / f"model{suffix}"
    path.write_text('{"hello": [1]}', "utf-8")

    with pytest.raises(NotABooster) as caught:
        open_file(path)

    assert str(caught.value) == f"{path} is no model that {library} has saved."


def test_damaged_catboost_file_is_refused(tmp_path: Path) -> None:
    """CatBoost's own words are in the sentence."""
    path = tmp_path / "model.cbm"
    path.write_bytes(b"CBM1 cut short")

    with pytest.raises(Damaged, match=r"is no \.cbm file that can be opened, or is cut short"):
        open_file(path)


@pytest.mark.filterwarnings("ignore:.*booster=gblinear")
def test_a_linear_booster_of_xgboost_answers_as_its_library() -> None:
    """It has no trees, and so no rounds to stop at."""
    data = xgboost.DMatrix(FRAME.fillna(0), VALUES)
    booster = xgboost.train({"booster": "gblinear", "objective": "reg:squarederror"}, data, 3)

    answers = of_booster(booster).predict(FRAME.fillna(0).to_numpy())

    np.testing.assert_allclose(answers, booster.predict(data), rtol=1e-5)


WORDS = pd.DataFrame({"word": pd.Categorical(np.array(["x", "y", "z"])[LEVELS]), "a": FRAME["a"]})


def test_xgboost_is_asked_for_categories_up_to_its_best_round() -> None:
    """Where training stopped early, as with numbers."""
    data = xgboost.DMatrix(WORDS, LEVELS, enable_categorical=True)
    booster = xgboost.train({"objective": "reg:squarederror", "max_depth": 2}, data, 6)
    booster.set_attr(best_iteration="1")

    answers = of_booster(booster).predict(WORDS)

    np.testing.assert_allclose(answers, booster.predict(data, iteration_range=(0, 2)), rtol=1e-6)
    assert not np.allclose(answers, booster.predict(data, iteration_range=(0, 6)))


def test_lightgbm_is_asked_for_categories_as_they_are() -> None:
    """The table goes to the library, which keeps the words."""
    parameters = {"objective": "regression", "verbose": -1, "num_threads": 1, "min_data_in_leaf": 2}
    booster = lightgbm.train(parameters, lightgbm.Dataset(WORDS, LEVELS), 3)

    answers = of_booster(booster).predict(WORDS)

    assert np.array_equal(answers, np.asarray(booster.predict(WORDS)))


@pytest.mark.parametrize(
    ("loss", "kind"),
    [("Logloss", "CatBoostClassifier"), ("RMSE", "CatBoostRegressor"), ("QueryRMSE", "CatBoostRanker")],
)
def test_catboosts_base_class_becomes_what_its_loss_makes_of_it(loss: str, kind: str) -> None:
    """With the same raw answers."""
    model = catboost.CatBoost(
        {"loss_function": loss, "iterations": 2, "depth": 2, "thread_count": 1, "allow_writing_files": False}
    )
    groups = np.repeat(range(3), 40) if loss == "QueryRMSE" else None
    model.fit(catboost.Pool(FRAME, (LEVELS > 1).astype(int), group_id=groups), verbose=False)

    estimator = of_booster(model)

    assert type(estimator).__name__ == kind
    ask = {"prediction_type": "RawFormulaVal"} if kind == "CatBoostClassifier" else {}
    np.testing.assert_allclose(estimator.predict(FRAME, **ask), model.predict(FRAME))
