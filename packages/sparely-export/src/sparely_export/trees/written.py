"""Trees as they stand in a graph: what ONNX' three operators of trees say of their nodes, read and written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import onnx
from onnx import helper, numpy_helper

OLDER = ("TreeEnsembleClassifier", "TreeEnsembleRegressor")
NEWER = "TreeEnsemble"
"""Of operator set ai.onnx.ml 5, where the two older ones are deprecated: a graph has these or that."""
TREE_OPERATORS = (*OLDER, NEWER)

MODES = ("BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ", "BRANCH_MEMBER")
"""In the order of the newer operator's numbers for them."""
LEAF = 255
CODES = {**{name.encode(): code for code, name in enumerate(MODES)}, b"LEAF": LEAF}

Attributes: TypeAlias = Mapping[str, Any]
"""An operator's attributes by name: numbers and tensors as arrays, words as bytes."""


class UnknownForm(Exception):
    """Trees that are written as no converter writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """
    Trees of m splits.

    `roots` has a place for each tree; `columns`, `thresholds`, `modes`, `missing` (whether NaN goes the way of `yes`)
    and the places `yes` and `no` are of shape (m,). A place from 0 to m - 1 is a split; any other is a leaf.
    """

    roots: np.ndarray
    columns: np.ndarray
    thresholds: np.ndarray
    modes: np.ndarray
    missing: np.ndarray
    yes: np.ndarray
    no: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Splits):
    """
    All trees of an operator, of m splits and l leaves. A place below m is a split, m + i is leaf i.

    Each of the `weights` is added to one of the `targets` by one of the `owners`, which are leaves, in their order.
    """

    owners: np.ndarray
    targets: np.ndarray
    weights: np.ndarray

    @property
    def splits(self) -> int:
        """How many nodes compare."""
        return len(self.columns)


def attributes_of(node: onnx.NodeProto) -> dict[str, Any]:
    """Read an operator's attributes; a forest may have ten million nodes, so numbers become arrays."""
    return {entry.name: _value(entry) for entry in node.attribute}


def _value(entry: onnx.AttributeProto) -> Any:
    if entry.type == onnx.AttributeProto.TENSOR:
        return numpy_helper.to_array(entry.t)
    if entry.type == onnx.AttributeProto.INTS:
        return np.array(entry.ints, dtype=np.int64)
    if entry.type == onnx.AttributeProto.FLOATS:
        return np.array(entry.floats, dtype=np.float32)
    return helper.get_attribute_value(entry)


def protos_of(attributes: Attributes) -> list[onnx.AttributeProto]:
    """
    Write attributes, by name: arrays of numbers as lists, one at a time, for a list is five times as large.

    An array whose name ends in `_as_tensor`, and one of `TENSORS`, becomes a tensor.
    """
    return [_proto(name, value) for name, value in sorted(attributes.items())]


TENSORS = ("nodes_splits", "nodes_modes", "leaf_weights")


def _proto(name: str, value: Any) -> onnx.AttributeProto:
    if not isinstance(value, np.ndarray):
        return helper.make_attribute(name, value)
    if name.endswith("_as_tensor") or name in TENSORS:
        return helper.make_attribute(name, numpy_helper.from_array(value, name.removesuffix("_as_tensor")))
    entry = onnx.AttributeProto(name=name)
    if value.dtype.kind == "f":
        entry.type = onnx.AttributeProto.FLOATS
        entry.floats.extend(value.tolist())
    else:
        entry.type = onnx.AttributeProto.INTS
        entry.ints.extend(value.tolist())
    return entry


def nodes_in(operator: str, attributes: Attributes) -> int:
    """How many nodes the trees have; a leaf counts for each split that leads to it, a split between equal ones not."""
    if operator != NEWER:
        return len(attributes["nodes_treeids"])
    trees = _newer(attributes)
    yes, no = (side - trees.splits for side in (trees.yes, trees.no))
    both = (yes >= 0) & (no >= 0)
    yes, no = yes[both], no[both]
    equal = (trees.targets[yes] == trees.targets[no]) & (trees.weights[yes] == trees.weights[no])
    return len(trees.roots) + 2 * (trees.splits - int(np.count_nonzero(equal)))


def size_of(attributes: Attributes) -> int:
    """How many bytes they take in a file, but for a few each."""
    return sum(_size(name, value) for name, value in attributes.items())


def _size(name: str, value: Any) -> int:
    if not isinstance(value, np.ndarray):
        return sum(2 + len(each) for each in value) if isinstance(value, list) else 0
    if name.endswith("_as_tensor") or name in TENSORS:
        return int(value.nbytes)
    if value.dtype.kind == "f":
        return 5 * len(value)
    return 2 * len(value) + sum(int(np.count_nonzero(value >> 7 * digits)) for digits in range(1, 9))


def read(operator: str, attributes: Attributes) -> Written:
    """
    Read the trees of one of the three operators.

    Raises:
        UnknownForm: a leaf adds nothing, or something that is no leaf does.
    """
    return _newer(attributes) if operator == NEWER else _older(attributes)


def _newer(attributes: Attributes) -> Written:
    columns = attributes["nodes_featureids"]
    splits = len(columns)
    missing = attributes.get("nodes_missing_value_tracks_true", np.zeros(splits, dtype=np.int64))

    def places(side: str) -> np.ndarray:
        return np.asarray(attributes[f"nodes_{side}nodeids"] + splits * (attributes[f"nodes_{side}leafs"] != 0))

    return Written(
        roots=attributes["tree_roots"],
        columns=columns,
        thresholds=attributes["nodes_splits"],
        modes=attributes["nodes_modes"],
        missing=missing != 0,
        yes=places("true"),
        no=places("false"),
        owners=np.arange(len(attributes["leaf_targetids"])),
        targets=attributes["leaf_targetids"],
        weights=attributes["leaf_weights"],
    )


def _older(attributes: Attributes) -> Written:
    modes = np.fromiter((CODES[mode] for mode in attributes["nodes_modes"]), np.uint8, len(attributes["nodes_modes"]))
    trees, ids = attributes["nodes_treeids"], attributes["nodes_nodeids"]
    leaf = modes == LEAF
    inner = np.flatnonzero(~leaf)
    splits = len(inner)
    place = np.where(leaf, splits + np.cumsum(leaf), np.cumsum(~leaf)) - 1
    roots, at = _finder(trees, ids)
    kind = "class" if "class_ids" in attributes else "target"
    owners = place[at(attributes[f"{kind}_treeids"], attributes[f"{kind}_nodeids"])] - splits
    if len(np.unique(owners)) != len(leaf) - splits or (len(owners) and owners.min() < 0):
        raise UnknownForm
    order = np.argsort(owners, kind="stable")
    missing = attributes.get("nodes_missing_value_tracks_true")
    return Written(
        roots=place[roots],
        columns=attributes["nodes_featureids"][inner],
        thresholds=_numbers(attributes, "nodes_values")[inner],
        modes=modes[inner],
        missing=np.zeros(splits, dtype=bool) if missing is None or not len(missing) else missing[inner] != 0,
        yes=place[at(trees[inner], attributes["nodes_truenodeids"][inner])],
        no=place[at(trees[inner], attributes["nodes_falsenodeids"][inner])],
        owners=owners[order],
        targets=attributes[f"{kind}_ids"][order],
        weights=_numbers(attributes, f"{kind}_weights")[order],
    )


def _numbers(attributes: Attributes, name: str) -> np.ndarray:
    return np.asarray(attributes[f"{name}_as_tensor"] if f"{name}_as_tensor" in attributes else attributes[name])


def _finder(trees: np.ndarray, ids: np.ndarray) -> tuple[np.ndarray, Callable[[np.ndarray, np.ndarray], np.ndarray]]:
    """Where the trees begin, and what finds nodes by tree and number: as a rule both stand in their order."""
    starts = np.flatnonzero(np.diff(trees, prepend=-1))
    counts = np.diff(starts, append=len(trees))
    in_order = np.array_equal(trees[starts], np.arange(len(starts)))
    if in_order and np.array_equal(ids, np.arange(len(ids)) - np.repeat(starts, counts)):
        return starts, lambda tree, node: starts[tree] + node
    span = int(ids.max()) + 1
    keys = trees * span + ids
    order = np.argsort(keys, kind="stable")
    keys = keys[order]

    def find(tree: np.ndarray, node: np.ndarray) -> np.ndarray:
        wanted = tree * span + node
        found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        if not np.array_equal(keys[found], wanted):
            raise UnknownForm
        return np.asarray(order[found])

    return order[np.flatnonzero(np.diff(trees[order], prepend=-1))], find


def without_zeros(attributes: Attributes) -> Attributes:
    """
    The older operators' attributes without weights of 0, but for one of a leaf that has no other.

    Of two classes that have weights onnxruntime takes it for a word if one has none: these stay.
    """
    kind = "class" if "class_ids" in attributes else "target"
    if kind == "class" and len(attributes.get("classlabels_strings") or attributes.get("classlabels_int64s", ())) <= 2:
        return attributes
    trees, nodes, weights = (
        attributes[f"{kind}_treeids"],
        attributes[f"{kind}_nodeids"],
        _numbers(attributes, f"{kind}_weights"),
    )
    first = (np.diff(trees, prepend=-1) != 0) | (np.diff(nodes, prepend=-1) != 0)
    leaf = np.cumsum(first) - 1
    kept = weights != 0
    kept |= first & (np.bincount(leaf, weights=kept) == 0)[leaf]
    if kept.all():
        return attributes
    names = [name for name in attributes if name.startswith(f"{kind}_")]
    return {**attributes, **{name: attributes[name][kept] for name in names}}
