"""How a step is asked: by its own form where there is one here, else by skl2onnx's."""

from typing import Any

import numpy as np
from onnx import TensorProto

from sparely_export.converters import leaves
from sparely_export.converters.blocks import Block
from sparely_export.converters.registry import NoForm, ask, knows
from sparely_export.converters.writing import Writer


def transform(writer: Writer, model: Any, block: Block) -> Block:
    """What a transformer makes of a block."""
    if model is None or (isinstance(model, str) and model == "passthrough"):
        return block
    if not block.width:  # a selection kept no column, and only functions of each number take none
        return block
    made: Block = (
        ask(writer, "transform", model, block) if knows(model, "transform") else leaves.transform(writer, model, block)
    )
    return _named(model, made, block.names)


def _named(model: Any, block: Block, before: tuple[str, ...]) -> Block:
    """Names of columns where the step hands frames on (set_output), for a step behind it may choose by them."""
    if getattr(model, "_sklearn_output_config", {}).get("transform", "default") == "default" or block.names:
        return block
    if not hasattr(model, "get_feature_names_out"):  # a function of numpy, which keeps a frame's names
        return Block(block.parts, before) if len(before) == block.width else block
    try:
        names = tuple(str(name) for name in model.get_feature_names_out())
    except AttributeError:  # a pipeline with a step that names nothing
        return block
    return Block(block.parts, names) if len(names) == block.width else block


def predict(writer: Writer, model: Any, block: Block) -> str:
    """Numbers (n, t) of a regressor."""
    if knows(model, "predict"):
        return str(ask(writer, "predict", model, block))
    return writer.node("Reshape", leaves.predict(writer, model, block), writer.constant(np.array([0, -1])))


def probabilities(writer: Writer, model: Any, block: Block) -> str:
    """Probabilities (n, c) of a classifier."""
    if knows(model, "probabilities"):
        return str(ask(writer, "probabilities", model, block))
    return leaves.classify(writer, model, block)[1]


def decision(writer: Writer, model: Any, block: Block) -> str:
    """Raw scores of a classifier: (n, 1) of two classes, else (n, c)."""
    if knows(model, "decision"):
        return str(ask(writer, "decision", model, block))
    if not knows(model, "probabilities") and hasattr(model, "decision_function"):
        return leaves.classify(writer, model, block, raw=True)[1]
    raise NoForm(f"{type(model).__name__} has no raw scores, which the step around it asks for; leave that step out")


def choice(writer: Writer, model: Any, block: Block) -> str:
    """The index of each row's class, int64 (n,)."""
    if knows(model, "choice"):
        return str(ask(writer, "choice", model, block))
    return by_label(writer, model, block)


def by_label(writer: Writer, model: Any, block: Block) -> str:
    """The same of skl2onnx's form."""
    return _index(writer, leaves.classify(writer, model, block)[0], model.classes_)


def largest(writer: Writer, scores: str) -> str:
    """The index of the largest score, the first of equal ones."""
    return writer.node("ArgMax", scores, axis=1, keepdims=0)


def of_decision(writer: Writer, scores: str, classes: int) -> str:
    """The index of the class that raw scores tell."""
    if classes > 2:
        return largest(writer, scores)
    above = writer.calculate("Greater", scores, 0.0)
    return writer.node("Reshape", writer.cast(above, TensorProto.INT64), writer.constant(np.array([-1])))


def _index(writer: Writer, label: str, classes: Any) -> str:
    kinds = np.asarray(classes).dtype.kind
    if kinds in "OUT":
        keys: dict[str, Any] = {"keys_strings": [str(each) for each in classes]}
    else:
        keys = {"keys_int64s": [int(each) for each in classes]}
    values = list(range(len(classes)))
    index = writer.node("LabelEncoder", label, domain="ai.onnx.ml", values_int64s=values, default_int64=0, **keys)
    return writer.node("Reshape", index, writer.constant(np.array([-1])))


def scores_like(writer: Writer, model: Any, block: Block, *, exact: bool = False) -> str:
    """
    What calibration works on: raw scores where the classifier has them, else probabilities.

    Args:
        exact: whether sums of leaves are needed to the last bits, as a steep function behind them does.
    """
    before, writer.exact = writer.exact, exact
    try:
        if hasattr(model, "decision_function"):
            return decision(writer, model, block)
        return probabilities(writer, model, block)
    finally:
        writer.exact = before
