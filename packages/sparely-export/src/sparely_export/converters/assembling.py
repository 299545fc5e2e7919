"""A whole estimator as one graph: its inputs as a block of columns, its answers as the outputs of its kind."""

import importlib
import pkgutil
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

import sparely_export.converters as package
from sparely_export.converters import asking, leaves
from sparely_export.converters.blocks import Block, Part
from sparely_export.converters.composition import PIPELINES, before_last
from sparely_export.converters.registry import knows, name_of
from sparely_export.converters.writing import Writer
from sparely_export.inputs import Input
from sparely_export.tasks import Task
from sparely_export.trees.catboost_words import spellings
from sparely_export.trees.written import Attributes

TYPES = {
    "FP32": TensorProto.FLOAT,
    "FP64": TensorProto.DOUBLE,
    "INT64": TensorProto.INT64,
    "BYTES": TensorProto.STRING,
}

for _module in pkgutil.iter_modules(package.__path__):
    importlib.import_module(f"{package.__name__}.{_module.name}")


def assemble(
    estimator: Any,
    inputs: Sequence[Input],
    name: str,
    task: Task,
    opsets: dict[str, int],
    ir_version: int = 8,
    *,
    double: bool,
) -> tuple[onnx.ModelProto, dict[str, Attributes]]:
    """
    Write a fitted estimator as a graph.

    Returns:
        The graph, and attributes that nodes of it are still to get, by the nodes' names.

    Raises:
        NoForm: a step has none.
    """
    writer = Writer(
        double=double,
        opsets=dict(opsets),
        taken=frozenset(entry.name for entry in inputs),
        spellings=spellings([feature for entry in inputs for feature in entry.features]),
    )
    block = _block(writer, inputs)
    outputs = _answers(writer, estimator, block, task)
    graph = helper.make_graph(
        writer.nodes,
        name,
        [helper.make_tensor_value_info(each.name, TYPES[each.datatype], [None, len(each.features)]) for each in inputs],
        outputs,
        writer.constants,
    )
    domains = [helper.make_opsetid(domain, version) for domain, version in sorted(writer.opsets.items())]
    return helper.make_model(graph, opset_imports=domains, ir_version=ir_version), writer.trees


def _block(writer: Writer, inputs: Sequence[Input]) -> Block:
    parts = []
    for entry in inputs:
        words = entry.datatype == "BYTES"
        parts.append(Part(entry.name, "word" if words else "number", len(entry.features)))
    return Block(tuple(parts), tuple(feature.name for entry in inputs for feature in entry.features))


def _answers(writer: Writer, estimator: Any, block: Block, task: Task) -> list[onnx.ValueInfoProto]:
    if task.kind in ("outlier-detector", "clusterer"):
        return _grouped(writer, estimator, block, task)
    if task.kind == "classifier":
        return _classified(writer, estimator, block, task)
    if task.kind == "multilabel":
        outputs = [_output(writer, asking.choice(writer, estimator, block), TensorProto.INT64, len(task.labels))]
        if task.probabilities:
            found = asking.probabilities(writer, estimator, block)
            outputs.append(_output(writer, found, writer.number, len(task.labels)))
        return outputs
    width = len(task.targets) or 1
    shape = writer.constant(np.array([-1, width]))
    value = writer.node("Reshape", asking.predict(writer, estimator, block), shape)
    return [_output(writer, value, writer.number, width)]


def _classified(writer: Writer, estimator: Any, block: Block, task: Task) -> list[onnx.ValueInfoProto]:
    words = isinstance(task.labels[0], str)
    labels = writer.constant(np.array(task.labels, dtype=object if words else np.int64))
    label = writer.node("Gather", labels, asking.choice(writer, estimator, block), axis=0)
    outputs = [_output(writer, label, TensorProto.STRING if words else TensorProto.INT64, None)]
    if task.probabilities:
        found = asking.probabilities(writer, estimator, block)
        outputs.append(_output(writer, found, writer.number, len(task.labels)))
    return outputs


def _grouped(writer: Writer, estimator: Any, block: Block, task: Task) -> list[onnx.ValueInfoProto]:
    """Detectors of outliers and clusterers are the last step, and skl2onnx' own."""
    while name_of(estimator) in PIPELINES:
        block, estimator = before_last(writer, estimator, block), estimator.steps[-1][1]
    if writer.double and knows(estimator, "decision"):
        score = asking.decision(writer, estimator, block)
        sides = (writer.constant(np.array(side)) for side in (1, -1))
        label, scores = writer.node("Where", writer.calculate("Greater", score, 0.0), *sides), [score]
    else:
        label, *scores = leaves.outputs(writer, estimator, block)
    shape = writer.constant(np.array([-1]))
    outputs = [
        _output(writer, writer.node("Reshape", writer.cast(label, TensorProto.INT64), shape), TensorProto.INT64, None)
    ]
    if task.kind == "outlier-detector":
        shape = writer.constant(np.array([-1, 1]))
        outputs.append(_output(writer, writer.cast(writer.node("Reshape", scores[0], shape)), writer.number, 1))
    return outputs


def _output(writer: Writer, value: str, kind: int, width: int | None) -> onnx.ValueInfoProto:
    name = writer.node("Identity", value)
    return helper.make_tensor_value_info(name, kind, [None] if width is None else [None, width])
