"""scikit-learn's histogram gradient boosting: float64 comparisons, a branch of their own for missing values."""

from typing import Any

import numpy as np
from sklearn.base import is_classifier

from sparely_export.trees.ensemble import Ensemble, Link, Membership, Tree, UnsupportedTrees

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
        UnsupportedTrees: its loss has a link that is not known.
    """
    link = type(model._loss.link).__name__
    if link not in LINKS or (link == "HalfLogitLink" and is_classifier(model)):
        raise UnsupportedTrees(f"its loss has the link function {link}; known are {', '.join(LINKS)}")
    memberships: dict[Membership, int] = {}
    known = _known(model)
    trees = [
        _tree(predictor, target, known, memberships)
        for iteration in model._predictors
        for target, predictor in enumerate(iteration)
    ]
    base = np.asarray(model._baseline_prediction, dtype=np.float64).ravel()
    return Ensemble(
        trees=trees, comparison="BRANCH_LEQ", base=base, link=LINKS[link], narrow=False, memberships=tuple(memberships)
    )


def _known(model: Any) -> dict[int, frozenset[int]]:
    """By feature the categories that were seen in training."""
    if not any(predictor.nodes["is_categorical"].any() for iteration in model._predictors for predictor in iteration):
        return {}
    bitsets, places = model._bin_mapper.make_known_categories_bitsets()
    categorical = getattr(model, "_is_categorical_remapped", model.is_categorical_)  # behind its own encoder
    return {int(feature): _members(bitsets[place]) for feature, place in enumerate(places) if categorical[feature]}


def _members(bitset: np.ndarray) -> frozenset[int]:
    return frozenset(
        32 * word + bit for word, bits in enumerate(bitset.tolist()) for bit in range(32) if bits >> bit & 1
    )


def _tree(predictor: Any, target: int, known: dict[int, frozenset[int]], memberships: dict[Membership, int]) -> Tree:
    nodes = predictor.nodes
    leaf = nodes["is_leaf"].astype(bool)
    columns, thresholds = nodes["feature_idx"].astype(np.int64), nodes["num_threshold"].copy()
    for place in np.flatnonzero(nodes["is_categorical"].astype(bool) & ~leaf):
        membership = _membership(predictor, nodes[place], known)
        columns[place] = -1 - memberships.setdefault(membership, len(memberships))
        thresholds[place] = 0.5
    return Tree(
        columns=columns,
        thresholds=thresholds,
        yes=np.where(leaf, -1, nodes["left"].astype(np.int64)),
        no=np.where(leaf, -1, nodes["right"].astype(np.int64)),
        missing_is_yes=nodes["missing_go_to_left"].astype(bool),
        weights=nodes["value"].reshape(-1, 1),
        targets=(target,),
    )


def _membership(predictor: Any, node: Any, known: dict[int, frozenset[int]]) -> Membership:
    """A category that training did not see goes where a missing value goes."""
    feature, missing = int(node["feature_idx"]), bool(node["missing_go_to_left"])
    left = _members(predictor.raw_left_cat_bitsets[node["bitset_idx"]])
    size = max(known[feature] | left, default=-1) + 1
    strangers = frozenset(range(size)) - known[feature] if missing else frozenset()
    return Membership(feature, left | strangers, missing, missing, size)
