"""Functions of numpy as steps, one node or a few each, and functions of the target."""

from collections.abc import Mapping
from functools import partial
from inspect import signature
from typing import Any

import numpy as np

from sparely_export.converters.blocks import Block
from sparely_export.converters.curves import CURVES, Form, of, times
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.writing import Writer


def _square(writer: Writer, value: str) -> str:
    return writer.node("Mul", value, value)


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


def _rounded(writer: Writer, value: str, decimals: int = 0) -> str:
    """As numpy does it: scaled, rounded to whole numbers (halves to even ones), scaled back."""
    scale, first, last = 10.0 ** abs(decimals), *(("Mul", "Div") if decimals > 0 else ("Div", "Mul"))
    if decimals == 0:
        return writer.node("Round", value)
    return writer.calculate(last, writer.node("Round", writer.calculate(first, value, scale)), scale)


def _truncated(writer: Writer, value: str) -> str:
    return writer.node("Mul", writer.node("Sign", value), writer.node("Floor", writer.node("Abs", value)))


FORMS: dict[str, Form] = {
    **CURVES,
    "numpy.sqrt": of("Sqrt"),
    "numpy.square": _square,
    "numpy.absolute": of("Abs"),
    "numpy.fabs": of("Abs"),
    "numpy.reciprocal": of("Reciprocal"),
    "numpy.sign": of("Sign"),
    "numpy.negative": of("Neg"),
    "numpy.positive": lambda writer, value: value,
    "numpy.floor": of("Floor"),
    "numpy.ceil": of("Ceil"),
    "numpy.rint": of("Round"),
    "numpy.round": _rounded,
    "numpy.around": _rounded,
    "numpy.trunc": _truncated,
    "numpy.fix": _truncated,
    "numpy.deg2rad": times(np.pi / 180),
    "numpy.radians": times(np.pi / 180),
    "numpy.rad2deg": times(180 / np.pi),
    "numpy.degrees": times(180 / np.pi),
    "numpy.clip": _clip,
    "numpy.isnan": _is_nan,
    "numpy.nan_to_num": _filled,
    "numpy.asarray": lambda writer, value: value,
    "numpy.array": lambda writer, value: value,
    "numpy.logical_not": lambda writer, value: writer.cast(writer.calculate("Equal", value, 0.0)),
}


def form_name(function: Any) -> str:
    """A function's name, with the package that it is of."""
    module = getattr(function, "__module__", None) or ("numpy" if isinstance(function, np.ufunc) else "")
    name = getattr(function, "__name__", repr(function))
    if isinstance(function, np.ufunc):
        owner = "numpy" if getattr(np, name, None) is function else "scipy"
        return f"{owner}.{name}"
    return f"{str(module).partition('.')[0]}.{name}"


def takes(function: Any, arguments: Mapping[str, Any] | None) -> bool:
    """Whether the form of a function that has one takes these arguments."""
    try:
        signature(FORMS[form_name(function)]).bind("writer", "value", **(arguments or {}))
    except TypeError:
        return False
    return True


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
        raise NoForm(
            f"it calls {name}, and ONNX holds no Python; numpy's log1p, expm1, log, exp, sqrt and square have a form"
        )
    return FORMS[name](writer, value, **(arguments or {}))


@converts("transform", "sklearn.FunctionTransformer")
def _function(writer: Writer, model: Any, block: Block) -> Block:
    if model.func is None:
        return block
    value = applied(writer, model.func, writer.numbers(block), model.kw_args)
    return writer.block(value, block.width)
