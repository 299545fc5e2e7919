"""Second step of an export: a fitted estimator becomes an ONNX model, the same bytes every time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import onnx
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.base import is_classifier

from training.inputs import Input

OPSET = {"": 17, "ai.onnx.ml": 3}
"""
Operator sets of every exported model, with ONNX' intermediate representation version 8.

Old on purpose: onnxruntime runs opset 17 since 1.12, so the package may carry any later version.
Source: https://onnxruntime.ai/docs/reference/compatibility.html
"""

TENSOR_TYPES = {"FP32": FloatTensorType, "BYTES": StringTensorType}


@dataclass(frozen=True, slots=True)
class Converted:
    """An ONNX model, and what the manifest says of its outputs."""

    proto: onnx.ModelProto
    kind: str
    outputs: dict[str, str]
    labels: tuple[Any, ...]

    @property
    def content(self) -> bytes:
        """The bytes of model.onnx."""
        return bytes(self.proto.SerializeToString(deterministic=True))


def convert(estimator: Any, inputs: Sequence[Input], name: str) -> Converted:
    """
    Convert a fitted estimator.

    Args:
        estimator: a classifier or regressor, or a pipeline that ends in one.
        inputs: the tensors that the model shall take.
        name: the graph's name; without one the converter makes up a random one.
    """
    classifier = is_classifier(estimator)
    proto = to_onnx(
        estimator,
        initial_types=[
            (entry.name, TENSOR_TYPES[entry.datatype]([None, len(entry.features)])) for entry in inputs
        ],
        options={id(estimator): {"zipmap": False}} if classifier else None,
        target_opset=OPSET,
        name=name,
    )
    _settle(proto)
    if classifier:
        outputs = {"label": proto.graph.output[0].name, "probabilities": proto.graph.output[1].name}
        return Converted(proto, "classifier", outputs, tuple(estimator.classes_.tolist()))
    _rename(proto.graph, proto.graph.output[0].name, "value")
    return Converted(proto, "regressor", {"value": "value"}, ())


def _settle(proto: onnx.ModelProto) -> None:
    """Sort the operator sets, which the converter writes in an order that differs between processes."""
    domains = sorted((entry.domain, entry.version) for entry in proto.opset_import)
    del proto.opset_import[:]
    proto.opset_import.extend(onnx.helper.make_opsetid(*domain) for domain in domains)


def _rename(graph: onnx.GraphProto, old: str, new: str) -> None:
    for node in graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]
    for output in graph.output:
        output.name = new if output.name == old else output.name
