"""LightGBM's trees, from its model dump: float64 comparisons by <=."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from sparely_export.trees.ensemble import Ensemble, Link, Tree, UnsupportedTrees

LINKS: dict[str, Link] = {
    "regression": "identity",
    "regression_l1": "identity",
    "huber": "identity",
    "fair": "identity",
    "quantile": "identity",
    "mape": "identity",
    "poisson": "exp",
    "gamma": "exp",
    "tweedie": "exp",
    "binary": "logistic",
    "cross_entropy": "logistic",
    "multiclass": "softmax",
    "multiclassova": "logistic of each",
    "lambdarank": "identity",
    "rank_xendcg": "identity",
}


def ensemble_of(booster: Any) -> Ensemble:
    """
    Read a fitted Booster.

    Raises:
        UnsupportedTrees: linear trees, categorical splits, zeros that count as missing, averaged trees.
    """
    dump = booster.dump_model()
    objective, *settings = dump["objective"].split()
    if objective not in LINKS or "sqrt" in settings:
        raise UnsupportedTrees(f"its objective is {dump['objective']}; known are {', '.join(LINKS)}")
    if any("is_linear:1" in line or line == "is_linear=1" for line in booster.model_to_string().splitlines()):
        raise UnsupportedTrees("its leaves hold linear models (linear_tree=True)")
    targets = dump["num_tree_per_iteration"]
    scale = _sigmoid(settings)
    rounds = len(dump["tree_info"]) // targets if dump["average_output"] else 1
    trees = [
        _tree(entry["tree_structure"], number % targets, scale / rounds)
        for number, entry in enumerate(dump["tree_info"])
    ]
    return Ensemble(trees=trees, comparison="BRANCH_LEQ", base=np.zeros(targets), link=LINKS[objective], narrow=False)


def _sigmoid(settings: list[str]) -> float:
    """The factor before the logistic function, which is written as `sigmoid:1`."""
    return next((float(entry[8:]) for entry in settings if entry.startswith("sigmoid:")), 1.0)


def _tree(root: dict[str, Any], target: int, scale: float) -> Tree:
    nodes = list(_walk(root))
    position = {id(node): index for index, node in enumerate(nodes)}
    leaf = np.array(["left_child" not in node for node in nodes])
    return Tree(
        columns=np.array([node.get("split_feature", 0) for node in nodes]),
        thresholds=np.array([float(node.get("threshold", 0.0)) for node in nodes]),
        yes=np.array([position.get(id(node.get("left_child")), -1) for node in nodes]),
        no=np.array([position.get(id(node.get("right_child")), -1) for node in nodes]),
        missing_is_yes=np.array([_missing_is_yes(node) for node in nodes]),
        weights=np.where(leaf, [node.get("leaf_value", 0.0) for node in nodes], 0.0).reshape(-1, 1) * scale,
        targets=(target,),
    )


def _walk(root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [node[side] for side in ("right_child", "left_child") if side in node]


def _missing_is_yes(node: dict[str, Any]) -> bool:
    """A feature that had no missing value in training takes NaN for 0."""
    if "left_child" not in node:
        return False
    if node["decision_type"] != "<=":
        raise UnsupportedTrees("it splits by sets of categories (categorical_feature, or pandas' category)")
    if node["missing_type"] == "Zero":
        raise UnsupportedTrees("it takes zeros for missing (zero_as_missing)")
    return bool(node["default_left"] if node["missing_type"] == "NaN" else node["threshold"] >= 0)
