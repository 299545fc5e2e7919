"""Logarithms, powers, circles and their hyperbolic kin, one node or a few each."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from sparely_export.converters.inverses import INVERSES
from sparely_export.converters.logistic import logistic
from sparely_export.converters.writing import Writer

Form: TypeAlias = Callable[..., str]


def of(operator: str) -> Form:
    """One operator of each number."""
    return lambda writer, value: writer.node(operator, value)


def times(factor: float, operator: str | None = None) -> Form:
    """The same, or the number itself, times a factor."""

    def form(writer: Writer, value: str) -> str:
        return writer.calculate("Mul", writer.node(operator, value) if operator else value, factor)

    return form


def _exponential(base: float) -> Form:
    return lambda writer, value: writer.node("Exp", writer.calculate("Mul", value, np.log(base)))


def _log1p(writer: Writer, value: str) -> str:
    return writer.node("Log", writer.calculate("Add", value, 1.0))


def _expm1(writer: Writer, value: str) -> str:
    return writer.calculate("Sub", writer.node("Exp", value), 1.0)


def _cbrt(writer: Writer, value: str) -> str:
    size = writer.calculate("Pow", writer.node("Abs", value), 1 / 3)
    return writer.node("Mul", writer.node("Sign", value), size)


def _hyperbolic(sign: float) -> Form:
    def form(writer: Writer, value: str) -> str:
        up, down = writer.node("Exp", value), writer.node("Exp", writer.node("Neg", value))
        return writer.calculate("Div", writer.node("Add", up, writer.calculate("Mul", down, sign)), 2.0)

    return form


def _tangent(writer: Writer, value: str) -> str:
    return writer.node("Div", writer.node("Sin", value), _cosine(writer, value))


def _cosine(writer: Writer, value: str) -> str:
    """By the sine of half of it, which onnxruntime has in float64 too, and which is exact of large numbers."""
    sine = writer.node("Sin", writer.calculate("Mul", value, 0.5))
    return writer.calculate("Add", writer.calculate("Mul", writer.node("Mul", sine, sine), -2.0), 1.0)


def _hyperbolic_tangent(writer: Writer, value: str) -> str:
    return writer.calculate(
        "Sub", writer.calculate("Mul", writer.node("Sigmoid", writer.calculate("Mul", value, 2.0)), 2.0), 1.0
    )


CURVES: Mapping[str, Form] = {
    **INVERSES,
    "numpy.log": of("Log"),
    "numpy.log1p": _log1p,
    "numpy.log2": times(1 / np.log(2), "Log"),
    "numpy.log10": times(1 / np.log(10), "Log"),
    "numpy.exp": of("Exp"),
    "numpy.exp2": _exponential(2.0),
    "numpy.expm1": _expm1,
    "numpy.cbrt": _cbrt,
    "numpy.sin": of("Sin"),
    "numpy.cos": _cosine,
    "numpy.tan": _tangent,
    "numpy.sinh": _hyperbolic(-1.0),
    "numpy.cosh": _hyperbolic(1.0),
    "numpy.tanh": _hyperbolic_tangent,
    "scipy.expit": logistic,
    "scipy.logit": lambda writer, value: writer.node(
        "Sub", writer.node("Log", value), writer.node("Log", writer.node("Sub", writer.constant(np.float64(1)), value))
    ),
}
