"""scikit-learn's IsolationForest as one node: each leaf adds how deep it lies, and a power makes the score."""

from typing import Any

import numpy as np
from onnx import TensorProto
from skl2onnx import update_registered_converter
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType
from skl2onnx.operator_converters.common import concatenate_variables
from sklearn.ensemble import IsolationForest

from sparely_export.trees.ensemble import Ensemble, Tree

NAME = "ExactTreesIsolationForest"
EULER = float(np.euler_gamma)


def register() -> None:
    """Teach skl2onnx this form; its own has a sub-graph for each tree, which opens in seconds."""
    update_registered_converter(
        IsolationForest, NAME, _shapes, _convert, options={"score_samples": [True, False]}, overwrite=True
    )


def ensemble_of(model: Any) -> Ensemble:
    """Read a fitted forest: the sum of its leaves is the sum of the depths at which a row is alone."""
    trees = [
        _tree(each.tree_, np.asarray(columns))
        for each, columns in zip(model.estimators_, model.estimators_features_, strict=True)
    ]
    return Ensemble(trees=trees, comparison="BRANCH_LEQ", base=np.zeros(1), link="identity", narrow=True)


def average_path(samples: Any) -> np.ndarray:
    """
    How deep one of n rows lies on average in a tree that parts them all.

    Source: Liu, Ting and Zhou, Isolation Forest, equation 1 (read 2026-11-28).
    """
    counts = np.asarray(samples, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        many = 2 * (np.log(counts - 1) + EULER) - 2 * (counts - 1) / counts
    return np.where(counts <= 1, 0.0, np.where(counts == 2, 1.0, many))


def _tree(fitted: Any, columns: np.ndarray) -> Tree:
    leaf = fitted.children_left < 0
    depths = np.zeros(fitted.node_count)
    for node in range(fitted.node_count):  # a node comes before its children
        for child in (fitted.children_left[node], fitted.children_right[node]):
            if child >= 0:
                depths[child] = depths[node] + 1
    missing = getattr(fitted, "missing_go_to_left", np.zeros(fitted.node_count))
    weights = np.where(leaf, depths + average_path(fitted.n_node_samples), 0.0)
    return Tree(
        columns=columns[np.where(leaf, 0, fitted.feature)],
        thresholds=np.where(leaf, 0.0, fitted.threshold),
        yes=np.where(leaf, -1, fitted.children_left),
        no=np.where(leaf, -1, fitted.children_right),
        missing_is_yes=np.asarray(missing).astype(bool),
        weights=weights.reshape(-1, 1),
        targets=(0,),
    )


def _shapes(operator: Any) -> None:
    rows = operator.inputs[0].get_first_dimension()
    operator.outputs[0].type = Int64TensorType([rows, 1])
    operator.outputs[1].type = FloatTensorType([rows, 1])


def _convert(scope: Any, operator: Any, container: Any) -> None:
    model = operator.raw_operator
    label, score = (output.full_name for output in operator.outputs)

    def node(kind: str, *inputs: str, result: str = "", domain: str = "", version: int = 13, **attributes: Any) -> str:
        result = result or scope.get_unique_variable_name("isolation")
        name = scope.get_unique_operator_name(f"{NAME}{kind}")
        container.add_node(kind, list(inputs), [result], op_domain=domain, op_version=version, name=name, **attributes)
        return result

    def constant(value: float, kind: int = TensorProto.DOUBLE) -> str:
        name: str = scope.get_unique_variable_name("constant")
        container.add_initializer(name, kind, [1], [value])
        return name

    inputs = operator.inputs
    rows = inputs[0].full_name if len(inputs) == 1 else concatenate_variables(scope, inputs, container)
    narrow = node("Cast", rows, to=TensorProto.FLOAT)
    attributes = ensemble_of(model).attributes(double=False).items()
    trees = {name: each.tolist() if isinstance(each, np.ndarray) else each for name, each in attributes}
    wide = node(
        "Cast", node("TreeEnsembleRegressor", narrow, domain="ai.onnx.ml", version=3, **trees), to=TensorProto.DOUBLE
    )
    whole = len(model.estimators_) * float(average_path([model._max_samples])[0])
    power = node("Pow", constant(2.0), node("Mul", wide, constant(-1.0 / whole if whole else 0.0)))
    decision = node("Sub", node("Neg", power), constant(float(model.offset_)))
    node("Cast", decision, result=score, to=TensorProto.FLOAT)
    # What lies at the border is no outlier, and float32 sums of depths are not exact to the last bit.
    border = -whole * float(np.log2(-model.offset_)) * (1 - 1e-7)
    outlier = node("Less", wide, constant(border))
    node("Where", outlier, constant(-1, TensorProto.INT64), constant(1, TensorProto.INT64), result=label)
