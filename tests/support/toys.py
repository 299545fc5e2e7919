"""A toy model whose answer is computed in the head: the sum of its features."""

import hashlib
from typing import Any

import onnx
from onnx import TensorProto, helper


def toy_model(features: int, then: str = "") -> bytes:
    """
    An ONNX model that adds the k features of each row: (n, k) -> (n, 1).

    `then` is an operator that follows: "Log" gives NaN for a negative sum and -inf for 0, "Fails" makes
    the run fail unless there are two rows, "Thrice" gives three answers for each row whatever the graph declares.
    """
    nodes = [helper.make_node("ReduceSum", ["features", "axes"], ["sum"], keepdims=1)]
    if then == "Fails":
        # The shape is worked out with the row, or the graph would say beforehand that it has two rows.
        nodes += [
            helper.make_node("ReduceMin", ["features"], ["smallest"], keepdims=0),
            helper.make_node("Mul", ["smallest", "nothing"], ["zero"]),
            helper.make_node("Cast", ["zero"], ["none"], to=TensorProto.INT64),
            helper.make_node("Add", ["two_rows", "none"], ["shape"]),
            helper.make_node("Reshape", ["sum", "shape"], ["variable"]),
        ]
    elif then == "Thrice":
        nodes.append(helper.make_node("Concat", ["sum"] * 3, ["variable"], axis=0))
    else:
        nodes.append(helper.make_node(then or "Identity", ["sum"], ["variable"]))
    graph = helper.make_graph(
        nodes,
        "sum",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, features])],
        [helper.make_tensor_value_info("variable", TensorProto.FLOAT, [None, 1])],
        [
            helper.make_tensor("axes", TensorProto.INT64, [1], [1]),
            helper.make_tensor("two_rows", TensorProto.INT64, [2], [2, 1]),
            helper.make_tensor("nothing", TensorProto.FLOAT, [], [0.0]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(onnx.load_from_string(model.SerializeToString()).SerializeToString())


def toy_manifest(area: str, name: str, content: bytes, **changes: Any) -> dict[str, Any]:
    """The manifest of a toy model of two features, with some members changed."""
    feature = {"type": "number", "unit": "m", "required": True, "null": "refused"}
    return {
        "name": name,
        "area": area,
        "version": "0123456789ab",
        "kind": "regressor",
        "features": [{"name": "a", **feature}, {"name": "b", **feature}],
        "inputs": [{"name": "features", "datatype": "FP32", "features": ["a", "b"]}],
        "outputs": {"value": "variable"},
        "onnx": {"sha256": hashlib.sha256(content).hexdigest()},
        **changes,
    }
