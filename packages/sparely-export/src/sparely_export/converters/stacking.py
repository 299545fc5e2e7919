"""Stacking: what members answer is what a last one learns of."""

from typing import Any

import numpy as np
from sklearn.base import is_classifier

from sparely_export.converters import asking
from sparely_export.converters.blocks import Block
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Writer


def _stacked(writer: Writer, model: Any, block: Block) -> Block:
    made, width = [], 0
    for each, method in zip(model.estimators_, model.stack_method_, strict=True):
        count = len(model.classes_) if hasattr(model, "classes_") and not isinstance(model.classes_, list) else 1
        if method == "predict_proba":
            found = asking.probabilities(writer, each, block)
            made.append(writer.columns(found, [1]) if count == 2 else found)
        elif method == "decision_function":
            made.append(asking.decision(writer, each, block))
        elif is_classifier(each):
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
