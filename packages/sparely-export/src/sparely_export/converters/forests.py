"""scikit-learn's trees, forests and gradient boosting, from what their leaves hold."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import TensorProto

from sparely_export.converters import asking, ensembles, linear
from sparely_export.converters.blocks import Block
from sparely_export.converters.logistic import logistic
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.writing import Writer
from sparely_export.trees import sklearn_trees
from sparely_export.trees.sklearn_trees import of_trees, read, shares, values

CLASSIFIERS = linear.sklearn(
    ["DecisionTreeClassifier", "ExtraTreeClassifier", "RandomForestClassifier", "ExtraTreesClassifier"]
)
CLASSIFIERS += ["imblearn.BalancedRandomForestClassifier"]
REGRESSORS = linear.sklearn(
    ["DecisionTreeRegressor", "ExtraTreeRegressor", "RandomForestRegressor", "ExtraTreesRegressor"]
)


def _members(model: Any) -> Sequence[Any]:
    return model.estimators_ if hasattr(model, "estimators_") else [model]


@converts("predict", *REGRESSORS)
def _forest(writer: Writer, model: Any, block: Block) -> str:
    members = _members(model)
    outputs = range(members[0].tree_.value.shape[1])
    if getattr(model, "criterion", "") == "poisson" and len(outputs) > 1:
        raise NoForm('several answers of a tree that was grown by Poisson; criterion="squared_error" has a form')
    trees = [read(each.tree_, values(each.tree_) / len(members), outputs) for each in members]
    return ensembles.scores(writer, of_trees(trees, np.zeros(len(outputs))), block)


@converts("probabilities", *CLASSIFIERS)
def _classes(writer: Writer, model: Any, block: Block) -> str:
    if isinstance(model.classes_, list):
        return _labels(writer, model, block)
    members = _members(model)
    classes = range(len(model.classes_))
    trees = [read(each.tree_, shares(each.tree_), classes) for each in members]
    return _mean(writer, ensembles.scores(writer, of_trees(trees, np.zeros(len(classes))), block), members)


def _mean(writer: Writer, sums: str, members: Sequence[Any]) -> str:
    """Of the trees' shares: votes of whole leaves are counted exactly, so classes that draw do so here as well."""
    return writer.calculate("Div", sums, float(len(members))) if len(members) > 1 else sums


def _labels(writer: Writer, model: Any, block: Block) -> str:
    """The probability of 1 of each label, (n, m); where training saw only one value of it, that value."""
    members, outputs = _members(model), range(len(model.classes_))
    only = [float(classes[0]) if len(classes) == 1 else None for classes in model.classes_]
    trees = []
    for each in members:
        count = each.tree_.node_count
        columns = [shares(each.tree_, k)[:, 1] if only[k] is None else np.full(count, only[k]) for k in outputs]
        trees.append(read(each.tree_, np.column_stack(columns), outputs))
    return _mean(writer, ensembles.scores(writer, of_trees(trees, np.zeros(len(outputs))), block), members)


@converts("choice", *CLASSIFIERS)
def _choice(writer: Writer, model: Any, block: Block) -> str:
    found = asking.probabilities(writer, model, block)
    if not isinstance(model.classes_, list):
        return asking.largest(writer, found)
    return writer.cast(writer.calculate("Greater", found, 0.5), TensorProto.INT64)


def _starts_otherwise(model: Any) -> bool:
    """Whether boosting starts from an estimator of the author's (init), not from a constant."""
    kind = type(model.init_).__name__
    return kind not in ("str", "DummyClassifier", "DummyRegressor")


def _boosted(model: Any, targets: int) -> Any:
    trees, _ = sklearn_trees.boosted(model)
    row = np.zeros((1, model.n_features_in_), dtype=np.float32)
    if _starts_otherwise(model):
        if targets == 1 and not hasattr(model, "classes_"):
            return of_trees(trees, [0.0])
        raise NoForm(f"{type(model).__name__} starts from an estimator of its own (init); without init it has a form")
    return of_trees(trees, np.asarray(model._raw_predict_init(row)).reshape(-1)[:targets])


@converts("predict", "sklearn.GradientBoostingRegressor")
def _boosted_numbers(writer: Writer, model: Any, block: Block) -> str:
    raw = ensembles.scores(writer, _boosted(model, 1), block)
    if not _starts_otherwise(model):
        return raw
    return writer.node("Add", raw, asking.predict(writer, model.init_, block))


@converts("decision", "sklearn.GradientBoostingClassifier")
def _boosted_scores(writer: Writer, model: Any, block: Block) -> str:
    return ensembles.scores(writer, _boosted(model, 1 if len(model.classes_) == 2 else len(model.classes_)), block)


@converts("probabilities", "sklearn.GradientBoostingClassifier")
def _boosted_classes(writer: Writer, model: Any, block: Block) -> str:
    raw = asking.decision(writer, model, block)
    if len(model.classes_) > 2:
        return writer.node("Softmax", raw, axis=1)
    if model.loss == "exponential":
        raw = writer.calculate("Mul", raw, 2.0)
    return linear.beside_rest(writer, logistic(writer, raw))


@converts("choice", "sklearn.GradientBoostingClassifier")
def _boosted_choice(writer: Writer, model: Any, block: Block) -> str:
    classes, raw = len(model.classes_), asking.decision(writer, model, block)
    if classes > 2:
        return asking.largest(writer, raw)
    above = writer.calculate("GreaterOrEqual", raw, 0.0)
    return writer.node("Reshape", writer.cast(above, TensorProto.INT64), writer.constant(np.array([-1])))
