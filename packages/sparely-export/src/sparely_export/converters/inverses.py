"""The inverses of sine, tangent and their hyperbolic kin, which onnxruntime has in float32 alone, to 16 digits."""

from collections.abc import Callable, Mapping

import numpy as np
from onnx import TensorProto

from sparely_export.converters.writing import Writer


def _arctan(writer: Writer, value: str) -> str:
    """A float32 arc, and the arc of what is left: (x cos - sin) / (cos + x sin), so small that it is its own arc."""
    arc = writer.cast(writer.node("Atan", writer.cast(value, TensorProto.FLOAT)))
    sine, cosine = writer.node("Sin", arc), writer.node("Sin", writer.calculate("Add", arc, np.pi / 2))
    above = writer.node("Sub", writer.node("Mul", value, cosine), sine)
    below = writer.node("Add", cosine, writer.node("Mul", value, sine))
    return writer.node("Add", arc, writer.node("Div", above, below))


def _one_less_square(writer: Writer, value: str) -> str:
    one = writer.constant(np.float64(1))
    return writer.node("Mul", writer.node("Sub", one, value), writer.node("Add", one, value))


def _arcsin(writer: Writer, value: str) -> str:
    """Twice the arctangent of x / (1 + sqrt(1 - x * x))."""
    below = writer.calculate("Add", writer.node("Sqrt", _one_less_square(writer, value)), 1.0)
    return writer.calculate("Mul", _arctan(writer, writer.node("Div", value, below)), 2.0)


def _arccos(writer: Writer, value: str) -> str:
    return writer.calculate("Add", writer.node("Neg", _arcsin(writer, value)), np.pi / 2)


def _arcsinh(writer: Writer, value: str) -> str:
    size = writer.node("Abs", value)
    root = writer.node("Sqrt", writer.calculate("Add", writer.node("Mul", size, size), 1.0))
    return writer.node("Mul", writer.node("Sign", value), writer.node("Log", writer.node("Add", size, root)))


def _arccosh(writer: Writer, value: str) -> str:
    root = writer.node("Sqrt", writer.calculate("Sub", writer.node("Mul", value, value), 1.0))
    return writer.node("Log", writer.node("Add", value, root))


def _arctanh(writer: Writer, value: str) -> str:
    one = writer.constant(np.float64(1))
    ratio = writer.node("Div", writer.node("Add", one, value), writer.node("Sub", one, value))
    return writer.calculate("Mul", writer.node("Log", ratio), 0.5)


INVERSES: Mapping[str, Callable[..., str]] = {
    "numpy.arctan": _arctan,
    "numpy.arcsin": _arcsin,
    "numpy.arccos": _arccos,
    "numpy.arcsinh": _arcsinh,
    "numpy.arccosh": _arccosh,
    "numpy.arctanh": _arctanh,
}
