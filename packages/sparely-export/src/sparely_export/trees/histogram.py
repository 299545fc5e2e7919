"""scikit-learn's histogram gradient boosting: float64 comparisons, a branch of their own for missing values."""

from typing import Any

import numpy as np
from sklearn.base import is_classifier

from sparely_export.trees.ensemble import Ensemble, Link, Tree, UnsupportedTrees

LINKS: dict[str, Link] = {
    "IdentityLink": "identity",
    "LogLink": "exp",
    "LogitLink": "logistic",
    "HalfLogitLink": "logistic",
    "MultinomialLogit": "softmax",
}


def ensemble_of(model: Any) -> Ensemble:
    """
    Read a fitted HistGradientBoostingClassifier or HistGradientBoostingRegressor.

    Raises:
        UnsupportedTrees: a split is by a set of categories.
    """
    link = type(model._loss.link).__name__
    if link not in LINKS or (link == "HalfLogitLink" and is_classifier(model)):
        raise UnsupportedTrees(f"its loss has the link function {link}")
    trees = [
        _tree(predictor.nodes, target) for iteration in model._predictors for target, predictor in enumerate(iteration)
    ]
    base = np.asarray(model._baseline_prediction, dtype=np.float64).ravel()
    return Ensemble(trees=trees, comparison="BRANCH_LEQ", base=base, link=LINKS[link], narrow=False)


def _tree(nodes: np.ndarray, target: int) -> Tree:
    if nodes["is_categorical"].any():
        raise UnsupportedTrees("it splits by sets of categories (categorical_features)")
    leaf = nodes["is_leaf"].astype(bool)
    return Tree(
        columns=nodes["feature_idx"],
        thresholds=nodes["num_threshold"],
        yes=np.where(leaf, -1, nodes["left"].astype(np.int64)),
        no=np.where(leaf, -1, nodes["right"].astype(np.int64)),
        missing_is_yes=nodes["missing_go_to_left"].astype(bool),
        weights=nodes["value"].reshape(-1, 1),
        targets=(target,),
    )
