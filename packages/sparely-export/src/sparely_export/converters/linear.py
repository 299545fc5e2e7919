"""Linear models: one product in the graph's own numbers, and the function behind it."""

from typing import Any

import numpy as np
from onnx import TensorProto

from sparely_export.converters import asking
from sparely_export.converters.blocks import Block
from sparely_export.converters.logistic import of_both
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.writing import Writer

REGRESSORS = [
    "LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "ElasticNet", "ElasticNetCV", "Lars", "LarsCV",
    "LassoLars", "LassoLarsCV", "LassoLarsIC", "OrthogonalMatchingPursuit",
    "OrthogonalMatchingPursuitCV", "BayesianRidge", "ARDRegression", "HuberRegressor",
    "TheilSenRegressor", "QuantileRegressor", "SGDRegressor", "LinearSVR", "PassiveAggressiveRegressor",
    "MultiTaskLasso", "MultiTaskLassoCV", "MultiTaskElasticNet", "MultiTaskElasticNetCV",
]  # fmt: skip
LEAST = -float(np.log(np.finfo(np.float64).max))
"""Below it a logistic function is zero in float64."""
SCORING = ["LinearSVC", "RidgeClassifier", "RidgeClassifierCV", "Perceptron", "PassiveAggressiveClassifier"]
LIKELY = ["LogisticRegression", "LogisticRegressionCV", "SGDClassifier", "LinearDiscriminantAnalysis"]


def sklearn(names: list[str]) -> list[str]:
    """The names as the registry has them."""
    return [f"sklearn.{name}" for name in names]


def product(writer: Writer, model: Any, block: Block) -> str:
    """X @ coef + intercept, of shape (n, t)."""
    weights = np.atleast_2d(
        np.asarray(model.coef_.toarray() if hasattr(model.coef_, "toarray") else model.coef_, dtype=np.float64)
    ).T
    value = writer.node("MatMul", writer.numbers(block), writer.constant(weights))
    return writer.calculate("Add", value, np.asarray(model.intercept_, dtype=np.float64).ravel())


@converts("predict", *sklearn(REGRESSORS))
def _line(writer: Writer, model: Any, block: Block) -> str:
    return product(writer, model, block)


@converts("predict", *sklearn(["PoissonRegressor", "GammaRegressor", "TweedieRegressor"]))
def _generalized(writer: Writer, model: Any, block: Block) -> str:
    value = product(writer, model, block)
    link = type(model._base_loss.link).__name__
    if link not in ("LogLink", "IdentityLink"):
        raise NoForm(f'{type(model).__name__} has the link {link}; "log" and "identity" have a form')
    return writer.node("Exp", value) if link == "LogLink" else value


@converts("predict", "sklearn.RANSACRegressor")
def _consensus(writer: Writer, model: Any, block: Block) -> str:
    return asking.predict(writer, model.estimator_, block)


@converts("decision", *sklearn(SCORING + LIKELY))
def _decision(writer: Writer, model: Any, block: Block) -> str:
    return product(writer, model, block)


@converts("choice", *sklearn(SCORING + LIKELY))
def _choice(writer: Writer, model: Any, block: Block) -> str:
    scores = asking.decision(writer, model, block)
    if _of_several_labels(model):
        return writer.cast(writer.calculate("Greater", scores, 0.0), TensorProto.INT64)
    return asking.of_decision(writer, scores, len(model.classes_))


def _of_several_labels(model: Any) -> bool:
    """Of these only ridge regression takes several labels a row; its classes are their numbers then."""
    return str(getattr(getattr(model, "_label_binarizer", None), "y_type_", "")).startswith("multilabel")


@converts("probabilities", *sklearn(LIKELY))
def _probabilities(writer: Writer, model: Any, block: Block) -> str:
    scores, classes = asking.decision(writer, model, block), len(model.classes_)
    if getattr(model, "loss", "") == "modified_huber":
        return _huber(writer, scores, classes)
    if _one_by_one(model):
        return of_both(writer, scores) if classes == 2 else _logistic_shares(writer, scores)
    if classes == 2:
        scores = writer.joined([writer.node("Neg", scores), scores])
    return writer.node("Softmax", scores, axis=1)


def _one_by_one(model: Any) -> bool:
    """Whether each class has a logistic function of its own, rather than all one softmax."""
    classes = len(model.classes_)
    if not type(model).__name__.startswith("Logistic"):
        return type(model).__name__ == "SGDClassifier" or classes == 2
    given = getattr(model, "multi_class", "auto")
    return given == "ovr" or (given != "multinomial" and (classes == 2 or model.solver == "liblinear"))


def beside_rest(writer: Writer, share: str) -> str:
    """(n, 1) of the second class becomes (n, 2)."""
    one = writer.constant(np.float64(1))
    return writer.joined([writer.node("Sub", one, share), share])


def shares(writer: Writer, each: str) -> str:
    """Rows over their sum; a row of zeros becomes equal shares."""
    return writer.node("Div", each, writer.node("ReduceSum", each, writer.constant(np.array([1])), keepdims=1))


def _logistic_shares(writer: Writer, scores: str) -> str:
    """
    Each logistic function over their sum, by logarithms, for onnxruntime's becomes zero before the estimator's does.

    Where that does, it counts as none; where all do, scikit-learn gives equal shares.
    """
    size = writer.node("Abs", scores)
    tail = writer.node("Log", writer.calculate("Add", writer.node("Exp", writer.node("Neg", size)), 1.0))
    below = writer.node("Min", scores, writer.constant(np.float64(0)))
    none = writer.calculate("Less", scores, LEAST)
    logarithm = writer.node("Where", none, writer.constant(np.float64(-1e9)), writer.node("Sub", below, tail))
    return writer.node("Softmax", logarithm, axis=1)


def _huber(writer: Writer, scores: str, classes: int) -> str:
    within = writer.node(
        "Max", writer.node("Min", scores, writer.constant(np.float64(1))), writer.constant(np.float64(-1))
    )
    each = writer.calculate("Div", writer.calculate("Add", within, 1.0), 2.0)
    if classes == 2:
        return beside_rest(writer, each)
    total = writer.node("ReduceSum", each, writer.constant(np.array([1])), keepdims=1)
    none = writer.calculate("Equal", total, 0.0)
    filled = writer.node("Where", none, writer.constant(np.ones((1, classes))), each)
    return shares(writer, filled)
