"""Boosters of XGBoost, LightGBM and CatBoost from the files that they save, as scikit-learn estimators."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from sparely_export.refusals import Refusal, install_hint

CATBOOST_CLASSIFYING = ("Logloss", "CrossEntropy", "MultiClass", "MultiClassOneVsAll")
CATBOOST_RANKING = ("YetiRank", "YetiRankPairwise", "PairLogit", "PairLogitPairwise", "QueryRMSE", "QuerySoftMax")


class NotABooster(Refusal):
    """The file is not what its name says."""


class _Booster(BaseEstimator):  # type: ignore[misc]
    """What the estimators of this file share: a booster that is fitted already, and rows as it wants them."""

    def __init__(self, booster: Any, framework: str, names: Sequence[str], width: int) -> None:
        self.booster, self.framework, self.names, self.width = booster, framework, names, width
        self.feature_names_, self.n_features_in_ = list(names), width

    def _answers(self, rows: Any) -> np.ndarray:
        """Ask up to the best round, where training stopped early."""
        if any(str(kind) == "category" for kind in getattr(rows, "dtypes", ())):
            return self._of_categories(rows)
        values = np.asarray(rows, dtype=np.float64)
        if self.framework != "xgboost":
            return np.asarray(self.booster.predict(values))
        best = self.booster.attr("best_iteration")
        rounds = (0, 0 if best is None else int(best) + 1)
        kind = json.loads(self.booster.save_config())["learner"]["gradient_booster"]["name"]
        if kind == "gblinear":
            import xgboost

            return np.asarray(self.booster.predict(xgboost.DMatrix(values), validate_features=False))
        return np.asarray(self.booster.inplace_predict(values, iteration_range=rounds, validate_features=False))

    def _of_categories(self, rows: Any) -> np.ndarray:
        if self.framework != "xgboost":
            return np.asarray(self.booster.predict(rows))
        import xgboost

        best = self.booster.attr("best_iteration")
        rounds = (0, 0 if best is None else int(best) + 1)
        return np.asarray(self.booster.predict(xgboost.DMatrix(rows, enable_categorical=True), iteration_range=rounds))


class BoosterRegressor(RegressorMixin, _Booster):  # type: ignore[misc]
    """Answers what the booster answers."""

    def predict(self, rows: Any) -> np.ndarray:
        return self._answers(rows)


class BoosterRanker(_Booster):
    """Answers with the score that a row is ranked by."""

    def predict(self, rows: Any) -> np.ndarray:
        return self._answers(rows)


class BoosterClassifier(ClassifierMixin, _Booster):  # type: ignore[misc]
    """Answers with the likeliest class, numbered from 0, for a booster keeps no names."""

    @property
    def classes_(self) -> np.ndarray:
        count = int(self._answers(np.zeros((1, self.width))).size)
        return np.arange(max(count, 2))

    def predict_proba(self, rows: Any) -> np.ndarray:
        answers = self._answers(rows)
        return np.column_stack([1 - answers, answers]) if answers.ndim == 1 else answers

    def predict(self, rows: Any) -> np.ndarray:
        return self.predict_proba(rows).argmax(axis=1)


def open_xgboost(path: Path, trusted: Sequence[str]) -> Any:
    """
    Open what XGBoost's save_model wrote, as JSON or UBJSON.

    Raises:
        NotABooster: XGBoost does not read it.
    """
    with install_hint("xgboost", f"opening {path.name}"):
        import xgboost
    try:
        booster = xgboost.Booster(model_file=str(path))
    except xgboost.core.XGBoostError as error:
        raise NotABooster(f"{path} is no model that XGBoost has saved.") from error
    return of_booster(booster)


def open_lightgbm(path: Path, trusted: Sequence[str]) -> Any:
    """
    Open what LightGBM's save_model wrote.

    Raises:
        NotABooster: LightGBM does not read it.
    """
    with install_hint("lightgbm", f"opening {path.name}"):
        import lightgbm
    try:
        booster = lightgbm.Booster(model_file=str(path))
    except lightgbm.basic.LightGBMError as error:
        raise NotABooster(f"{path} is no model that LightGBM has saved.") from error
    return of_booster(booster)


def of_booster(model: Any) -> Any:
    """
    A booster of `xgboost.train` or `lightgbm.train`, as it was or from its file, as an estimator; others as they are.

    CatBoost's base class becomes the estimator that its loss function makes of it.
    """
    kind = f"{type(model).__module__.partition('.')[0]}.{type(model).__name__}"
    if kind == "xgboost.Booster":
        objective = json.loads(model.save_config())["learner"]["objective"]["name"]
        return _estimator(model, "xgboost", objective, model.feature_names or [], model.num_features())
    if kind == "lightgbm.Booster":
        objective = (model.dump_model().get("objective") or "none").split()[0]
        return _estimator(model, "lightgbm", objective, model.feature_name(), model.num_feature())
    if kind == "catboost.CatBoost":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "model.cbm")
            model.save_model(str(path))
            return open_catboost(path, ())
    return model


def open_catboost(path: Path, trusted: Sequence[str]) -> Any:
    """Open what CatBoost's save_model wrote, as the estimator that its loss function makes of it."""
    with install_hint("catboost", f"opening {path.name}"):
        import catboost
    loss = catboost.CatBoost().load_model(str(path)).get_all_params()["loss_function"].split(":")[0]
    kind = catboost.CatBoostRegressor
    if loss in CATBOOST_CLASSIFYING:
        kind = catboost.CatBoostClassifier
    elif loss in CATBOOST_RANKING:
        kind = catboost.CatBoostRanker
    return kind().load_model(str(path))


def _estimator(booster: Any, framework: str, objective: str, names: Sequence[str], width: int) -> Any:
    kind = BoosterRegressor
    if objective.startswith(("rank", "lambdarank")):
        kind = BoosterRanker
    elif objective.startswith(("binary:logistic", "binary", "multi", "cross_entropy")):
        kind = BoosterClassifier
    return kind(booster, framework, names, width)
