"""XGBoost's trees, from the JSON that it saves: values rounded to float32, compared by <."""

import json
from typing import Any

import numpy as np

from sparely_export.trees.ensemble import Ensemble, Linear, Link, Membership, Tree, UnsupportedTrees

LINKS: dict[str, Link] = {
    "reg:squarederror": "identity",
    "reg:squaredlogerror": "identity",
    "reg:pseudohubererror": "identity",
    "reg:absoluteerror": "identity",
    "reg:quantileerror": "identity",
    "reg:logistic": "logistic",
    "binary:logistic": "logistic",
    "multi:softprob": "softmax",
    "multi:softmax": "softmax",
    "count:poisson": "exp",
    "reg:gamma": "exp",
    "reg:tweedie": "exp",
    "rank:ndcg": "identity",
    "rank:pairwise": "identity",
    "rank:map": "identity",
    "survival:cox": "exp",
    "survival:aft": "exp",
    "binary:logitraw": "identity",
    "binary:hinge": "step",
    "reg:expectileerror": "identity",
}


MANY = 2
"""From so many numbers a leaf on, it holds a vector."""

SAVED_AS_SHARES = ("reg:logistic", "binary:logistic", "binary:logitraw")


def of_estimator(model: Any) -> Ensemble:
    """Read a fitted estimator, which may take another value than NaN for missing."""
    missing = getattr(model, "missing", None)
    missing = None if missing is None or np.isnan(missing) else float(missing)
    return ensemble_of(model.get_booster(), missing=missing)


def ensemble_of(booster: Any, *, missing: float | None = None) -> Ensemble:
    """
    Read a fitted Booster.

    Args:
        missing: a number that stands for missing, besides NaN.

    Raises:
        UnsupportedTrees: its objective is not known.
    """
    learner = json.loads(bytes(booster.save_raw("json")))["learner"]
    objective, kind = learner["objective"]["name"], learner["gradient_booster"]["name"]
    if objective not in LINKS:
        raise UnsupportedTrees(f"its objective is {objective}; known are {', '.join(LINKS)}")
    link = LINKS[objective]
    base = _base(learner["learner_model_param"], objective)
    if kind == "gblinear":
        return _linear(learner, base, link, missing)
    holder = learner["gradient_booster"]
    model = holder["gbtree"]["model"] if "gbtree" in holder else holder["model"]
    kept = _best(booster, model)
    shares = model.get("weight_drop") or holder.get("weight_drop") or [1.0] * len(model["trees"])
    memberships: dict[Membership, int] = {}
    trees = [
        _tree(tree, target, share, memberships)
        for tree, target, share in zip(model["trees"][:kept], model["tree_info"][:kept], shares[:kept], strict=True)
    ]
    width = max(len(base), *(max(tree.targets) + 1 for tree in trees)) if trees else len(base)
    return Ensemble(
        trees=trees,
        comparison="BRANCH_LT",
        base=np.broadcast_to(base, (width,)),
        link=link,
        narrow=True,
        memberships=tuple(memberships),
        missing=missing,
    )


def _linear(learner: dict[str, Any], base: np.ndarray, link: Link, missing: float | None) -> Ensemble:
    """
    No trees, but a linear model of which a missing value adds nothing.

    XGBoost adds the first target's intercept to all of them, seen with 3.1, and trains the others for that.
    """
    weights = np.array(learner["gradient_booster"]["model"]["weights"], dtype=np.float64).reshape(-1, len(base))
    linear = Linear(
        constants=weights[-1] + base[0],
        coefficients=weights[:-1].T,
        fallbacks=np.zeros(len(base)),
        targets=np.arange(len(base)),
    )
    return Ensemble(trees=[], comparison="BRANCH_LT", base=base, link=link, narrow=True, missing=missing, linear=linear)


def _best(booster: Any, model: dict[str, Any]) -> int:
    """After early stopping the estimator answers with the trees up to the best round."""
    best = booster.attr("best_iteration")
    return len(model["trees"]) if best is None else int(model["iteration_indptr"][int(best) + 1])


def _tree(tree: dict[str, Any], target: int, share: float, memberships: dict[Membership, int]) -> Tree:
    conditions = np.array(tree["split_conditions"], dtype=np.float32).astype(np.float64)
    columns, thresholds = np.array(tree["split_indices"]), conditions.copy()
    default = np.array(tree["default_left"], dtype=bool)
    for node in tree.get("categories_nodes") or []:
        membership = _membership(tree, node)
        columns[node] = -1 - memberships.setdefault(membership, len(memberships))
        thresholds[node] = 0.5
    size = int(tree["tree_param"]["size_leaf_vector"])
    left = np.array(tree["left_children"])
    return Tree(
        columns=columns,
        thresholds=thresholds,
        yes=left,
        no=np.array(tree["right_children"]),
        missing_is_yes=default,
        weights=_weights(tree, conditions, size, left) * share,
        targets=(target,) if size < MANY else tuple(range(size)),
    )


def _weights(tree: dict[str, Any], conditions: np.ndarray, size: int, left: np.ndarray) -> np.ndarray:
    """What leaves hold: a number each, or a vector where one tree answers several targets."""
    if size < MANY:
        return conditions.reshape(-1, 1)
    if "leaf_weights" in tree:  # since 3.1 of leaves alone, each with its place in `right_children`
        vectors = np.array(tree["leaf_weights"], dtype=np.float32).astype(np.float64).reshape(-1, size)
        places = np.array(tree["right_children"])
        return np.where((left < 0)[:, None], vectors[np.where(left < 0, places, 0)], 0.0)
    return np.array(tree["base_weights"], dtype=np.float32).astype(np.float64).reshape(-1, size)


def _membership(tree: dict[str, Any], node: int) -> Membership:
    """A set of categories goes to the right; what is beyond all of them to the left."""
    place = tree["categories_nodes"].index(node)
    start, size = tree["categories_segments"][place], tree["categories_sizes"][place]
    right = {int(value) for value in tree["categories"][start : start + size]}
    known = max(right, default=-1) + 1
    return Membership(
        column=int(tree["split_indices"][node]),
        yes=frozenset(range(known)) - right,
        missing_is_yes=bool(tree["default_left"][node]),
        unknown_is_yes=True,
        known=known,
    )


def _base(parameters: dict[str, str], objective: str) -> np.ndarray:
    """The intercept is saved as an answer, not as a score, but for the softmax of several classes."""
    saved = np.array(json.loads(parameters["base_score"]), dtype=np.float64).ravel()
    count = max(int(parameters["num_class"]), int(parameters["num_target"]), 1)
    base = np.broadcast_to(saved, (count,))
    if objective in SAVED_AS_SHARES:
        return np.log(base / (1 - base))
    return np.log(base) if LINKS[objective] == "exp" else base
