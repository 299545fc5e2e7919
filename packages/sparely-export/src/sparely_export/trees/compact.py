"""
Trees in fewer bytes, and no other answer: as the operator TreeEnsemble of ai.onnx.ml 5 says them.

It has no number of a tree or a node, and no word, for each node; its leaves stand apart from its splits, and any number
of splits lead to one leaf, so what adds the same is written once.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sparely_export.trees.written import Splits, Written

MOST_MORE = 1.1
"""
By how much splits may become more.

A leaf of that operator adds to one target. What adds to several is written as several trees, in each of which only what
leads to such leaves is left: of forests whose leaves are nearly all of one class that is next to nothing.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """What leaves add, a target and a weight, each once; number 0 adds nothing."""

    targets: np.ndarray
    weights: np.ndarray


class _Splits(Splits):
    """A leaf's place is ~number of what is added there."""


def compacted(trees: Written, number_type: Any, targets: int) -> dict[str, Any] | None:
    """
    Return the operator's attributes, or None where there would be more to go through.

    Each sum is formed of the same numbers in the same order as before.

    Args:
        number_type: numpy's type of what the trees compare, which all of its numbers have to be of.
    """
    table, owners, numbers = _numbered(trees)
    start = np.flatnonzero(np.diff(owners, prepend=-1))
    ranks = np.arange(len(owners)) - np.repeat(start, np.diff(start, append=len(owners)))
    parts: list[_Splits] = []
    for rank in range(int(ranks.max()) + 1):
        leaves = np.zeros(owners[-1] + 1, dtype=np.int64)
        leaves[owners[ranks == rank]] = numbers[ranks == rank]
        if rank and np.count_nonzero(leaves) > (MOST_MORE - 1) * len(leaves):
            return None
        parts.append(_pruned(trees, leaves))
        if sum(len(part.columns) for part in parts) > MOST_MORE * trees.splits:
            return None
    return _written(*_with_splits(_together(parts), table), number_type, targets)


def _numbered(trees: Written) -> tuple[_Table, np.ndarray, np.ndarray]:
    """What leaves add, numbered as it comes, with the number's leaf; no zero where something else is added."""
    kept = trees.weights != 0
    first = np.flatnonzero(np.diff(trees.owners, prepend=-1))
    kept[first[np.bincount(trees.owners, weights=kept) == 0]] = True
    targets = np.concatenate([[0], trees.targets[kept]])
    weights = np.concatenate([[0], trees.weights[kept]]).astype(trees.weights.dtype)
    _, alike = np.unique(weights.view(f"u{weights.itemsize}"), return_inverse=True)
    _, first, numbers = np.unique(
        alike.reshape(-1) * (int(targets.max()) + 1) + targets, return_index=True, return_inverse=True
    )
    order = np.argsort(first)
    place = np.argsort(order)
    table = _Table(targets=targets[first[order]], weights=weights[first[order]])
    return table, trees.owners[kept], place[numbers.reshape(-1)[1:]]


def _pruned(trees: Written, leaves: np.ndarray) -> _Splits:
    """The splits of which both sides do not add the same, also by what is below them."""

    def named(places: np.ndarray) -> np.ndarray:
        split = places < trees.splits
        return np.where(split, places, ~leaves[np.where(split, 0, places - trees.splits)])

    sides = [named(each) for each in (trees.roots, trees.yes, trees.no)]
    alive = np.ones(trees.splits, dtype=bool)
    while trees.splits:
        equal = np.flatnonzero(alive & (sides[1] < 0) & (sides[1] == sides[2]))
        if not len(equal):
            break
        alive[equal] = False
        instead = np.arange(trees.splits)
        instead[equal] = sides[1][equal]
        sides = [np.where(each < 0, each, instead[np.maximum(each, 0)]) for each in sides]
    place = np.cumsum(alive) - 1
    roots, yes, no = (np.where(each < 0, each, place[np.maximum(each, 0)]) if len(place) else each for each in sides)
    return _Splits(
        roots=roots,
        columns=trees.columns[alive],
        thresholds=trees.thresholds[alive],
        modes=trees.modes[alive],
        missing=trees.missing[alive],
        yes=yes[alive],
        no=no[alive],
    )


def _together(parts: list[_Splits]) -> _Splits:
    """Tree after tree, all of the first part and those of others that add anything."""
    starts = np.cumsum([0, *(len(part.columns) for part in parts)])

    def moved(name: str) -> list[np.ndarray]:
        return [
            np.where(getattr(part, name) < 0, getattr(part, name), getattr(part, name) + start)
            for part, start in zip(parts, starts, strict=False)
        ]

    roots = np.stack(moved("roots"), axis=1)
    adds = roots != ~0
    adds[:, 0] = True
    rest = ("columns", "thresholds", "modes", "missing")
    return _Splits(
        roots=roots[adds],
        yes=np.concatenate(moved("yes")),
        no=np.concatenate(moved("no")),
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in rest},
    )


def _with_splits(trees: _Splits, table: _Table) -> tuple[_Splits, _Table]:
    """
    Give each tree of one leaf a split of its own, of which the sides are two leaves that add the same.

    The standard has both sides name one leaf; onnxruntime then takes the root's place for the leaf's. From 1.30 on it
    refuses a split that two others lead to.
    """
    single = np.flatnonzero(trees.roots < 0)
    alone, place = np.unique(~trees.roots[single], return_inverse=True)
    zeros, roots = np.zeros(len(single), dtype=np.int64), trees.roots.copy()
    roots[single] = len(trees.columns) + np.arange(len(single))
    others = len(table.weights) + place.reshape(-1)
    splits = _Splits(
        roots=roots,
        columns=np.concatenate([trees.columns, zeros]),
        thresholds=np.concatenate([trees.thresholds, zeros.astype(trees.thresholds.dtype)]),
        modes=np.concatenate([trees.modes, zeros.astype(np.uint8)]),
        missing=np.concatenate([trees.missing, zeros != 0]),
        yes=np.concatenate([trees.yes, trees.roots[single]]),
        no=np.concatenate([trees.no, ~others]),
    )
    return splits, _Table(
        targets=np.concatenate([table.targets, table.targets[alone]]),
        weights=np.concatenate([table.weights, table.weights[alone]]),
    )


def _written(trees: _Splits, table: _Table, number_type: Any, targets: int) -> dict[str, Any]:
    sides = {"true": trees.yes, "false": trees.no}
    used = np.unique(np.concatenate([~side[side < 0] for side in sides.values()]))
    number = np.zeros(len(table.weights), dtype=np.int64)
    number[used] = np.arange(len(used))
    made: dict[str, Any] = {
        "n_targets": targets,
        "tree_roots": trees.roots,
        "nodes_featureids": trees.columns,
        "nodes_splits": trees.thresholds.astype(number_type),
        "nodes_modes": trees.modes,
        "leaf_targetids": table.targets[used],
        "leaf_weights": table.weights[used].astype(number_type),
    }
    for name, side in sides.items():
        made[f"nodes_{name}nodeids"] = np.where(side < 0, number[~np.minimum(side, -1)], side)
        made[f"nodes_{name}leafs"] = (side < 0).astype(np.int64)
    if trees.missing.any():
        made["nodes_missing_value_tracks_true"] = trees.missing.astype(np.int64)
    return made
