"""LightGBM's trees, from its model dump: float64 comparisons by <=."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from sparely_export.trees.ensemble import Ensemble, Linear, Link, Membership, Tree, UnsupportedTrees

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
    "cross_entropy_lambda": "log1p",
    "none": "identity",
    "custom": "identity",
}


ZERO = float(np.float32(1e-35))
"""Numbers up to this size are zeros to LightGBM."""


def ensemble_of(booster: Any) -> Ensemble:
    """
    Read a fitted Booster.

    Raises:
        UnsupportedTrees: its objective is not known.
    """
    dump = booster.dump_model()
    objective, *settings = (dump.get("objective") or "none").split()
    if objective not in LINKS:
        raise UnsupportedTrees(f"its objective is {dump['objective']}; known are {', '.join(LINKS)}")
    targets = dump["num_tree_per_iteration"]
    scale = _sigmoid(settings)
    rounds = len(dump["tree_info"]) // targets if dump["average_output"] else 1
    reader = _Reader()
    trees = [
        reader.tree(entry["tree_structure"], number % targets, scale / rounds)
        for number, entry in enumerate(dump["tree_info"])
    ]
    return Ensemble(
        trees=trees if not reader.linear else reader.indicators(trees),
        comparison="BRANCH_LEQ",
        base=np.zeros(len(reader.linear) or targets),
        link="square" if "sqrt" in settings else LINKS[objective],
        narrow=False,
        memberships=tuple(reader.memberships),
        zero=ZERO,
        zero_is_missing=frozenset(reader.zero_is_missing),
        linear=reader.sums(len(dump["feature_names"])) if reader.linear else None,
        scale=scale / rounds if reader.linear else 1.0,
    )


def _sigmoid(settings: list[str]) -> float:
    """The factor before the logistic function, which is written as `sigmoid:1`."""
    return next((float(entry[8:]) for entry in settings if entry.startswith("sigmoid:")), 1.0)


class _Reader:
    """Reads trees one after another, and keeps what their splits and leaves have in common."""

    def __init__(self) -> None:
        self.memberships: dict[Membership, int] = {}
        self.zero_is_missing: set[int] = set()
        self.linear: list[tuple[dict[str, Any], int]] = []

    def tree(self, root: dict[str, Any], target: int, scale: float) -> Tree:
        nodes = list(_walk(root))
        position = {id(node): index for index, node in enumerate(nodes)}
        leaf = np.array(["left_child" not in node for node in nodes])
        if any("leaf_const" in node for node in nodes) or self.linear:
            self.linear += [(node, target) for node in nodes if "left_child" not in node]
        splits = [self._split(node) for node in nodes]
        return Tree(
            columns=np.array([column for column, _, _ in splits]),
            thresholds=np.array([threshold for _, threshold, _ in splits]),
            yes=np.array([position.get(id(node.get("left_child")), -1) for node in nodes]),
            no=np.array([position.get(id(node.get("right_child")), -1) for node in nodes]),
            missing_is_yes=np.array([missing for _, _, missing in splits]),
            weights=np.where(leaf, [node.get("leaf_value", 0.0) for node in nodes], 0.0).reshape(-1, 1) * scale,
            targets=(target,),
        )

    def _split(self, node: dict[str, Any]) -> tuple[int, float, bool]:
        """Column, threshold, and whether a missing value goes left; one that training never met counts as 0."""
        if "left_child" not in node:
            return 0, 0.0, False
        column = int(node["split_feature"])
        if node["decision_type"] != "<=":
            left = frozenset(int(value) for value in str(node["threshold"]).split("||"))
            membership = Membership(column, left, missing_is_yes=False, unknown_is_yes=False, known=max(left) + 1)
            return -1 - self.memberships.setdefault(membership, len(self.memberships)), 0.5, False
        threshold = float(node["threshold"])
        if node["missing_type"] == "Zero":
            self.zero_is_missing.add(column)
        missing = node["default_left"] if node["missing_type"] in ("NaN", "Zero") else threshold >= 0
        return column, threshold, bool(missing)

    def indicators(self, trees: list[Tree]) -> list[Tree]:
        """The same trees, of which each leaf is a target of its own."""
        made, start = [], 0
        for tree in trees:
            count = int(tree.leaf.sum())
            weights = np.zeros((len(tree.leaf), count))
            weights[np.flatnonzero(tree.leaf), np.arange(count)] = 1.0
            made.append(dataclasses.replace(tree, weights=weights, targets=tuple(range(start, start + count))))
            start += count
        return made

    def sums(self, width: int) -> Linear:
        """What the leaves of all trees hold, in the order of the trees and their nodes."""
        coefficients = np.zeros((len(self.linear), width))
        for row, (node, _) in enumerate(self.linear):
            coefficients[row, node.get("leaf_features") or []] = node.get("leaf_coeff") or []
        return Linear(
            constants=np.array([node.get("leaf_const", node["leaf_value"]) for node, _ in self.linear]),
            coefficients=coefficients,
            fallbacks=np.array([node["leaf_value"] for node, _ in self.linear]),
            targets=np.array([target for _, target in self.linear]),
        )


def _walk(root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [node[side] for side in ("right_child", "left_child") if side in node]
