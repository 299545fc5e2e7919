"""How many nodes an estimator's trees have, and whether they fit into one ONNX file at all."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx

from sparely.package_size import MODEL_LIMIT_BYTES, over_two_gigabytes
from sparely_export.refusals import Refusal
from sparely_export.steps import walk
from sparely_export.trees.written import TREE_OPERATORS, attributes_of, nodes_in

LEAST_BYTES_A_NODE = 9
"""Of a tree operator's attributes, where all leaves are shared; forests of numbers need about 13."""


class TooLargeForOnnx(Refusal):
    """The model's file would be larger than its format holds."""

    def __init__(self, model: str) -> None:
        super().__init__(
            f"{model}: {over_two_gigabytes()} Nothing was written. Fewer or shallower trees, or min_samples_leaf, make "
            "it smaller."
        )


def check_trees(model: str, estimator: Any) -> None:
    """
    Know before a conversion, which takes minutes, that its result could not be written.

    Raises:
        TooLargeForOnnx: it could not.
    """
    if nodes_of(estimator) * LEAST_BYTES_A_NODE > MODEL_LIMIT_BYTES:
        raise TooLargeForOnnx(model)


def nodes_of(estimator: Any) -> int:
    """The nodes of all trees of scikit-learn's in an estimator; none where there are others, or none."""
    return sum(_nodes(tree) for _, step in walk(estimator) for tree in _trees(step))


def nodes_written(proto: onnx.ModelProto) -> int:
    """The nodes of all trees in a graph."""
    trees = [node for node in proto.graph.node if node.op_type in TREE_OPERATORS]
    return sum(nodes_in(node.op_type, attributes_of(node)) for node in trees)


def _trees(step: Any) -> Iterator[Any]:
    if hasattr(step, "tree_"):
        yield step
    elif hasattr(step, "_predictors"):
        yield from (tree for stage in step._predictors for tree in stage)
    else:
        members = getattr(step, "estimators_", None)
        if members is not None:
            yield from (each for each in np.asarray(members, dtype=object).ravel() if hasattr(each, "tree_"))


def _nodes(tree: Any) -> int:
    return int(tree.tree_.node_count if hasattr(tree, "tree_") else len(tree.nodes))
