"""Multilayer perceptrons: a product and a function a layer."""

from typing import Any

import numpy as np
from onnx import TensorProto

from sparely_export.converters import asking
from sparely_export.converters.blocks import Block
from sparely_export.converters.linear import beside_rest
from sparely_export.converters.logistic import logistic
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Writer

FUNCTIONS = {"relu": "Relu", "tanh": "Tanh", "identity": "Identity"}


def _activated(writer: Writer, value: str, name: str) -> str:
    if name == "softmax":
        return writer.node("Softmax", value, axis=1)
    if name == "logistic":
        return logistic(writer, value)
    return writer.node(FUNCTIONS.get(name, "Identity"), value)


def _last(writer: Writer, model: Any, block: Block) -> str:
    value = writer.numbers(block)
    for layer, (weights, intercept) in enumerate(zip(model.coefs_, model.intercepts_, strict=True)):
        value = writer.node("MatMul", value, writer.constant(np.asarray(weights, dtype=np.float64)))
        value = writer.calculate("Add", value, np.asarray(intercept, dtype=np.float64))
        value = _activated(writer, value, model.activation if layer < model.n_layers_ - 2 else model.out_activation_)
    return value


@converts("predict", "sklearn.MLPRegressor")
def _numbers(writer: Writer, model: Any, block: Block) -> str:
    return _last(writer, model, block)


@converts("probabilities", "sklearn.MLPClassifier")
def _shares(writer: Writer, model: Any, block: Block) -> str:
    value = _last(writer, model, block)
    return beside_rest(writer, value) if model.n_outputs_ == 1 else value


@converts("choice", "sklearn.MLPClassifier")
def _choice(writer: Writer, model: Any, block: Block) -> str:
    if model.out_activation_ == "logistic":
        above = writer.cast(writer.calculate("Greater", _last(writer, model, block), 0.5), TensorProto.INT64)
        return above if model.n_outputs_ > 1 else writer.node("Reshape", above, writer.constant(np.array([-1])))
    return asking.largest(writer, asking.probabilities(writer, model, block))
