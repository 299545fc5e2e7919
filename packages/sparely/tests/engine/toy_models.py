"""Models small enough to be checked in the head, made as bytes."""

from collections.abc import Sequence
from typing import Any

from onnx import NodeProto, TensorProto, ValueInfoProto, helper

from sparely.engine import ElementType

type Port = tuple[str, int, Sequence[int | str] | None]

ROWS = ["rows"]


def model(nodes: Sequence[NodeProto], inputs: Sequence[Port], outputs: Sequence[Port], **graph: Any) -> bytes:
    """One graph of opset 17; a port is a name, an element type and a shape."""
    ports = [[helper.make_tensor_value_info(*port) for port in side] for side in (inputs, outputs)]
    return serialized(nodes, *ports, **graph)


def serialized(
    nodes: Sequence[NodeProto],
    inputs: Sequence[ValueInfoProto],
    outputs: Sequence[ValueInfoProto],
    **graph: Any,
) -> bytes:
    """The bytes of a model whose inputs and outputs need not be tensors."""
    made = helper.make_model(
        helper.make_graph(nodes, "toy", inputs, outputs, **graph),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)],
        ir_version=8,
    )
    content: bytes = made.SerializeToString()
    return content


def identity(element_type: int, shape: Sequence[int | str] | None = ROWS) -> bytes:
    """What comes in as x goes out as y."""
    node = helper.make_node("Identity", ["x"], ["y"])
    return model([node], [("x", element_type, shape)], [("y", element_type, shape)])


def addition() -> bytes:
    """Two inputs a and b of shape (n, 2); outputs their sum, their difference and a's rows' sums."""
    nodes = [
        helper.make_node("Add", ["a", "b"], ["sum"]),
        helper.make_node("Sub", ["a", "b"], ["difference"]),
        helper.make_node("ReduceSum", ["a", "axis"], ["row"], keepdims=0),
    ]
    pair: list[int | str] = ["rows", 2]
    return model(
        nodes,
        [("a", TensorProto.FLOAT, pair), ("b", TensorProto.FLOAT, pair)],
        [
            ("sum", TensorProto.FLOAT, pair),
            ("difference", TensorProto.FLOAT, pair),
            ("row", TensorProto.FLOAT, ROWS),
        ],
        initializer=[helper.make_tensor("axis", TensorProto.INT64, [1], [1])],
    )


def joined_words() -> bytes:
    """Strings a and b, one after the other in words, and b in capitals in loud."""
    nodes = [
        helper.make_node("Concat", ["a", "b"], ["words"], axis=0),
        helper.make_node("StringNormalizer", ["b"], ["loud"], case_change_action="UPPER", locale="C"),
    ]
    text = TensorProto.STRING
    ports: list[Port] = [("a", text, ["m"]), ("b", text, ["n"])]
    return model(nodes, ports, [("words", text, ["all"]), ("loud", text, ["n"])])


def casts(source: int, targets: Sequence[ElementType]) -> bytes:
    """The input x in every target type, each an output of the type's name."""
    nodes = [helper.make_node("Cast", ["x"], [target.name], to=int(target)) for target in targets]
    return model(nodes, [("x", source, ROWS)], [(target.name, int(target), ROWS) for target in targets])


def long_names() -> bytes:
    """A model whose input and output have names of 4000 letters, so that leaking one shows."""
    node = helper.make_node("Identity", ["x" * 4000], ["y" * 4000])
    ports: list[list[Port]] = [[(letter * 4000, TensorProto.STRING, ROWS)] for letter in "xy"]
    return model([node], *ports)


def sequence_output() -> bytes:
    """The input x inside a sequence, as zipmap=True makes one."""
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, ROWS)
    element = helper.make_tensor_type_proto(TensorProto.FLOAT, ROWS)
    result = helper.make_value_info("y", helper.make_sequence_type_proto(element))
    return serialized([helper.make_node("SequenceConstruct", ["x"], ["y"])], [value], [result])


def constant_text(content: bytes) -> bytes:
    """No input; the output y is one string of the given bytes, which may be no UTF-8."""
    text = helper.make_tensor("text", TensorProto.STRING, [1], [content])  # type: ignore[list-item]
    node = helper.make_node("Identity", ["text"], ["y"])
    return model([node], [], [("y", TensorProto.STRING, [1])], initializer=[text])


def gather() -> bytes:
    """The items of [10, 20, 30] at the places x; onnxruntime itself refuses a place that is not there."""
    items = helper.make_tensor("items", TensorProto.FLOAT, [3], [10.0, 20.0, 30.0])
    node = helper.make_node("Gather", ["items", "x"], ["y"])
    return model([node], [("x", TensorProto.INT64, ROWS)], [("y", TensorProto.FLOAT, ROWS)], initializer=[items])
