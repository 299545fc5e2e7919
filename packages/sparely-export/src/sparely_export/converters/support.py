"""Support vectors of regressors and detectors, in the graph's own numbers."""

from typing import Any

import numpy as np

from sparely_export.converters import leaves
from sparely_export.converters.processes import squares
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Block, Writer

FORMS = ("rbf", "linear", "poly", "sigmoid")
MOST = 64
"""Of more columns skl2onnx' operator is taken: distances by column would take longer."""


def _kernel(writer: Writer, model: Any, rows: str) -> str:
    """Of rows (n, k) and m support vectors, (n, m)."""
    known, gamma = np.asarray(model.support_vectors_, dtype=np.float64), float(model._gamma)
    if model.kernel == "rbf":
        return writer.node("Exp", writer.calculate("Mul", squares(writer, rows, known), -gamma))
    product = writer.calculate("MatMul", rows, known.T)
    if model.kernel == "linear":
        return product
    moved = writer.calculate("Add", writer.calculate("Mul", product, gamma), float(model.coef0))
    if model.kernel == "poly":
        return writer.calculate("Pow", moved, float(model.degree))
    twice = writer.node("Sigmoid", writer.calculate("Mul", moved, 2.0))
    return writer.calculate("Sub", writer.calculate("Mul", twice, 2.0), 1.0)


def scores(writer: Writer, model: Any, block: Block) -> str:
    """The weighted sum of kernels, (n, 1)."""
    weights = np.asarray(model.dual_coef_, dtype=np.float64).T
    total = writer.calculate("MatMul", _kernel(writer, model, writer.numbers(block)), weights)
    return writer.calculate("Add", total, np.asarray(model.intercept_, dtype=np.float64))


@converts("predict", "sklearn.SVR", "sklearn.NuSVR")
def _number(writer: Writer, model: Any, block: Block) -> str:
    known = model.kernel in FORMS and block.width <= MOST and not model._sparse
    return scores(writer, model, block) if writer.double and known else leaves.predict(writer, model, block)


@converts("decision", "sklearn.OneClassSVM")
def _detected(writer: Writer, model: Any, block: Block) -> str:
    if model.kernel not in FORMS or block.width > MOST or model._sparse:
        return writer.cast(leaves.outputs(writer, model, block)[1])
    return scores(writer, model, block)
