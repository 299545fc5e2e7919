"""What all boosted trees have in common, whichever framework has grown them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np

Comparison: TypeAlias = Literal["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GT"]
Link: TypeAlias = Literal["identity", "exp", "logistic", "softmax", "logistic of each", "step", "square", "log1p"]


MANY = 200_000
"""
Nodes from which on trees are written by whole columns and as small as they can be.

Below that skl2onnx writes scikit-learn's forests, node by node: of more it takes minutes and gigabytes.
"""


class UnsupportedTrees(Exception):
    """These trees hold something that ONNX' tree operators cannot say."""


@dataclass(frozen=True, slots=True)
class Tree:
    """
    One tree of m nodes, the root first.

    `yes` and `no` are the nodes to go to when the comparison holds or not, -1 in a leaf;
    `missing_is_yes` tells where NaN goes; `weights` is of shape (m, t) for the t `targets` that a leaf adds to.
    """

    columns: np.ndarray
    thresholds: np.ndarray
    yes: np.ndarray
    no: np.ndarray
    missing_is_yes: np.ndarray
    weights: np.ndarray
    targets: tuple[int, ...]

    @property
    def leaf(self) -> np.ndarray:
        """Which nodes are leaves."""
        return self.yes < 0


@dataclass(frozen=True, slots=True)
class Membership:
    """
    A split by a set of whole numbers that stand for categories, of which a tree's column -1 - i names the i-th.

    `yes` are those that go the way of `yes`; `missing_is_yes` tells where NaN goes, `unknown_is_yes` all others.
    """

    column: int
    yes: frozenset[int]
    missing_is_yes: bool
    unknown_is_yes: bool
    known: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """
    What leaves add that hold linear models: constant, coefficients, and a value where a number is missing.

    Without any tree it is the model itself, a line for each target, and a missing number adds nothing.
    """

    constants: np.ndarray
    coefficients: np.ndarray
    fallbacks: np.ndarray
    targets: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensemble:
    """
    Trees whose leaves are summed into one score a target, and the function that makes answers of scores.

    `narrow` tells that the framework itself rounds values to float32 before it compares.
    Values up to `zero` in size are zeros to it, in the columns `zero_is_missing` missing; so is the value `missing`.
    """

    trees: Sequence[Tree]
    comparison: Comparison
    base: np.ndarray
    link: Link
    narrow: bool
    memberships: Sequence[Membership] = ()
    zero: float | None = None
    zero_is_missing: frozenset[int] = frozenset()
    missing: float | None = None
    linear: Linear | None = None
    scale: float = 1.0

    @property
    def targets(self) -> int:
        """How many scores a row has; where leaves hold linear models, `base` is by leaf."""
        return len(self.base) if self.linear is None else int(self.linear.targets.max()) + 1

    def attributes(self, *, double: bool, width: int = 0) -> dict[str, Any]:
        """Return the attributes of TreeEnsembleRegressor, of operator set ai.onnx.ml 3, for rows of that width."""
        leaves = [np.flatnonzero(tree.leaf) for tree in self.trees]
        counts = [len(tree.columns) for tree in self.trees]
        modes = {True: b"LEAF", False: self.comparison.encode()}
        return {
            "n_targets": len(self.base),
            "nodes_treeids": _ints(np.repeat(np.arange(len(counts)), counts)),
            "nodes_nodeids": _ints([np.arange(count) for count in counts]),
            "nodes_featureids": _ints([self._placed(tree, width) for tree in self.trees]),
            "nodes_modes": [modes[leaf] for tree in self.trees for leaf in tree.leaf.tolist()],
            "nodes_truenodeids": _ints([np.maximum(tree.yes, 0) for tree in self.trees]),
            "nodes_falsenodeids": _ints([np.maximum(tree.no, 0) for tree in self.trees]),
            "nodes_missing_value_tracks_true": _ints([tree.missing_is_yes for tree in self.trees]),
            "target_treeids": _ints(
                [np.full(len(at) * len(tree.targets), i) for i, (tree, at) in enumerate(self._with(leaves))]
            ),
            "target_nodeids": _ints([np.repeat(at, len(tree.targets)) for tree, at in self._with(leaves)]),
            "target_ids": _ints([np.tile(tree.targets, len(at)) for tree, at in self._with(leaves)]),
            **_numbers("target_weights", [tree.weights[at].ravel() for tree, at in self._with(leaves)], double),
            **_numbers("nodes_values", [self._rounded(tree, double) for tree in self.trees], double),
            **_numbers("base_values", [self.base], double),
        }

    def _with(self, leaves: Sequence[np.ndarray]) -> list[tuple[Tree, np.ndarray]]:
        return list(zip(self.trees, leaves, strict=True))

    def _placed(self, tree: Tree, width: int) -> np.ndarray:
        """Memberships stand behind the columns of the rows."""
        columns = np.where(tree.leaf, 0, tree.columns)
        return np.where(columns < 0, width - 1 - columns, columns)

    def _rounded(self, tree: Tree, double: bool) -> np.ndarray:
        """For float32 values a threshold means the same when it is rounded to the side that keeps them apart."""
        thresholds = np.where(tree.leaf, 0.0, tree.thresholds)
        if double:
            return thresholds
        near = thresholds.astype(np.float32)
        if self.comparison == "BRANCH_LT":
            return np.where(near < thresholds, np.nextafter(near, np.float32(np.inf)), near)
        return np.where(near > thresholds, np.nextafter(near, np.float32(-np.inf)), near)


def without_equal_leaves(tree: Tree) -> Tree:
    """
    The same tree where no split decides nothing: one whose both sides are leaves that add the same is a leaf itself.

    Answers are the same to the last bit, missing values too.
    """
    yes, no = tree.yes.copy(), tree.no.copy()
    while True:
        inner = np.flatnonzero(yes >= 0)
        ends = inner[(yes[yes[inner]] < 0) & (yes[no[inner]] < 0)]
        equal = ends[(tree.weights[yes[ends]] == tree.weights[no[ends]]).all(axis=1)]
        if not len(equal):
            break
        tree = replace(tree, weights=_with(tree.weights, equal, tree.weights[yes[equal]]))
        yes[equal] = no[equal] = -1
    if np.array_equal(yes, tree.yes):
        return tree
    return _of_reached(replace(tree, yes=yes, no=no))


def _with(weights: np.ndarray, places: np.ndarray, values: np.ndarray) -> np.ndarray:
    changed = weights.copy()
    changed[places] = values
    return changed


def _of_reached(tree: Tree) -> Tree:
    """The nodes that a row can come to, in their order."""
    reached, level = np.zeros(len(tree.yes), dtype=bool), np.array([0])
    while len(level):
        reached[level] = True
        level = level[tree.yes[level] >= 0]
        level = np.concatenate([tree.yes[level], tree.no[level]])
    place = np.cumsum(reached) - 1
    kept = np.flatnonzero(reached)

    def moved(nodes: np.ndarray) -> np.ndarray:
        return np.where(nodes[kept] < 0, -1, place[nodes[kept]])

    return Tree(
        columns=tree.columns[kept],
        thresholds=tree.thresholds[kept],
        yes=moved(tree.yes),
        no=moved(tree.no),
        missing_is_yes=tree.missing_is_yes[kept],
        weights=tree.weights[kept],
        targets=tree.targets,
    )


def _ints(values: Any) -> np.ndarray:
    """Whole numbers as one array, which the writer lists one attribute at a time: a list has 40 bytes for each."""
    return np.asarray(np.concatenate(values) if isinstance(values, list) else values).astype(np.int64)


def _numbers(name: str, parts: Sequence[np.ndarray], double: bool) -> dict[str, Any]:
    values = np.concatenate(parts).astype(np.float64)
    return {f"{name}_as_tensor": values} if double else {name: values.astype(np.float32)}
