"""Models whose size is chosen: a forest of so many bytes, a sum of so many columns; written as ONNX by hand."""

import math

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from sparely_export.trees.shrinking import shrink

BYTES_A_NODE = 31
"""What a node of a tree takes in the file by the older operator, measured on forests of 1 and 10 MB."""
TREES = 100
"""About as many: a size makes them deeper."""
FEATURES = 7
BRANCH, LEAF = "BRANCH_LEQ", "LEAF"


def sum_of(features: int) -> bytes:
    """A model that adds its columns: (n, features) -> (n, 1)."""
    axes = numpy_helper.from_array(np.array([1], np.int64), "axes")
    node = helper.make_node("ReduceSum", ["features", "axes"], ["variable"], keepdims=1)
    return _model([node], [axes], features)


def forest_of(size_bytes: int, seed: int = 0) -> bytes:
    """A regression forest of some 100 full trees over seven columns, of about so many bytes by the older operator."""
    nodes = size_bytes / BYTES_A_NODE
    depth = max(1, round(math.log2(nodes / TREES)) - 1)
    nodes_a_tree = 2 ** (depth + 1) - 1
    trees = max(1, round(nodes / nodes_a_tree))
    numbers = np.random.default_rng(seed)
    ids = np.arange(nodes_a_tree)
    is_leaf = ids >= 2**depth - 1
    children = np.where(is_leaf, 0, 2 * ids + 1)
    leaves = np.flatnonzero(is_leaf)
    count = trees * nodes_a_tree
    node = helper.make_node(
        "TreeEnsembleRegressor",
        ["features"],
        ["variable"],
        domain="ai.onnx.ml",
        n_targets=1,
        post_transform="NONE",
        nodes_treeids=np.repeat(np.arange(trees), nodes_a_tree).tolist(),
        nodes_nodeids=np.tile(ids, trees).tolist(),
        nodes_featureids=numbers.integers(0, FEATURES, count).tolist(),
        nodes_values=numbers.random(count, np.float32).tolist(),
        nodes_modes=np.tile(np.where(is_leaf, LEAF, BRANCH), trees).tolist(),
        nodes_truenodeids=np.tile(children, trees).tolist(),
        nodes_falsenodeids=np.tile(np.where(is_leaf, 0, 2 * ids + 2), trees).tolist(),
        target_treeids=np.repeat(np.arange(trees), len(leaves)).tolist(),
        target_nodeids=np.tile(leaves, trees).tolist(),
        target_ids=[0] * (trees * len(leaves)),
        target_weights=numbers.random(trees * len(leaves), np.float32).tolist(),
    )
    return _model([node], [], FEATURES)


def shrunk(content: bytes) -> bytes:
    """The same forest as `make add-model` writes it: by the newer tree operator, what is equal once."""
    proto = onnx.load_from_string(content)
    shrink(proto)
    return bytes(proto.SerializeToString())


def _model(nodes: list[onnx.NodeProto], constants: list[onnx.TensorProto], features: int) -> bytes:
    graph = helper.make_graph(
        nodes,
        "growth",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, features])],
        [helper.make_tensor_value_info("variable", TensorProto.FLOAT, [None, 1])],
        constants,
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString())
