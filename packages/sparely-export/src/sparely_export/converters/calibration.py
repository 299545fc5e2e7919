"""Calibrated classifiers: a function of the raw scores of each classifier inside, and the mean of them."""

from typing import Any

import numpy as np

from sparely_export.converters import asking
from sparely_export.converters.blocks import Block
from sparely_export.converters.interpolation import interpolated
from sparely_export.converters.logistic import logistic
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.writing import Writer

SMALLEST = 1e-12


@converts("probabilities", "sklearn.CalibratedClassifierCV")
def _mean(writer: Writer, model: Any, block: Block) -> str:
    members = [_calibrated(writer, each, block) for each in model.calibrated_classifiers_]
    total = writer.node("Sum", *members) if len(members) > 1 else members[0]
    return writer.calculate("Div", total, float(len(members)))


@converts("choice", "sklearn.CalibratedClassifierCV")
def _choice(writer: Writer, model: Any, block: Block) -> str:
    return asking.largest(writer, asking.probabilities(writer, model, block))


def unfrozen(model: Any) -> Any:
    """What a FrozenEstimator holds, or the estimator itself."""
    while type(model).__name__ == "FrozenEstimator":
        model = model.estimator
    return model


def _calibrated(writer: Writer, member: Any, block: Block) -> str:
    inner, classes = unfrozen(member.estimator), len(member.classes)
    raw = asking.scores_like(writer, inner, block, exact=member.method == "isotonic")
    is_raw = hasattr(inner, "decision_function")
    if member.method == "temperature":
        return _tempered(writer, member.calibrators[0], raw, classes, is_raw=is_raw)
    if classes == 2:
        score = raw if is_raw else writer.columns(raw, [1])
        share = _through(writer, member.calibrators[0], score)
        return writer.joined([writer.node("Sub", writer.constant(np.float64(1)), share), share])
    found = list(np.asarray(member.classes).tolist())
    places = [found.index(each) for each in np.asarray(inner.classes_).tolist()]
    columns: dict[int, str] = {}
    for index, (place, calibrator) in enumerate(zip(places, member.calibrators, strict=True)):
        columns[place] = _through(writer, calibrator, writer.columns(raw, [index]))
    nothing = writer.calculate("Mul", columns[places[0]], 0.0)
    each = writer.joined([columns.get(place, nothing) for place in range(classes)])
    total = writer.node("ReduceSum", each, writer.constant(np.array([1])), keepdims=1)
    empty = writer.calculate("Equal", total, 0.0)
    filled = writer.node("Where", empty, writer.constant(np.ones((1, classes))), each)
    return writer.node("Div", filled, writer.node("ReduceSum", filled, writer.constant(np.array([1])), keepdims=1))


def _through(writer: Writer, calibrator: Any, score: str) -> str:
    """One score (n, 1) through its calibrator."""
    if type(calibrator).__name__ == "IsotonicRegression":
        share = interpolated(writer, score, calibrator.X_thresholds_, calibrator.y_thresholds_)
        one, none = writer.constant(np.float64(1)), writer.constant(np.float64(0))
        return writer.node("Max", writer.node("Min", share, one), none)
    if type(calibrator).__name__ == "_SigmoidCalibration":
        line = writer.calculate("Add", writer.calculate("Mul", score, -calibrator.a_), -calibrator.b_)
        return logistic(writer, line)
    raise NoForm(f"it is calibrated by {type(calibrator).__name__}; sigmoid, isotonic and temperature have a form")


def _tempered(writer: Writer, calibrator: Any, raw: str, classes: int, *, is_raw: bool) -> str:
    """One softmax for all classes, of raw scores or of the logarithms of probabilities."""
    if not is_raw:
        raw = writer.node("Log", writer.calculate("Add", raw, SMALLEST))
    elif classes == 2:
        raw = writer.joined([writer.node("Neg", raw), raw])
    return writer.node("Softmax", writer.calculate("Mul", raw, float(calibrator.beta_)), axis=1)


@converts("predict", "sklearn.IsotonicRegression")
def _isotonic(writer: Writer, model: Any, block: Block) -> str:
    if model.out_of_bounds != "clip":
        raise NoForm(f'IsotonicRegression with out_of_bounds="{model.out_of_bounds}"; "clip" has a form')
    return interpolated(writer, writer.numbers(block), model.X_thresholds_, model.y_thresholds_)
