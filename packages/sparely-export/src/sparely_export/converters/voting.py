"""Ensembles of estimators of any kind whose answers are put together by their number: voting and bagging."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sparely_export.converters import asking
from sparely_export.converters.blocks import Block
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.writing import Writer


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
