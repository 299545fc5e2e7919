"""Teaches skl2onnx the trees of this package, alone and as steps of scikit-learn pipelines."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from onnx import TensorProto
from skl2onnx import update_registered_converter
from skl2onnx.common.data_types import (
    DoubleTensorType,
    FloatTensorType,
    Int64TensorType,
    StringTensorType,
)
from skl2onnx.operator_converters.common import concatenate_variables
from sklearn.base import is_classifier
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from sparely_export.trees import catboost_trees, histogram, isolation, lightgbm_trees, xgboost_trees
from sparely_export.trees.ensemble import Ensemble, Link

EXACT = "ExactTrees"
"""Begins the name of every operator that is written here; the ones without it are skl2onnx' own."""

SCORE_OPERATORS: dict[Link, str] = {
    "identity": "Identity",
    "exp": "Exp",
    "logistic": "Sigmoid",
    "softmax": "Softmax",
    "logistic of each": "Sigmoid",
}

FRAMEWORKS: dict[str, tuple[tuple[str, ...], Callable[[Any], Ensemble]]] = {
    "xgboost": (
        ("XGBClassifier", "XGBRegressor", "XGBRanker", "XGBRFClassifier", "XGBRFRegressor"),
        lambda model: xgboost_trees.ensemble_of(model.get_booster()),
    ),
    "lightgbm": (
        ("LGBMClassifier", "LGBMRegressor", "LGBMRanker"),
        lambda model: lightgbm_trees.ensemble_of(model.booster_),
    ),
    "catboost": (
        ("CatBoostClassifier", "CatBoostRegressor", "CatBoostRanker"),
        catboost_trees.ensemble_of,
    ),
}
"""By package: its estimators, and how their trees are read."""


def register() -> None:
    """Register scikit-learn's histogram boosting, and the estimators of those frameworks that are loaded."""
    for estimator in (HistGradientBoostingClassifier, HistGradientBoostingRegressor):
        teach(estimator, histogram.ensemble_of)
    isolation.register()
    for package, (names, read) in FRAMEWORKS.items():
        if package in sys.modules:
            for name in names:
                teach(getattr(sys.modules[package], name), read)


def teach(estimator: type, read: Callable[[Any], Ensemble]) -> None:
    """Register one type of estimator with the function that reads its trees."""

    def convert(scope: Any, operator: Any, container: Any) -> None:
        _Writer(scope, operator, container).write(read(operator.raw_operator))

    classifies = "Classifier" in estimator.__name__
    options = {"zipmap": [True, False, "columns"], "nocl": [True, False]} if classifies else None
    parser = _parse_classifier if classifies else None
    alias = f"{EXACT}{estimator.__name__}"
    update_registered_converter(estimator, alias, _shapes, convert, parser=parser, options=options)


def _parse_classifier(scope: Any, model: Any, inputs: list[Any], custom_parsers: Any = None) -> list[Any]:
    """Declare label and probabilities, as skl2onnx does of itself only for types that derive from scikit-learn's."""
    operator = scope.declare_local_operator(f"{EXACT}{type(model).__name__}", model)
    operator.inputs = inputs
    operator.outputs.append(scope.declare_local_variable("label", Int64TensorType()))
    operator.outputs.append(scope.declare_local_variable("probabilities", FloatTensorType()))
    outputs: list[Any] = operator.outputs
    return outputs


def _shapes(operator: Any) -> None:
    model, rows = operator.raw_operator, operator.inputs[0].get_first_dimension()
    if not is_classifier(model):
        operator.outputs[0].type = FloatTensorType([rows, None])
        return
    classes = np.asarray(model.classes_)
    label = StringTensorType if classes.dtype.kind in "OUT" else Int64TensorType
    operator.outputs[0].type = label([rows])
    operator.outputs[1].type = FloatTensorType([rows, len(classes)])


class _Writer:
    """Writes one ensemble into skl2onnx' container, a node a call."""

    def __init__(self, scope: Any, operator: Any, container: Any) -> None:
        self.scope, self.operator, self.container = scope, operator, container

    def write(self, ensemble: Ensemble) -> None:
        source, double = self._source(ensemble)
        target = None if is_classifier(self.operator.raw_operator) else self.operator.outputs[0].full_name
        scores = self._node(
            "TreeEnsembleRegressor",
            [source],
            domain="ai.onnx.ml",
            version=3,
            **ensemble.attributes(double=double),
        )
        link: dict[str, Any] = {"axis": 1} if ensemble.link == "softmax" else {}
        answers = self._node(SCORE_OPERATORS[ensemble.link], [scores], target, **link)
        if target is None:
            self._classify(answers, len(ensemble.base))

    def _source(self, ensemble: Ensemble) -> tuple[str, bool]:
        """One matrix of what the trees compare: float32, or float64 where the framework has it so."""
        inputs = self.operator.inputs
        name = inputs[0].full_name if len(inputs) == 1 else concatenate_variables(self.scope, inputs, self.container)
        kinds = {type(entry.type) for entry in inputs}
        double = not ensemble.narrow and DoubleTensorType in kinds
        compared = DoubleTensorType if double else FloatTensorType
        if kinds == {compared}:
            return name, double
        return self._node("Cast", [name], to=TensorProto.DOUBLE if double else TensorProto.FLOAT), double

    def _classify(self, answers: str, scores: int) -> None:
        label, probabilities = (output.full_name for output in self.operator.outputs)
        if scores == 1:
            one = self._constant(np.array([1], dtype=np.float32))
            other = self._node("Sub", [one, answers])
            self._node("Concat", [other, answers], probabilities, axis=1)
        else:
            self._node("Identity", [answers], probabilities)
        best = self._node("ArgMax", [probabilities], axis=1, keepdims=0)
        classes = np.asarray(self.operator.raw_operator.classes_)
        if classes.dtype.kind not in "OUT":
            classes = classes.astype(np.int64)
        self._node("Gather", [self._constant(classes), best], label, axis=0)

    def _constant(self, values: np.ndarray) -> str:
        name: str = self.scope.get_unique_variable_name("constant")
        kinds = {"f": TensorProto.FLOAT, "i": TensorProto.INT64}
        kind = kinds.get(values.dtype.kind, TensorProto.STRING)
        listed = [str(value) for value in values] if kind == TensorProto.STRING else values.tolist()
        self.container.add_initializer(name, kind, [len(values)], listed)
        return name

    def _node(
        self,
        operator: str,
        inputs: list[str],
        output: str | None = None,
        *,
        domain: str = "",
        version: int = 13,
        **attributes: Any,
    ) -> str:
        result: str = output or self.scope.get_unique_variable_name("variable")
        name = self.scope.get_unique_operator_name(f"{EXACT}{operator}")
        self.container.add_node(
            operator, inputs, [result], op_domain=domain, op_version=version, name=name, **attributes
        )
        return result
