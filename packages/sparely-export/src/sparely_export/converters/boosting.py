"""Histogram boosting, XGBoost, LightGBM and CatBoost, from the trees that their readers read."""

from typing import Any

import numpy as np
from onnx import TensorProto

from sparely_export.converters import asking, ensembles, linear
from sparely_export.converters.blocks import Block
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Writer
from sparely_export.trees.ensemble import Ensemble
from sparely_export.trees.reading import ensemble_of

CLASSIFIERS = (
    "sklearn.HistGradientBoostingClassifier",
    "xgboost.XGBClassifier",
    "xgboost.XGBRFClassifier",
    "lightgbm.LGBMClassifier",
    "catboost.CatBoostClassifier",
    "sparely_export.BoosterClassifier",
)
OTHERS = (
    "sklearn.HistGradientBoostingRegressor",
    "xgboost.XGBRegressor",
    "xgboost.XGBRFRegressor",
    "xgboost.XGBRanker",
    "lightgbm.LGBMRegressor",
    "lightgbm.LGBMRanker",
    "catboost.CatBoostRegressor",
    "catboost.CatBoostRanker",
    "sparely_export.BoosterRegressor",
    "sparely_export.BoosterRanker",
)

MIDDLE = 0.5


def _read(writer: Writer, model: Any) -> Ensemble:
    key = ("ensemble", id(model))
    if key not in writer.answers:
        writer.answers[key] = ensemble_of(model)
    read: Ensemble = writer.answers[key]
    return read


def _prepared(writer: Writer, model: Any, block: Block) -> Block:
    """Categories as the numbers that splits by sets name."""
    before = getattr(model, "_preprocessor", None)
    if before is not None:  # of histogram boosting
        return asking.transform(writer, before, block)
    from sparely_export.converters.categories import coded

    return coded(writer, model, block)


@converts("predict", *OTHERS)
def _numbers(writer: Writer, model: Any, block: Block) -> str:
    return ensembles.answers(writer, _read(writer, model), _prepared(writer, model, block))


@converts("decision", "sklearn.HistGradientBoostingClassifier", "lightgbm.LGBMClassifier")
def _scores(writer: Writer, model: Any, block: Block) -> str:
    return ensembles.scores(writer, _read(writer, model), _prepared(writer, model, block))


@converts("probabilities", *CLASSIFIERS)
def _classes(writer: Writer, model: Any, block: Block) -> str:
    ensemble = _read(writer, model)
    found = ensembles.answers(writer, ensemble, _prepared(writer, model, block))
    if ensemble.link == "logistic of each" and type(model).__name__ == "LGBMClassifier":
        return found
    return linear.beside_rest(writer, found) if ensemble.targets == 1 else found


@converts("choice", *CLASSIFIERS)
def _choice(writer: Writer, model: Any, block: Block) -> str:
    found, threshold = asking.probabilities(writer, model, block), _threshold(model)
    if threshold == MIDDLE:
        return asking.largest(writer, found)
    above = writer.calculate("Greater", writer.columns(found, [1]), threshold)
    return writer.node("Reshape", writer.cast(above, TensorProto.INT64), writer.constant(np.array([-1])))


def _threshold(model: Any) -> float:
    """From which probability on CatBoost names the second of two classes (`set_probability_threshold`)."""
    if not hasattr(model, "get_probability_threshold") or len(model.classes_) != 2:
        return MIDDLE
    return float(model.get_probability_threshold())
