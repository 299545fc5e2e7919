"""A converted graph: the names in it, as callers and the service know them, and a session that runs it."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

import onnx
import onnxruntime
from onnx import helper

from sparely.kinds import KINDS
from sparely_export.tasks import Task

SILENT = 4


def open_session(content: bytes) -> onnxruntime.InferenceSession:
    """
    Open a session as the service sets up its own: one thread, on the processor.

    What it complains of comes as an exception, not on the terminal.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = SILENT
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def name_inputs(proto: onnx.ModelProto, names: Sequence[str]) -> None:
    """
    Give the inputs, in their order, these names, whatever the converter has made of them; what bore one gets another.

    The converter makes identifiers of names ("net revenue" becomes net_revenue) and numbers those that it needs itself
    ("label" becomes label1); onnxruntime takes any name.
    """
    renamed = {entry.name: name for entry, name in zip(proto.graph.input, names, strict=True) if entry.name != name}
    taken = set(_names(proto.graph)) | set(names)
    for name in sorted(set(_names(proto.graph)) & set(renamed.values()) - set(renamed)):
        renamed[name] = _free(f"{name}_inner", taken)
        taken.add(renamed[name])
    if renamed:
        _rename_all(proto.graph, renamed)


def name_outputs(proto: onnx.ModelProto, task: Task) -> dict[str, str]:
    """Give the outputs the names of their roles, and return the names by role."""
    # In the order that the converter gives them; further ones are dropped.
    roles = [member.role for member in KINDS[task.kind] if task.probabilities or not member.is_optional]
    graph = proto.graph
    del graph.output[len(roles) :]
    taken = {name for node in graph.node for name in node.output} | {entry.name for entry in graph.input}
    outputs = {}
    for role, output in zip(roles, list(graph.output), strict=True):
        if output.name != role:
            _rename(graph, output.name, _free(role, taken))
        outputs[role] = output.name
        if task.kind == "multi-regressor":  # a converter may have declared one column
            kind, widths = output.type.tensor_type.elem_type, [None, len(task.targets)]
            output.CopyFrom(helper.make_tensor_value_info(output.name, kind, widths))
    return outputs


def _free(role: str, taken: set[str]) -> str:
    names = itertools.chain([role, f"{role}_output"], (f"{role}_output_{number}" for number in itertools.count(2)))
    return next(name for name in names if name not in taken)


def _names(graph: onnx.GraphProto) -> Iterator[str]:
    """Yield the names of all values, those in the bodies of loops too."""
    for named in (*graph.input, *graph.output, *graph.initializer, *graph.value_info):
        yield named.name
    for node in graph.node:
        yield from (*node.input, *node.output)
        for body in bodies(node):
            yield from _names(body)


def bodies(node: onnx.NodeProto) -> list[onnx.GraphProto]:
    """The graphs in a loop or a branch; of other nodes none."""
    return [entry.g for entry in node.attribute if entry.HasField("g")]


def nodes_inside(node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
    """The nodes of a loop or a branch, and of those within."""
    for body in bodies(node):
        for each in body.node:
            yield each
            yield from nodes_inside(each)


def _rename_all(graph: onnx.GraphProto, names: Mapping[str, str]) -> None:
    for named in (*graph.input, *graph.output, *graph.initializer, *graph.value_info):
        named.name = names.get(named.name, named.name)
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
        for body in bodies(node):
            _rename_all(body, names)


def _rename(graph: onnx.GraphProto, old: str, new: str) -> None:
    for node in graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]
    for output in graph.output:
        output.name = new if output.name == old else output.name
