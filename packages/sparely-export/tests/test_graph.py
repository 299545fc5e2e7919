"""Names in a converted graph."""

import numpy as np
from onnx import TensorProto, helper

from sparely_export.graph import name_inputs, open_session


def test_names_change_in_the_bodies_of_branches_too() -> None:
    """A body may read an input of the whole graph, and what bears a wanted name already makes way."""
    number = helper.make_tensor_value_info("a b", TensorProto.FLOAT, [1])
    taken = helper.make_node("Neg", ["a_b"], ["a b"])
    kept = helper.make_node("Identity", ["a_b"], ["same"])
    same = helper.make_tensor_value_info("same", TensorProto.FLOAT, [1])
    branches = {
        "then_branch": helper.make_graph([taken], "negative", [], [number]),
        "else_branch": helper.make_graph([kept], "as it is", [], [same]),
    }
    inputs = [
        helper.make_tensor_value_info("a_b", TensorProto.FLOAT, [1]),
        helper.make_tensor_value_info("flag", TensorProto.BOOL, []),
    ]
    answer = helper.make_tensor_value_info("answer", TensorProto.FLOAT, [1])
    graph = helper.make_graph([helper.make_node("If", ["flag"], ["answer"], **branches)], "choice", inputs, [answer])
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)

    name_inputs(proto, ["a b", "is it?"])

    feed = {"a b": np.array([2.0], dtype=np.float32), "is it?": np.array(True)}
    assert open_session(proto.SerializeToString()).run(["answer"], feed)[0] == [-2.0]
