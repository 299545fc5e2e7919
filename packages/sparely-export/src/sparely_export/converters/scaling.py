"""Scalers and the like: a subtraction and a division in the graph's own numbers, in the estimator's order."""

from typing import Any

import numpy as np

from sparely_export.converters.blocks import Block
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Writer


@converts("transform", "sklearn.StandardScaler")
def _standard(writer: Writer, model: Any, block: Block) -> Block:
    return _scaled(writer, block, model.mean_ if model.with_mean else None, model.scale_ if model.with_std else None)


@converts("transform", "sklearn.RobustScaler")
def _robust(writer: Writer, model: Any, block: Block) -> Block:
    return _scaled(
        writer, block, model.center_ if model.with_centering else None, model.scale_ if model.with_scaling else None
    )


@converts("transform", "sklearn.MaxAbsScaler")
def _largest(writer: Writer, model: Any, block: Block) -> Block:
    return _scaled(writer, block, None, model.scale_)


@converts("transform", "sklearn.MinMaxScaler")
def _between(writer: Writer, model: Any, block: Block) -> Block:
    value = writer.calculate("Mul", writer.numbers(block), model.scale_)
    value = writer.calculate("Add", value, model.min_)
    if model.clip:
        low, high = (np.float64(end) for end in model.feature_range)
        value = writer.node("Min", writer.node("Max", value, writer.constant(low)), writer.constant(high))
    return writer.block(value, block.width)


@converts("transform", "sklearn.Binarizer")
def _binary(writer: Writer, model: Any, block: Block) -> Block:
    above = writer.calculate("Greater", writer.numbers(block), model.threshold)
    return writer.block(writer.cast(above), block.width)


@converts("transform", "sklearn.Normalizer")
def _norm(writer: Writer, model: Any, block: Block) -> Block:
    return writer.block(normalized(writer, writer.numbers(block), model.norm), block.width)


def normalized(writer: Writer, value: str, norm: str) -> str:
    """Rows over their norm; a row of zeros stays."""
    if norm == "max":
        size = writer.node("ReduceMax", writer.node("Abs", value), axes=[1], keepdims=1)
    else:
        size = writer.node("ReduceL1" if norm == "l1" else "ReduceL2", value, axes=[1], keepdims=1)
    empty = writer.calculate("Equal", size, 0.0)
    whole = writer.node("Where", empty, writer.constant(np.float64(1)), size)
    return writer.node("Div", value, whole)


def _scaled(writer: Writer, block: Block, center: Any, scale: Any) -> Block:
    value = writer.numbers(block)
    if center is not None:
        value = writer.calculate("Sub", value, center)
    if scale is not None:
        value = writer.calculate("Div", value, scale)
    return writer.block(value, block.width)
