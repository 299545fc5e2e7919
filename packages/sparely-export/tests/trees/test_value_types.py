"""Which type a value is of, by the definitions of the operators before it."""

import numpy as np
import pytest
from onnx import NodeProto, TensorProto, helper, numpy_helper

from sparely_export.trees.value_types import value_types

FLOAT, DOUBLE, INT64, STRING = TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT64, TensorProto.STRING
WORD = numpy_helper.from_array(np.array([1.5]), "half")


@pytest.mark.parametrize(
    ("node", "kind"),
    [
        (helper.make_node("Neg", ["rows"], ["out"]), DOUBLE),
        (helper.make_node("Concat", ["rows", "rows"], ["out"], axis=1), DOUBLE),
        (helper.make_node("Cast", ["rows"], ["out"], to=FLOAT), FLOAT),
        (helper.make_node("Shape", ["rows"], ["out"]), INT64),
        (helper.make_node("ConstantOfShape", ["shape"], ["out"], value=WORD), DOUBLE),
        (helper.make_node("Scaler", ["rows"], ["out"], domain="ai.onnx.ml"), FLOAT),
        (helper.make_node("OneHotEncoder", ["words"], ["out"], domain="ai.onnx.ml"), FLOAT),
        (helper.make_node("Imputer", ["rows"], ["out"], domain="ai.onnx.ml"), DOUBLE),
        (helper.make_node("TreeEnsembleRegressor", ["rows"], ["out"], domain="ai.onnx.ml"), FLOAT),
        (helper.make_node("LabelEncoder", ["words"], ["out"], domain="ai.onnx.ml"), None),
        (helper.make_node("Unheard", ["rows"], ["out"], domain="of.others"), None),
    ],
    ids=lambda each: each.op_type if isinstance(each, NodeProto) else "",
)
def test_the_operator_says_it(node: NodeProto, kind: int | None) -> None:
    """By the only type that it gives, the type of its input, or an attribute; else it is not known."""
    inputs = [
        helper.make_tensor_value_info(name, each, None)
        for name, each in (("rows", DOUBLE), ("words", STRING), ("shape", INT64))
    ]
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    proto = helper.make_model(helper.make_graph([node], "types", inputs, []), opset_imports=opsets)

    assert value_types(proto).get("out") == kind
