"""Ensembles of estimators of any kind: voting, stacking, bagging, AdaBoost."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import TensorProto

from sparely_export.converters import asking
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.writing import Block, Writer


def one_hot(writer: Writer, index: str, classes: int) -> str:
    """(n, c) numbers of the index of each row's class."""
    column = writer.node("Reshape", index, writer.constant(np.array([-1, 1])))
    return writer.cast(writer.node("Equal", column, writer.constant(np.arange(classes).reshape(1, -1))))


def weighed(writer: Writer, values: list[str], weights: Any) -> str:
    """The mean of tensors, by weights if there are some."""
    shares = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
    terms = [writer.calculate("Mul", value, float(share)) for value, share in zip(values, shares, strict=True)]
    total = writer.node("Sum", *terms) if len(terms) > 1 else terms[0]
    return writer.calculate("Div", total, float(shares.sum()))


COUNTING = ("Tree", "Forest", "Neighbors", "Bagging", "EasyEnsemble", "Voting")
"""In the names of classifiers whose probabilities are votes by their number, which draw more often than others."""


def _check_draws(writer: Writer, members: Sequence[Any], weights: Any = None) -> None:
    """
    Leave to float64 what draws there by its last bits alone.

    Raises:
        NoForm: the graph's numbers are float32, and would have other draws.
    """
    parted = weights is not None and any(float(weight) != int(weight) for weight in weights)
    kinds = {type(each.steps[-1][1] if hasattr(each, "steps") else each).__name__ for each in members}
    if not writer.double and (parted or any(word in kind for word in COUNTING for kind in kinds)):
        raise NoForm("classes may draw, and float32 has other draws")


def _weights(model: Any) -> Any:
    if model.weights is None:
        return None
    return [weight for (_, each), weight in zip(model.estimators, model.weights, strict=True) if each != "drop"]


@converts("probabilities", "sklearn.VotingClassifier")
def _vote_shares(writer: Writer, model: Any, block: Block) -> str:
    return weighed(writer, [asking.probabilities(writer, each, block) for each in model.estimators_], _weights(model))


@converts("choice", "sklearn.VotingClassifier")
def _vote(writer: Writer, model: Any, block: Block) -> str:
    if model.voting == "soft" or model.weights is not None:
        _check_draws(writer, model.estimators_ if model.voting == "soft" else (), _weights(model))
    if model.voting == "soft":
        return asking.largest(writer, asking.probabilities(writer, model, block))
    classes = len(model.classes_)
    votes = [one_hot(writer, asking.choice(writer, each, block), classes) for each in model.estimators_]
    return asking.largest(writer, weighed(writer, votes, _weights(model)))


@converts("predict", "sklearn.VotingRegressor")
def _mean(writer: Writer, model: Any, block: Block) -> str:
    return weighed(writer, [asking.predict(writer, each, block) for each in model.estimators_], _weights(model))


def _stacked(writer: Writer, model: Any, block: Block) -> Block:
    made, width = [], 0
    for each, method in zip(model.estimators_, model.stack_method_, strict=True):
        count = len(model.classes_) if hasattr(model, "classes_") and not isinstance(model.classes_, list) else 1
        if method == "predict_proba":
            found = asking.probabilities(writer, each, block)
            made.append(writer.columns(found, [1]) if count == 2 else found)
        elif method == "decision_function":
            made.append(asking.decision(writer, each, block))
        elif hasattr(each, "classes_"):
            found = asking.choice(writer, each, block)
            labels = writer.constant(np.asarray(each.classes_, dtype=np.float64))
            made.append(
                writer.node("Reshape", writer.node("Gather", labels, found), writer.constant(np.array([-1, 1])))
            )
            count = 1
        else:
            made.append(asking.predict(writer, each, block))
            count = 1
        width += 1 if count == 2 else count
    stacked = writer.block(writer.joined(made), width)
    return Block((*stacked.parts, *block.parts)) if model.passthrough else stacked


@converts("probabilities", "sklearn.StackingClassifier")
def _stacked_shares(writer: Writer, model: Any, block: Block) -> str:
    return asking.probabilities(writer, model.final_estimator_, _stacked(writer, model, block))


@converts("decision", "sklearn.StackingClassifier")
def _stacked_scores(writer: Writer, model: Any, block: Block) -> str:
    return asking.decision(writer, model.final_estimator_, _stacked(writer, model, block))


@converts("choice", "sklearn.StackingClassifier")
def _stacked_choice(writer: Writer, model: Any, block: Block) -> str:
    return asking.choice(writer, model.final_estimator_, _stacked(writer, model, block))


@converts("predict", "sklearn.StackingRegressor")
def _stacked_numbers(writer: Writer, model: Any, block: Block) -> str:
    return asking.predict(writer, model.final_estimator_, _stacked(writer, model, block))


def _drawn(writer: Writer, model: Any, block: Block) -> list[tuple[Any, Block]]:
    """The members of a bag, each with the columns that it was fitted on."""
    every = list(range(block.width))
    nameless = Block(block.parts)
    return [
        (each, nameless if list(columns) == every else writer.select(nameless, [int(place) for place in columns]))
        for each, columns in zip(model.estimators_, model.estimators_features_, strict=True)
    ]


@converts(
    "probabilities",
    "sklearn.BaggingClassifier",
    "imblearn.BalancedBaggingClassifier",
    "imblearn.EasyEnsembleClassifier",
)
def _bagged(writer: Writer, model: Any, block: Block) -> str:
    classes, made = len(model.classes_), []
    for each, columns in _drawn(writer, model, block):
        if not hasattr(each, "predict_proba"):
            made.append(one_hot(writer, asking.choice(writer, each, columns), classes))
            continue
        found = asking.probabilities(writer, each, columns)
        if len(each.classes_) != classes:
            spread = np.zeros((len(each.classes_), classes))
            spread[range(len(each.classes_)), np.asarray(each.classes_, dtype=int)] = 1
            found = writer.node("MatMul", found, writer.constant(spread))
        made.append(found)
    return weighed(writer, made, None)


@converts(
    "choice", "sklearn.BaggingClassifier", "imblearn.BalancedBaggingClassifier", "imblearn.EasyEnsembleClassifier"
)
def _bagged_choice(writer: Writer, model: Any, block: Block) -> str:
    _check_draws(writer, model.estimators_)
    return asking.largest(writer, asking.probabilities(writer, model, block))


@converts(
    "decision", "sklearn.BaggingClassifier", "imblearn.BalancedBaggingClassifier", "imblearn.EasyEnsembleClassifier"
)
def _bagged_scores(writer: Writer, model: Any, block: Block) -> str:
    return weighed(
        writer, [asking.decision(writer, each, columns) for each, columns in _drawn(writer, model, block)], None
    )


@converts("predict", "sklearn.BaggingRegressor")
def _bagged_numbers(writer: Writer, model: Any, block: Block) -> str:
    return weighed(
        writer, [asking.predict(writer, each, columns) for each, columns in _drawn(writer, model, block)], None
    )


@converts("decision", "sklearn.AdaBoostClassifier", "imblearn.RUSBoostClassifier")
def _adapted(writer: Writer, model: Any, block: Block) -> str:
    if getattr(model, "algorithm", "SAMME") == "SAMME.R":
        raise NoForm('AdaBoostClassifier with algorithm="SAMME.R"')
    classes = len(model.classes_)
    terms = []
    for each, weight in zip(model.estimators_, model.estimator_weights_, strict=False):
        found = one_hot(writer, _as_own(writer, asking.choice(writer, each, block), each, model), classes)
        terms.append(
            writer.calculate(
                "Mul",
                writer.calculate("Sub", writer.calculate("Mul", found, classes / (classes - 1)), 1 / (classes - 1)),
                float(weight),
            )
        )
    total = writer.node("Sum", *terms) if len(terms) > 1 else terms[0]
    raw = writer.calculate("Div", total, float(model.estimator_weights_.sum()))
    if classes > 2:
        return raw
    return writer.node("Sub", writer.columns(raw, [1]), writer.columns(raw, [0]))


def _as_own(writer: Writer, index: str, member: Any, model: Any) -> str:
    """A member's index of a class as the ensemble's, for a member may have met fewer."""
    known = np.asarray(model.classes_).tolist()
    places = [known.index(each) for each in np.asarray(member.classes_).tolist()]
    return (
        index if places == list(range(len(known))) else writer.node("Gather", writer.constant(np.array(places)), index)
    )


@converts("choice", "sklearn.AdaBoostClassifier", "imblearn.RUSBoostClassifier")
def _adapted_choice(writer: Writer, model: Any, block: Block) -> str:
    return asking.of_decision(writer, asking.decision(writer, model, block), len(model.classes_))


@converts("probabilities", "sklearn.AdaBoostClassifier", "imblearn.RUSBoostClassifier")
def _adapted_shares(writer: Writer, model: Any, block: Block) -> str:
    raw, classes = asking.decision(writer, model, block), len(model.classes_)
    if classes == 2:
        half = writer.calculate("Div", raw, 2.0)
        return writer.node("Softmax", writer.joined([writer.node("Neg", half), half]), axis=1)
    return writer.node("Softmax", writer.calculate("Div", raw, float(classes - 1)), axis=1)


@converts("predict", "sklearn.AdaBoostRegressor")
def _median(writer: Writer, model: Any, block: Block) -> str:
    """The weighted median: sort the members' answers, and take the first where half of the weights is reached."""
    count = len(model.estimators_)
    values = writer.joined([asking.predict(writer, each, block) for each in model.estimators_])
    top = writer.constant(np.array([count]))
    ordered, order = writer.nodes_of("TopK", [values, top], 2, axis=1, largest=0, sorted=1)
    weights = writer.constant(np.asarray(model.estimator_weights_[:count], dtype=np.float64))
    running = writer.node("CumSum", writer.node("Gather", weights, order, axis=0), writer.constant(np.array(1)))
    half = float(0.5 * np.asarray(model.estimator_weights_[:count]).sum())
    enough = writer.cast(writer.calculate("GreaterOrEqual", running, half), TensorProto.INT64)
    place = writer.node("ArgMax", enough, axis=1, keepdims=1)
    return writer.node("GatherElements", ordered, place, axis=1)
