"""Gaussian processes that classify: Laplace's approximation of two classes, and one against the rest of several."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sparely_export.converters import asking
from sparely_export.converters.blocks import Block
from sparely_export.converters.normal import error_function
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.writing import Writer

# Williams & Barber, "Bayesian Classification with Gaussian Processes", as scikit-learn has it: the logistic function
# as a sum of five error functions.
LAMBDAS = np.array([0.41, 0.4, 0.37, 0.44, 0.39])
COEFFICIENTS = np.array([-1854.8214151, 3516.89893646, 221.29346712, 128.12323805, -2010.49422654])


def kernel(writer: Writer, form: Any, rows: str, known: np.ndarray) -> str:
    """The kernel of rows (n, k) and those of training (m, k): (n, m)."""
    kind = type(form).__name__
    if kind in ("Sum", "Product"):
        both = [kernel(writer, each, rows, known) for each in (form.k1, form.k2)]
        return writer.node("Add" if kind == "Sum" else "Mul", *both)
    if kind == "ConstantKernel":
        nothing = writer.calculate("Mul", writer.columns(rows, [0]), 0.0)
        return writer.calculate("Add", nothing, np.full((1, len(known)), form.constant_value))
    if kind == "RBF":
        scaled = writer.calculate("Div", rows, np.broadcast_to(form.length_scale, known.shape[1:]))
        return writer.node("Exp", writer.calculate("Mul", squares(writer, scaled, known / form.length_scale), -0.5))
    raise NoForm(f"its kernel is {kind}; RBF, ConstantKernel, sums and products have a form")


def squares(writer: Writer, rows: str, known: np.ndarray) -> str:
    """The squared distances of rows (n, k) to known ones (m, k): (n, m)."""
    terms = []
    for column in range(known.shape[1]):
        apart = writer.calculate("Sub", writer.columns(rows, [column]), known[:, column].reshape(1, -1))
        terms.append(writer.node("Mul", apart, apart))
    return writer.node("Sum", *terms) if len(terms) > 1 else terms[0]


def _of_itself(form: Any) -> float:
    """The value of any row and itself of a kernel that has a form."""
    kind = type(form).__name__
    if kind in ("Sum", "Product"):
        one, other = _of_itself(form.k1), _of_itself(form.k2)
        return one + other if kind == "Sum" else one * other
    return float(getattr(form, "constant_value", 1.0))


def _mean(writer: Writer, model: Any, block: Block) -> tuple[str, str]:
    """The mean of the process at each row, (n, 1), and the kernel (n, m)."""
    near = kernel(writer, model.kernel_, writer.numbers(block), np.asarray(model.X_train_, dtype=np.float64))
    weights = (model.y_train_ - model.pi_).reshape(-1, 1)
    return writer.node("MatMul", near, writer.constant(weights)), near


def _shares(writer: Writer, models: Sequence[Any], block: Block) -> str:
    """
    The probability of the second class of each of c processes, (n, c).

    What is behind mean and variance is written once, for all processes below each other.
    """
    key = ("process", tuple(map(id, models)), block.parts)
    if key not in writer.answers:
        found = [_moments(writer, each, block) for each in models]
        mean, variance = (
            writer.node("Reshape", writer.joined(list(each)), writer.constant(np.array([-1, 1])))
            for each in zip(*found, strict=True)
        )
        total = _total(writer, mean, variance)
        writer.answers[key] = writer.node("Reshape", total, writer.constant(np.array([-1, len(models)])))
    return str(writer.answers[key])


def _moments(writer: Writer, model: Any, block: Block) -> tuple[str, str]:
    """Mean and variance of the process at each row, (n, 1) each."""
    mean, near = _mean(writer, model, block)
    solved = np.linalg.solve(model.L_, np.diag(model.W_sr_))
    spread = writer.node("MatMul", near, writer.constant(solved.T))
    lost = writer.node("ReduceSum", writer.node("Mul", spread, spread), writer.constant(np.array([1])), keepdims=1)
    return mean, writer.node("Sub", writer.constant(np.float64(_of_itself(model.kernel_))), lost)


def _total(writer: Writer, mean: str, variance: str) -> str:
    """The logistic function's mean over normal distributions, (m, 1) of (m, 1) each."""
    alpha = writer.node("Div", writer.constant(np.float64(0.5)), variance)
    lambdas = LAMBDAS.reshape(1, -1)
    ratio = writer.node("Sqrt", writer.node("Div", alpha, writer.calculate("Add", alpha, lambdas**2)))
    inner = writer.node("Mul", writer.calculate("Mul", mean, lambdas), ratio)
    error = error_function(writer, inner)
    above = writer.node(
        "Mul", writer.node("Sqrt", writer.node("Div", writer.constant(np.float64(np.pi)), alpha)), error
    )
    below = writer.calculate("Mul", writer.node("Sqrt", writer.calculate("Mul", variance, 2 * np.pi)), 2.0)
    integrals = writer.calculate("Mul", writer.node("Div", above, below), COEFFICIENTS.reshape(1, -1))
    total = writer.node("ReduceSum", integrals, writer.constant(np.array([1])), keepdims=1)
    return writer.calculate("Add", total, float(0.5 * COEFFICIENTS.sum()))


def _several(model: Any) -> Any:
    if type(model.base_estimator_).__name__ == "OneVsOneClassifier":
        raise NoForm('GaussianProcessClassifier with multi_class="one_vs_one"; "one_vs_rest" has a form')
    return model.base_estimator_


@converts("probabilities", "sklearn.GaussianProcessClassifier")
def _probabilities(writer: Writer, model: Any, block: Block) -> str:
    if len(model.classes_) == 2:
        share = _shares(writer, [model.base_estimator_], block)
        return writer.joined([writer.node("Sub", writer.constant(np.float64(1)), share), share])
    each = _shares(writer, _several(model).estimators_, block)
    return writer.node("Div", each, writer.node("ReduceSum", each, writer.constant(np.array([1])), keepdims=1))


@converts("choice", "sklearn.GaussianProcessClassifier")
def _choice(writer: Writer, model: Any, block: Block) -> str:
    if len(model.classes_) == 2:
        return asking.of_decision(writer, _mean(writer, model.base_estimator_, block)[0], 2)
    return asking.largest(writer, _shares(writer, _several(model).estimators_, block))
