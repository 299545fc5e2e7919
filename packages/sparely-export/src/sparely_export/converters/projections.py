"""Projections that skl2onnx lacks: one product of the centred rows, or of their kernel with chosen rows."""

from typing import Any

import numpy as np

from sparely_export.converters.blocks import Block
from sparely_export.converters.processes import squares
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.writing import Writer


def _projected(writer: Writer, block: Block, center: Any, weights: np.ndarray) -> Block:
    value = writer.numbers(block)
    if center is not None:
        value = writer.calculate("Sub", value, np.asarray(center).reshape(1, -1))
    return writer.block(writer.calculate("MatMul", value, weights), weights.shape[1])


@converts("transform", "sklearn.FastICA")
def _independent(writer: Writer, model: Any, block: Block) -> Block:
    return _projected(writer, block, model.mean_ if model.whiten else None, model.components_.T)


@converts("transform", "sklearn.FactorAnalysis")
def _factors(writer: Writer, model: Any, block: Block) -> Block:
    weighed = model.components_ / model.noise_variance_
    spread = np.linalg.inv(np.eye(len(model.components_)) + weighed @ model.components_.T)
    return _projected(writer, _projected(writer, block, model.mean_, weighed.T), None, spread)


@converts("transform", "sklearn.Nystroem")
def _nystroem(writer: Writer, model: Any, block: Block) -> Block:
    if model.kernel != "rbf":
        raise NoForm(f'Nystroem with kernel="{model.kernel}"; "rbf" has a form')
    gamma = 1.0 / block.width if model.gamma is None else float(model.gamma)
    apart = squares(writer, writer.numbers(block), np.asarray(model.components_, dtype=np.float64))
    kernel = writer.node("Exp", writer.calculate("Mul", apart, -gamma))
    return _projected(writer, writer.block(kernel, len(model.components_)), None, model.normalization_.T)


@converts("transform", "sklearn.SparseRandomProjection")
def _random(writer: Writer, model: Any, block: Block) -> Block:
    weights = model.components_.toarray() if hasattr(model.components_, "toarray") else model.components_
    return _projected(writer, block, None, np.asarray(weights, dtype=np.float64).T)
