"""The quantile function of the normal distribution, to 16 digits."""

import numpy as np

from sparely_export.converters.writing import Writer

# Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988), 477-484: ratios of polynomials in three regions.
MIDDLE = (
    [
        2509.0809287301226727,
        33430.575583588128105,
        67265.770927008700853,
        45921.953931549871457,
        13731.693765509461125,
        1971.5909503065514427,
        133.14166789178437745,
        3.387132872796366608,
    ],
    [
        5226.495278852545925,
        28729.085735721942674,
        39307.89580009271061,
        21213.794301586595867,
        5394.1960214247511077,
        687.1870074920579083,
        42.313330701600911252,
        1.0,
    ],
)
OUTER = (
    [
        7.7454501427834140764e-4,
        0.0227238449892691845833,
        0.24178072517745061177,
        1.27045825245236838258,
        3.64784832476320460504,
        5.7694972214606914055,
        4.6303378461565452959,
        1.42343711074968357734,
    ],
    [
        1.05075007164441684324e-9,
        5.475938084995344946e-4,
        0.0151986665636164571966,
        0.14810397642748007459,
        0.68976733498510000455,
        1.6763848301838038494,
        2.05319162663775882187,
        1.0,
    ],
)
FAR = (
    [
        2.01033439929228813265e-7,
        2.71155556874348757815e-5,
        0.0012426609473880784386,
        0.026532189526576123093,
        0.29656057182850489123,
        1.7848265399172913358,
        5.4637849111641143699,
        6.6579046435011037772,
    ],
    [
        2.04426310338993978564e-15,
        1.4215117583164458887e-7,
        1.8463183175100546818e-5,
        7.868691311456132591e-4,
        0.0148753612908506148525,
        0.13692988092273580531,
        0.59983220655588793769,
        1.0,
    ],
)


def quantile(writer: Writer, share: str, smallest: float) -> str:
    """The value below which a share of a normal distribution lies, for shares within [smallest, 1 - smallest]."""
    low, high = writer.constant(np.float64(smallest)), writer.constant(np.float64(1 - smallest))
    within = writer.node("Min", writer.node("Max", share, low), high)
    off = writer.calculate("Sub", within, 0.5)
    inner = writer.node("Mul", off, off)
    near = writer.node(
        "Mul", off, _ratio(writer, writer.node("Sub", writer.constant(np.float64(0.180625)), inner), MIDDLE)
    )
    tail = writer.node("Min", within, writer.node("Sub", writer.constant(np.float64(1)), within))
    depth = writer.node("Sqrt", writer.node("Neg", writer.node("Log", tail)))
    outer = _ratio(writer, writer.calculate("Sub", depth, 1.6), OUTER)
    far = _ratio(writer, writer.calculate("Sub", depth, 5.0), FAR)
    size = writer.node("Where", writer.calculate("LessOrEqual", depth, 5.0), outer, far)
    beyond = writer.node("Mul", writer.node("Sign", off), size)
    return writer.node("Where", writer.calculate("LessOrEqual", writer.node("Abs", off), 0.425), near, beyond)


def _ratio(writer: Writer, value: str, coefficients: tuple[list[float], list[float]]) -> str:
    above, below = (_polynomial(writer, value, each) for each in coefficients)
    return writer.node("Div", above, below)


def _polynomial(writer: Writer, value: str, coefficients: list[float]) -> str:
    result = writer.calculate("Add", writer.calculate("Mul", value, coefficients[0]), coefficients[1])
    for coefficient in coefficients[2:]:
        result = writer.calculate("Add", writer.node("Mul", result, value), coefficient)
    return result


TERMS, FRACTIONS, BORDER = 40, 60, 2.5
"""How many terms of the series up to the border, and of the fraction beyond it, give 15 digits."""


def error_function(writer: Writer, value: str) -> str:
    """
    The error function in the graph's own numbers, which onnxruntime has in float32 alone.

    Up to 2.5 by its series, beyond by a continued fraction (Abramowitz and Stegun, 7.1.6 and 7.1.14).
    """
    size = writer.node("Min", writer.node("Abs", value), writer.constant(np.float64(6)))
    square = writer.node("Mul", size, size)
    fall = writer.node("Exp", writer.node("Neg", square))
    near = writer.node("Min", size, writer.constant(np.float64(BORDER)))
    near_square = writer.node("Mul", near, near)
    series = writer.calculate("Add", writer.calculate("Mul", near, 0.0), 1.0)
    for term in range(TERMS, 0, -1):
        grown = writer.calculate("Mul", writer.node("Mul", series, near_square), 2 / (2 * term + 1))
        series = writer.calculate("Add", grown, 1.0)
    product = writer.node("Mul", writer.node("Mul", near, series), fall)
    inside = writer.calculate("Mul", product, 2 / np.pi**0.5)
    far = writer.node("Max", size, writer.constant(np.float64(BORDER)))
    fraction = far
    for term in range(FRACTIONS, 0, -1):
        fraction = writer.node("Add", far, writer.node("Div", writer.constant(np.float64(term / 2)), fraction))
    tail = writer.calculate("Mul", writer.node("Div", fall, fraction), 1 / np.pi**0.5)
    outside = writer.node("Sub", writer.constant(np.float64(1)), tail)
    whole = writer.node("Where", writer.calculate("LessOrEqual", size, BORDER), inside, outside)
    return writer.node("Mul", writer.node("Sign", value), whole)


def share_below(writer: Writer, value: str) -> str:
    """The share of a normal distribution that lies below a value."""
    error = error_function(writer, writer.calculate("Div", value, 2**0.5))
    return writer.calculate("Mul", writer.calculate("Add", error, 1.0), 0.5)
