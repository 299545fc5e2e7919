"""Several answers a row, side by side or each with those before it."""

from typing import Any

import numpy as np

from sparely_export.converters import asking
from sparely_export.converters.blocks import Block
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Writer


@converts("predict", "sklearn.MultiOutputRegressor")
def _numbers(writer: Writer, model: Any, block: Block) -> str:
    return writer.joined([asking.predict(writer, each, block) for each in model.estimators_])


@converts("choice", "sklearn.MultiOutputClassifier")
def _labels(writer: Writer, model: Any, block: Block) -> str:
    return writer.joined([_label(writer, each, block) for each in model.estimators_])


@converts("probabilities", "sklearn.MultiOutputClassifier")
def _of_one(writer: Writer, model: Any, block: Block) -> str:
    return writer.joined([_share(writer, each, block) for each in model.estimators_])


def _label(writer: Writer, model: Any, block: Block) -> str:
    """0 or 1 of one label, int64 (n, 1)."""
    found = writer.node(
        "Gather", writer.constant(np.asarray(model.classes_, dtype=np.int64)), asking.choice(writer, model, block)
    )
    return writer.node("Reshape", found, writer.constant(np.array([-1, 1])))


def _share(writer: Writer, model: Any, block: Block) -> str:
    """The probability of 1 of one label, (n, 1)."""
    found, classes = asking.probabilities(writer, model, block), np.asarray(model.classes_).tolist()
    if 1 not in classes:
        return writer.calculate("Mul", writer.columns(found, [0]), 0.0)
    return writer.columns(found, [classes.index(1)])


def _chained(writer: Writer, model: Any, block: Block, answer: Any, handed_on: Any) -> str:
    """Each member sees the rows and what those before it have answered."""
    rows, answers = Block(block.parts), []
    for each in model.estimators_:
        answers.append(answer(writer, each, rows))
        handed = handed_on(writer, each, rows)
        rows = Block((*rows.parts, *writer.block(writer.cast(handed), 1).parts))
    order = np.argsort(np.asarray(model.order_))
    return writer.columns(writer.joined(answers), order.tolist())


def _handed(model: Any) -> Any:
    return _share if getattr(model, "chain_method", "predict") == "predict_proba" else _label


@converts("choice", "sklearn.ClassifierChain")
def _chain_labels(writer: Writer, model: Any, block: Block) -> str:
    return _chained(writer, model, block, _label, _handed(model))


@converts("probabilities", "sklearn.ClassifierChain")
def _chain_shares(writer: Writer, model: Any, block: Block) -> str:
    return _chained(writer, model, block, _share, _handed(model))


@converts("predict", "sklearn.RegressorChain")
def _chain_numbers(writer: Writer, model: Any, block: Block) -> str:
    return _chained(writer, model, block, asking.predict, asking.predict)
