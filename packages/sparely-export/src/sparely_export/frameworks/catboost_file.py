"""CatBoost's own files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sparely_export.optional import install_hint

CLASSIFYING = ("Logloss", "CrossEntropy", "MultiClass", "MultiClassOneVsAll")
RANKING = ("YetiRank", "YetiRankPairwise", "PairLogit", "PairLogitPairwise", "QueryRMSE", "QuerySoftMax")


def open_catboost(path: Path, trusted: Sequence[str]) -> Any:
    """Open what CatBoost's save_model wrote, as the estimator that its loss function makes of it."""
    with install_hint("catboost", f"opening {path.name}"):
        import catboost
    loss = catboost.CatBoost().load_model(str(path)).get_all_params()["loss_function"].split(":")[0]
    kind = catboost.CatBoostRegressor
    if loss in CLASSIFYING:
        kind = catboost.CatBoostClassifier
    elif loss in RANKING:
        kind = catboost.CatBoostRanker
    return kind().load_model(str(path))
