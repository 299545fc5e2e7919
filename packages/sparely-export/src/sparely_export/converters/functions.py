"""Functions of numpy as steps, one node or a few each, and functions of the target."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from sparely_export.converters.inverses import INVERSES
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.writing import Block, Writer

Form: TypeAlias = Callable[..., str]


def _of(operator: str) -> Form:
    return lambda writer, value: writer.node(operator, value)


def _times(factor: float, operator: str | None = None) -> Form:
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


def _square(writer: Writer, value: str) -> str:
    return writer.node("Mul", value, value)


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


def _clip(writer: Writer, value: str, a_min: Any = None, a_max: Any = None, **others: Any) -> str:
    low = others.get("min", a_min)
    high = others.get("max", a_max)
    for operator, border in (("Max", low), ("Min", high)):
        if border is not None:
            value = writer.node(operator, value, writer.constant(np.asarray(border, dtype=np.float64)))
    return value


def _is_nan(writer: Writer, value: str) -> str:
    return writer.cast(writer.node("IsNaN", value))


def _filled(writer: Writer, value: str, nan: float = 0.0, copy: bool = True) -> str:
    return writer.node("Where", writer.node("IsNaN", value), writer.constant(np.float64(nan)), value)


def _truncated(writer: Writer, value: str) -> str:
    return writer.node("Mul", writer.node("Sign", value), writer.node("Floor", writer.node("Abs", value)))


FORMS: dict[str, Form] = {
    **INVERSES,
    "numpy.log": _of("Log"),
    "numpy.log1p": _log1p,
    "numpy.log2": _times(1 / np.log(2), "Log"),
    "numpy.log10": _times(1 / np.log(10), "Log"),
    "numpy.exp": _of("Exp"),
    "numpy.exp2": _exponential(2.0),
    "numpy.expm1": _expm1,
    "numpy.sqrt": _of("Sqrt"),
    "numpy.cbrt": _cbrt,
    "numpy.square": _square,
    "numpy.absolute": _of("Abs"),
    "numpy.fabs": _of("Abs"),
    "numpy.sin": _of("Sin"),
    "numpy.cos": _cosine,
    "numpy.tan": _tangent,
    "numpy.sinh": _hyperbolic(-1.0),
    "numpy.cosh": _hyperbolic(1.0),
    "numpy.tanh": _hyperbolic_tangent,
    "numpy.reciprocal": _of("Reciprocal"),
    "numpy.sign": _of("Sign"),
    "numpy.negative": _of("Neg"),
    "numpy.positive": lambda writer, value: value,
    "numpy.floor": _of("Floor"),
    "numpy.ceil": _of("Ceil"),
    "numpy.rint": _of("Round"),
    "numpy.round": _of("Round"),
    "numpy.around": _of("Round"),
    "numpy.trunc": _truncated,
    "numpy.fix": _truncated,
    "numpy.deg2rad": _times(np.pi / 180),
    "numpy.radians": _times(np.pi / 180),
    "numpy.rad2deg": _times(180 / np.pi),
    "numpy.degrees": _times(180 / np.pi),
    "numpy.clip": _clip,
    "numpy.isnan": _is_nan,
    "numpy.nan_to_num": _filled,
    "numpy.asarray": lambda writer, value: value,
    "numpy.array": lambda writer, value: value,
    "numpy.logical_not": lambda writer, value: writer.cast(writer.calculate("Equal", value, 0.0)),
    "scipy.expit": _of("Sigmoid"),
    "scipy.logit": lambda writer, value: writer.node(
        "Sub", writer.node("Log", value), writer.node("Log", writer.node("Sub", writer.constant(np.float64(1)), value))
    ),
}


def form_name(function: Any) -> str:
    """A function's name, with the package that it is of."""
    module = getattr(function, "__module__", None) or ("numpy" if isinstance(function, np.ufunc) else "")
    name = getattr(function, "__name__", repr(function))
    if isinstance(function, np.ufunc):
        owner = "numpy" if getattr(np, name, None) is function else "scipy"
        return f"{owner}.{name}"
    return f"{str(module).partition('.')[0]}.{name}"


def applied(writer: Writer, function: Any, value: str, arguments: Mapping[str, Any] | None = None) -> str:
    """
    A function of numpy of each number.

    Raises:
        NoForm: it is of nobody whose functions have a form.
    """
    if function is None:
        return value
    if isinstance(function, partial) and form_name(function.func) == "sklearn.check_array":
        return value
    name = form_name(function)
    if name not in FORMS:
        raise NoForm(f"it calls {name}, and ONNX holds no Python")
    return FORMS[name](writer, value, **(arguments or {}))


@converts("transform", "sklearn.FunctionTransformer")
def _function(writer: Writer, model: Any, block: Block) -> Block:
    if model.func is None:
        return block
    value = applied(writer, model.func, writer.numbers(block), model.kw_args)
    return writer.block(value, block.width)
