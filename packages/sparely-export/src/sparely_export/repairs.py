"""What the converter writes otherwise than the estimator computes, or than onnxruntime runs, mended in the graph."""

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from sparely_export.trees.written import OLDER


def round_before_trees(proto: onnx.ModelProto, *, exact: str) -> None:
    """
    Round the graph's float64 to float32 in front of scikit-learn's trees, as their own code does.

    Without it a scaled value would be compared more exactly than the estimator compares it.

    Args:
        exact: how the names of those tree operators begin that are left alone.
    """
    trees = [node for node in proto.graph.node if node.op_type in OLDER]
    theirs = [node.name for node in trees if not node.name.startswith(exact)]
    doubles = {entry.name for entry in proto.graph.input if entry.type.tensor_type.elem_type == TensorProto.DOUBLE}
    nodes: list[onnx.NodeProto] = []
    for node in proto.graph.node:
        if node.op_type in OLDER and node.name in theirs and node.input[0] in doubles:
            source, place = node.input[0], len(nodes)
            narrow, wide = f"{source}_float32_{place}", f"{source}_float64_{place}"
            nodes.append(helper.make_node("Cast", [source], [narrow], name=narrow, to=TensorProto.FLOAT))
            nodes.append(helper.make_node("Cast", [narrow], [wide], name=wide, to=TensorProto.DOUBLE))
            node.input[0] = wide
        nodes.append(onnx.NodeProto.FromString(node.SerializeToString()))
    del proto.graph.node[:]
    proto.graph.node.extend(nodes)


def spell_out_two_classes(proto: onnx.ModelProto) -> None:
    """
    Give forests of two classes a weight for each class, and the label of the larger sum.

    The converter writes the second class' alone, and onnxruntime 1.26 and 1.27 answer then with (-p, p) for (1 - p, p).
    Source: https://github.com/microsoft/onnxruntime/issues/28557 (read 2026-11-22).
    """
    nodes: list[onnx.NodeProto] = []
    for node in proto.graph.node:
        values = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}
        if node.op_type == "TreeEnsembleClassifier" and _tells_one_class(values):
            nodes += _two_classes(proto.graph, node, values)
        else:
            nodes.append(onnx.NodeProto.FromString(node.SerializeToString()))
    del proto.graph.node[:]
    proto.graph.node.extend(nodes)


def _tells_one_class(values: dict[str, Any]) -> bool:
    labels = values.get("classlabels_int64s") or values.get("classlabels_strings") or []
    raw = values.get("post_transform", b"NONE") == b"NONE"
    return raw and len(labels) == 2 and set(values["class_ids"]) == {0} and _class_weights(values).min() >= 0


def _class_weights(values: dict[str, Any]) -> np.ndarray:
    if "class_weights_as_tensor" in values:
        return np.asarray(numpy_helper.to_array(values["class_weights_as_tensor"]), dtype=np.float64)
    return np.asarray(values["class_weights"], dtype=np.float64)


def _two_classes(graph: onnx.GraphProto, node: onnx.NodeProto, values: dict[str, Any]) -> list[onnx.NodeProto]:
    """Each leaf adds p to one class, and the rest of its tree's share to the other."""
    trees, weights = np.asarray(values["class_treeids"]), _class_weights(values)
    exact, share = "class_weights_as_tensor" in values, 1 / len(set(trees.tolist()))
    if not exact:
        share = float(np.float32(share))  # so that a leaf of the second class alone adds nothing to the first
    both = np.column_stack([share - weights, weights]).ravel()
    weighed: dict[str, Any] = (
        {"target_weights_as_tensor": numpy_helper.from_array(both, "target_weights")}
        if exact
        else {"target_weights": both.astype(np.float32).tolist()}
    )
    label, probabilities = node.output
    best, classes = f"{probabilities}_best", f"{probabilities}_classes"
    if values.get("classlabels_strings"):
        listed, kind = values["classlabels_strings"], TensorProto.STRING
    else:
        listed, kind = values["classlabels_int64s"], TensorProto.INT64
    graph.initializer.append(helper.make_tensor(classes, kind, [2], listed))
    ensemble = helper.make_node(
        "TreeEnsembleRegressor",
        [node.input[0]],
        [probabilities],
        name=node.name,
        domain="ai.onnx.ml",
        n_targets=2,
        target_ids=np.tile([0, 1], len(weights)).tolist(),
        target_treeids=np.repeat(trees, 2).tolist(),
        target_nodeids=np.repeat(np.asarray(values["class_nodeids"]), 2).tolist(),
        **{name: value for name, value in values.items() if name.startswith("nodes_")},
        **weighed,
    )
    return [
        ensemble,
        helper.make_node("ArgMax", [probabilities], [best], axis=1, keepdims=0),
        helper.make_node("Gather", [classes, best], [label], axis=0),
    ]


def use_any_locale(proto: onnx.ModelProto) -> None:
    """Lower case words by glibc's own locale; en_US.UTF-8, the converter's, few images have."""
    for node in proto.graph.node:
        if node.op_type == "StringNormalizer":
            kept = [entry for entry in node.attribute if entry.name != "locale"]
            del node.attribute[:]
            node.attribute.extend([*kept, helper.make_attribute("locale", "C.UTF-8")])


def without_maps(proto: onnx.ModelProto) -> list[str]:
    """Leave out ZipMap, which makes a map of each row's probabilities, and return the labels that it had."""
    found: list[str] = []
    for node in [each for each in proto.graph.node if each.op_type == "ZipMap"]:
        attributes = {each.name: helper.get_attribute_value(each) for each in node.attribute}
        words = [each.decode() for each in attributes.get("classlabels_strings", [])]
        labels = words or [str(each) for each in attributes.get("classlabels_int64s", [])]
        entry = next(each for each in proto.graph.output if each.name == node.output[0])
        entry.CopyFrom(helper.make_tensor_value_info(node.input[0], TensorProto.FLOAT, [None, len(labels)]))
        proto.graph.node.remove(node)
        found += labels
    return found
