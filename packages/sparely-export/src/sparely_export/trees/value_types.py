"""Of which type the values in a graph are; onnx' own inference does not know it of the operators of ai.onnx.ml."""

from collections.abc import Iterator

import onnx
from onnx import TensorProto, helper

from sparely_export.trees.written import OLDER

NAMES = {
    "tensor(float)": TensorProto.FLOAT,
    "tensor(double)": TensorProto.DOUBLE,
    "tensor(int64)": TensorProto.INT64,
    "tensor(int32)": TensorProto.INT32,
    "tensor(string)": TensorProto.STRING,
    "tensor(bool)": TensorProto.BOOL,
}


def value_types(proto: onnx.ModelProto) -> dict[str, int]:
    """
    Tell by its name the type of each value, where its operator's definition does.

    It has one type, or that of one of the inputs, or the attribute that says it.
    """
    graph = proto.graph
    types = {entry.name: entry.type.tensor_type.elem_type for entry in graph.input}
    types |= {each.name: each.data_type for each in graph.initializer}
    versions = {entry.domain: entry.version for entry in proto.opset_import}
    for node in graph.node:
        types |= dict(_results(node, types, versions.get(node.domain, 1)))
    return types


def _results(node: onnx.NodeProto, types: dict[str, int], version: int) -> Iterator[tuple[str, int]]:
    said = [_said(entry) for entry in node.attribute if entry.name in ("to", "value")]
    if node.op_type in OLDER:
        yield node.output[-1], TensorProto.FLOAT
    elif said:
        yield node.output[0], said[0]
    elif onnx.defs.has(node.op_type, version, node.domain):
        schema = onnx.defs.get_schema(node.op_type, version, node.domain)
        taken = {
            schema.inputs[min(place, len(schema.inputs) - 1)].type_str: types[name]
            for place, name in enumerate(node.input)
            if name in types
        }
        for place, name in enumerate(node.output):
            formal = schema.outputs[min(place, len(schema.outputs) - 1)]
            one = NAMES.get(next(iter(formal.types))) if len(formal.types) == 1 else None
            found = taken.get(formal.type_str, one)
            if found is not None:
                yield name, found


def _said(entry: onnx.AttributeProto) -> int:
    value = helper.get_attribute_value(entry)
    return int(value.data_type if isinstance(value, TensorProto) else value)
