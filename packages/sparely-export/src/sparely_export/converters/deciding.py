"""Classifiers of two classes whose threshold is another than the middle."""

from typing import Any

import numpy as np
from onnx import TensorProto

from sparely_export.converters import asking
from sparely_export.converters.blocks import Block
from sparely_export.converters.calibration import unfrozen
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.writing import Writer

NAMES = ("sklearn.FixedThresholdClassifier", "sklearn.TunedThresholdClassifierCV")


@converts("probabilities", *NAMES)
def _probabilities(writer: Writer, model: Any, block: Block) -> str:
    return asking.probabilities(writer, unfrozen(model.estimator_), block)


@converts("decision", *NAMES)
def _decision(writer: Writer, model: Any, block: Block) -> str:
    return asking.decision(writer, unfrozen(model.estimator_), block)


@converts("choice", *NAMES)
def _choice(writer: Writer, model: Any, block: Block) -> str:
    inner = unfrozen(model.estimator_)
    raw, threshold = _scores(writer, model, inner, block)
    positive = _positive(model)
    above = writer.calculate("GreaterOrEqual", raw, threshold)
    index = writer.cast(above, TensorProto.INT64)
    if not positive:
        index = writer.node("Sub", writer.constant(np.array([1])), index)
    return writer.node("Reshape", index, writer.constant(np.array([-1])))


def _scores(writer: Writer, model: Any, inner: Any, block: Block) -> tuple[str, float]:
    """The score of the class that is meant, and from where on it is chosen."""
    method = model.response_method
    if method == "auto":
        method = "predict_proba" if hasattr(inner, "predict_proba") else "decision_function"
    given = getattr(model, "best_threshold_", None)
    given = getattr(model, "threshold", None) if given is None else given
    positive = _positive(model)
    if method == "predict_proba":
        threshold = 0.5 if given in (None, "auto") else float(given)
        return writer.columns(asking.probabilities(writer, inner, block), [positive]), threshold
    raw = asking.decision(writer, inner, block)
    threshold = 0.0 if given in (None, "auto") else float(given)
    return raw if positive else writer.node("Neg", raw), threshold


def _positive(model: Any) -> int:
    """The index of the class that the threshold is for."""
    meant = getattr(model, "pos_label", None)
    if meant is None:
        scorer = getattr(model, "_curve_scorer", None)
        meant = scorer._get_pos_label() if scorer is not None else None
    classes = np.asarray(model.classes_).tolist()
    if len(classes) != 2:
        raise NoForm("a threshold for more than two classes; leave the threshold out")
    return 1 if meant is None else classes.index(meant)
