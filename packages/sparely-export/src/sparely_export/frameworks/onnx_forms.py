"""An .onnx file with the types that the service sends and shows: other numbers are cast, maps become tensors."""

from collections.abc import Sequence

import onnx
from onnx import TensorProto, helper

from sparely_export.graph import bodies
from sparely_export.repairs import use_any_locale, without_maps

HALVES = (TensorProto.FLOAT16, TensorProto.BFLOAT16)
WHOLE = (
    TensorProto.INT8, TensorProto.INT16, TensorProto.INT32, TensorProto.UINT8, TensorProto.UINT16, TensorProto.UINT32,
    TensorProto.BOOL,
)  # fmt: skip
SENT: dict[int, int] = {**dict.fromkeys(HALVES, TensorProto.FLOAT), **dict.fromkeys(WHOLE, TensorProto.INT64)}
"""By the type of an input that the service does not send, the one that holds all of its numbers."""


def usual(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """
    Put casts around what has other types, and leave out ZipMap, which makes a map of each row's probabilities.

    Returns:
        The file, the same bytes where nothing is to do, and the labels that a map had, if there was one.
    """
    proto = onnx.load_from_string(content)
    constants = {constant.name for constant in proto.graph.initializer}
    inputs = [
        entry for entry in proto.graph.input if entry.name not in constants and entry.type.tensor_type.elem_type in SENT
    ]
    outputs = [entry for entry in proto.graph.output if entry.type.tensor_type.elem_type in HALVES]
    mended = any(node.op_type in ("ZipMap", "StringNormalizer") for node in proto.graph.node)
    if not (inputs or outputs or mended):
        return content, ()
    use_any_locale(proto)
    labels = without_maps(proto)
    for entry in outputs:
        _as_float(proto.graph, entry)
    for entry in inputs:
        _cast(proto.graph, entry)
    return bytes(proto.SerializeToString()), tuple(labels)


def _cast(graph: onnx.GraphProto, entry: onnx.ValueInfoProto) -> None:
    kind, inside = entry.type.tensor_type.elem_type, f"{entry.name}_cast"
    _renamed(graph.node, entry.name, inside)
    graph.node.insert(0, helper.make_node("Cast", [entry.name], [inside], to=kind))
    entry.type.tensor_type.elem_type = SENT[kind]


def _renamed(nodes: Sequence[onnx.NodeProto], name: str, other: str) -> None:
    """Let nodes read another name, also those in branches and loops."""
    for node in nodes:
        node.input[:] = [other if each == name else each for each in node.input]
        for body in bodies(node):
            _renamed(body.node, name, other)


def _as_float(graph: onnx.GraphProto, entry: onnx.ValueInfoProto) -> None:
    source, entry.name = entry.name, f"{entry.name}_float"
    graph.node.append(helper.make_node("Cast", [source], [entry.name], to=TensorProto.FLOAT))
    entry.type.tensor_type.elem_type = TensorProto.FLOAT
