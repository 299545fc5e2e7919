"""Estimators that skl2onnx converts by themselves, put into the graph that is written."""

import contextlib
import io
import warnings
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto
from skl2onnx import to_onnx
from skl2onnx._supported_operators import sklearn_operator_name_map
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, StringTensorType
from sklearn.base import is_classifier, is_regressor

from sparely_export import repairs
from sparely_export.converters.blocks import Block, Part
from sparely_export.converters.registry import NoForm
from sparely_export.converters.writing import Writer
from sparely_export.graph import bodies, open_session
from sparely_export.trees.operators import EXACT

NUMBERS = (TensorProto.FLOAT, TensorProto.DOUBLE)
INNER = "leaf"


def supported(model: Any) -> bool:
    """Whether skl2onnx has a converter for it."""
    return type(model) in sklearn_operator_name_map


def transform(writer: Writer, model: Any, block: Block) -> Block:
    """
    What a transformer makes of a block: numbers.

    Raises:
        NoForm: it is a model, whose form gives its answer, not what it makes of rows in front of another step.
    """
    if is_classifier(model) or is_regressor(model):
        raise NoForm(
            f"{type(model).__name__} is a model, and has a form as the last step alone; leave it out between others"
        )
    value, width = _outputs(writer, model, block, {})[0]
    return Block((Part(_matrix(writer, value), "number", width),))


def predict(writer: Writer, model: Any, block: Block) -> str:
    """The numbers (n, t) that a regressor answers."""
    return _matrix(writer, _outputs(writer, model, block, {})[0][0])


def classify(writer: Writer, model: Any, block: Block, *, raw: bool = False) -> tuple[str, str]:
    """The label (n,) of a classifier as skl2onnx writes it, and its probabilities or raw scores."""
    options: dict[str, Any] = {"zipmap": False} | ({"raw_scores": True} if raw else {})
    (label, _), (scores, width), *_ = _outputs(writer, model, block, options)
    matrix = _matrix(writer, scores)
    if raw and len(model.classes_) == 2 and width == 2:
        matrix = writer.columns(matrix, [1])
    return label, matrix


def outputs(writer: Writer, model: Any, block: Block) -> list[str]:
    """All that skl2onnx gives of an estimator, such as label and score of a detector of outliers."""
    options = {"zipmap": False} if is_classifier(model) else {}
    return [name for name, _ in _outputs(writer, model, block, options)]


def _matrix(writer: Writer, value: str) -> str:
    return writer.cast(value)


def _outputs(writer: Writer, model: Any, block: Block, options: dict[str, Any]) -> list[tuple[str, int]]:
    key = ("leaf", id(model), block.parts, tuple(sorted(options.items())))
    if key not in writer.answers:
        writer.answers[key] = _written(writer, model, block, options)
    written: list[tuple[str, int]] = writer.answers[key]
    return written


def _written(writer: Writer, model: Any, block: Block, options: dict[str, Any]) -> list[tuple[str, int]]:
    if not supported(model):
        kind = type(model).__name__
        raise NoForm(f"there is none for {kind} in this place; `sparely docs what-converts` has those that have one")
    if len(block.kinds) != 1:
        raise NoForm(
            f"{type(model).__name__} takes words and numbers together; give each kind a step of its own in a "
            "ColumnTransformer"
        )
    words = block.kinds == {"word"}
    value = writer.joined([part.name for part in block.parts])
    failure: Exception | None = None
    for double in [True, False] if writer.double and not words else [False]:
        kind = StringTensorType if words else DoubleTensorType if double else FloatTensorType
        try:
            proto = _converted(model, kind([None, block.width]), options, double=double)
            session = open_session(proto.SerializeToString())
            sample = np.full(
                (2, block.width), "" if words else 0.5, dtype=object if words else np.float64 if double else np.float32
            )
            results = session.run(None, {proto.graph.input[0].name: sample})
        except Exception as error:
            failure = failure or error
            continue
        if not words:
            value = writer.cast(value, TensorProto.DOUBLE if double else TensorProto.FLOAT)
        names = _inline(writer, proto, value)
        widths = [max(1, np.size(result) // 2) for result in results]
        return list(zip(names, widths, strict=True))
    assert failure is not None
    raise failure


def _converted(model: Any, kind: Any, options: dict[str, Any], *, double: bool) -> onnx.ModelProto:
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        opsets = {"": 17, "ai.onnx.ml": 3}
        proto: onnx.ModelProto
        try:
            proto = to_onnx(
                model,
                initial_types=[("rows", kind)],
                options={id(model): options} if options else None,
                target_opset=opsets,
                name=INNER,
            )
        except NameError:
            proto = to_onnx(model, initial_types=[("rows", kind)], target_opset=opsets, name=INNER)
    repairs.without_maps(proto)
    repairs.spell_out_two_classes(proto)
    if double:
        repairs.round_before_trees(proto, exact=EXACT)
    return proto


def _inline(writer: Writer, proto: onnx.ModelProto, value: str) -> list[str]:
    """Put the graph's nodes into the writer's, each name with a prefix of its own."""
    for entry in proto.opset_import:
        writer.opsets[entry.domain] = max(entry.version, writer.opsets.get(entry.domain, 0))
    prefix = writer.name(INNER)
    names = {proto.graph.input[0].name: value, "": ""}
    _rename(proto.graph, prefix, names)
    writer.constants.extend(proto.graph.initializer)
    for node in proto.graph.node:
        node.name = f"{node.name}_{prefix}"
        writer.nodes.append(node)
    return [names[entry.name] for entry in proto.graph.output]


def _rename(graph: onnx.GraphProto, prefix: str, names: dict[str, str]) -> None:
    def renamed(name: str) -> str:
        return names.setdefault(name, f"{prefix}_{name}")

    for constant in graph.initializer:
        constant.name = renamed(constant.name)
    for node in graph.node:
        node.input[:] = [renamed(name) for name in node.input]
        node.output[:] = [renamed(name) for name in node.output]
        for body in bodies(node):
            _rename(body, prefix, names)
            for entry in (*body.input, *body.output):
                entry.name = renamed(entry.name)
