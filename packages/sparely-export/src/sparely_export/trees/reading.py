"""Which reader reads the trees of which estimator."""

from collections.abc import Callable
from typing import Any

from sparely_export.trees import catboost_trees, histogram, lightgbm_trees, xgboost_trees
from sparely_export.trees.ensemble import Ensemble

READERS: dict[str, Callable[[Any], Ensemble]] = {
    **dict.fromkeys(("HistGradientBoostingClassifier", "HistGradientBoostingRegressor"), histogram.ensemble_of),
    **dict.fromkeys(
        ("XGBClassifier", "XGBRegressor", "XGBRanker", "XGBRFClassifier", "XGBRFRegressor"), xgboost_trees.of_estimator
    ),
    **dict.fromkeys(
        ("LGBMClassifier", "LGBMRegressor", "LGBMRanker"), lambda model: lightgbm_trees.ensemble_of(model.booster_)
    ),
    **dict.fromkeys(("CatBoostClassifier", "CatBoostRegressor", "CatBoostRanker"), catboost_trees.ensemble_of),
    **dict.fromkeys(
        ("BoosterClassifier", "BoosterRegressor", "BoosterRanker"),
        lambda model: BOOSTERS[model.framework](model.booster),
    ),
}
"""By the estimator's name."""

BOOSTERS: dict[str, Callable[[Any], Ensemble]] = {
    "xgboost": xgboost_trees.ensemble_of,
    "lightgbm": lightgbm_trees.ensemble_of,
}


def ensemble_of(model: Any) -> Ensemble:
    """
    Read the trees of a boosted model.

    Raises:
        UnsupportedTrees: it holds what the readers do not know.
    """
    return READERS[type(model).__name__](model)
