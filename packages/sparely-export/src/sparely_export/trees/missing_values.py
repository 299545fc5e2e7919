"""scikit-learn's trees that send missing values their own way: what skl2onnx does not write of them."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from skl2onnx.common import tree_ensemble

NODES = "nodes_missing_value_tracks_true"


@contextlib.contextmanager
def written(*, missing: bool = True) -> Iterator[None]:
    """
    Let skl2onnx write, for the time of a conversion, where each split sends NaN.

    Args:
        missing: whether NaN may come at all; where it may not, graphs are as they were.

    It writes that NaN goes right everywhere, and searches without end for the float64 neighbour of infinity, the
    threshold of a split that parts missing values from all others.
    """
    add_tree, threshold = tree_ensemble.add_tree_to_attribute_pairs, tree_ensemble.sklearn_threshold
    patched = {
        "add_tree_to_attribute_pairs": _with_missing(add_tree) if missing else add_tree,
        "sklearn_threshold": _of_finite(threshold),
    }
    holders = [
        (module, name)
        for module in list(sys.modules.values())
        if getattr(module, "__name__", "").startswith("skl2onnx.")
        for name in patched
        if getattr(module, name, None) in (add_tree, threshold)
    ]
    for module, name in holders:
        setattr(module, name, patched[name])
    try:
        yield
    finally:
        for module, name in holders:
            setattr(module, name, add_tree if name == "add_tree_to_attribute_pairs" else threshold)


def _with_missing(add_tree: Callable[..., None]) -> Callable[..., None]:
    def add(attributes: dict[str, Any], is_classifier: bool, tree: Any, *others: Any, **named: Any) -> None:
        before = len(attributes[NODES])
        add_tree(attributes, is_classifier, tree, *others, **named)
        left = getattr(tree, "missing_go_to_left", None)
        if left is not None:
            inner = np.asarray(tree.children_left) != np.asarray(tree.children_right)
            attributes[NODES][before:] = (np.asarray(left, dtype=bool) & inner).astype(int).tolist()

    return add


def _of_finite(threshold: Callable[..., Any]) -> Callable[..., Any]:
    def find(value: float, *others: Any) -> Any:
        return threshold(value, *others) if np.isfinite(value) else np.float64(value)

    return find
