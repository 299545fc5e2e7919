"""XGBoost's trees, from the JSON that it saves: values rounded to float32, compared by <."""

import json
from typing import Any

import numpy as np

from sparely_export.trees.ensemble import Ensemble, Link, Tree, UnsupportedTrees

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
}


def ensemble_of(booster: Any) -> Ensemble:
    """
    Read a fitted Booster.

    Raises:
        UnsupportedTrees: the booster is linear, or it has categorical splits, vector leaves or an unknown objective.
    """
    learner = json.loads(bytes(booster.save_raw("json")))["learner"]
    objective, kind = learner["objective"]["name"], learner["gradient_booster"]["name"]
    if kind not in ("gbtree", "dart"):
        raise UnsupportedTrees(f"its booster is {kind}, which has no trees")
    if objective not in LINKS:
        raise UnsupportedTrees(f"its objective is {objective}; known are {', '.join(LINKS)}")
    holder = learner["gradient_booster"]
    model = holder["gbtree"]["model"] if "gbtree" in holder else holder["model"]
    kept = _best(booster, model)
    shares = model.get("weight_drop") or holder.get("weight_drop") or [1.0] * len(model["trees"])
    trees = [
        _tree(tree, target, share)
        for tree, target, share in zip(model["trees"][:kept], model["tree_info"][:kept], shares[:kept], strict=True)
    ]
    base = _base(learner["learner_model_param"], LINKS[objective])
    return Ensemble(trees=trees, comparison="BRANCH_LT", base=base, link=LINKS[objective], narrow=True)


def _best(booster: Any, model: dict[str, Any]) -> int:
    """After early stopping the estimator answers with the trees up to the best round."""
    best = booster.attr("best_iteration")
    return len(model["trees"]) if best is None else int(model["iteration_indptr"][int(best) + 1])


def _tree(tree: dict[str, Any], target: int, share: float) -> Tree:
    if any(tree["split_type"]):
        raise UnsupportedTrees("it splits by sets of categories (enable_categorical)")
    if tree["tree_param"]["size_leaf_vector"] not in ("0", "1"):
        raise UnsupportedTrees("its leaves hold vectors (multi_strategy); train one tree an output")
    conditions = np.array(tree["split_conditions"], dtype=np.float32)
    return Tree(
        columns=np.array(tree["split_indices"]),
        thresholds=conditions.astype(np.float64),
        yes=np.array(tree["left_children"]),
        no=np.array(tree["right_children"]),
        missing_is_yes=np.array(tree["default_left"], dtype=bool),
        weights=(conditions.astype(np.float64) * share).reshape(-1, 1),
        targets=(target,),
    )


def _base(parameters: dict[str, str], link: Link) -> np.ndarray:
    """The intercept is saved as an answer, not as a score, but for the softmax of several classes."""
    saved = np.array(json.loads(parameters["base_score"]), dtype=np.float64).ravel()
    count = max(int(parameters["num_class"]), int(parameters["num_target"]), 1)
    base = np.broadcast_to(saved, (count,))
    if link == "logistic":
        return np.log(base / (1 - base))
    return np.log(base) if link == "exp" else base
