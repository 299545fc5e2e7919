"""Trees of every kind before and after: equal answers on both sides of each split, in fewer bytes."""

from collections.abc import Callable
from typing import Any

import catboost
import lightgbm
import numpy as np
import onnx
import onnxruntime
import pytest
import xgboost
from onnx import TensorProto, helper, numpy_helper
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    VotingRegressor,
)
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from sparely_export.conversion import convert
from sparely_export.features import Feature
from sparely_export.inputs import inputs_of
from sparely_export.thresholds import threshold_rows
from sparely_export.trees import shrinking
from sparely_export.trees.shrinking import Shrunk, shrink
from sparely_export.trees.size import nodes_written

DRAWS = np.random.default_rng(21)
ROWS = DRAWS.normal(size=(300, 4)).astype(np.float32).round(2)
SUM = ROWS[:, 0] + np.sin(2 * ROWS[:, 1]) + DRAWS.normal(size=300) * 0.3
TWO, THREE = (SUM > 0).astype(int), np.digitize(SUM, [-0.5, 0.5])
WORDS = np.array(["low", "middle", "high"])[THREE]
FEATURES = tuple(Feature(name=f"f{place}", null="nan") for place in range(4))
NEVER, ALWAYS = 10**12, 0

Model = Callable[[], Any]
ONE_WEIGHT: dict[str, tuple[Model, Any]] = {
    "forest": (lambda: RandomForestRegressor(8, random_state=0), SUM),
    "forest of two classes": (lambda: RandomForestClassifier(9, random_state=0), TWO),
    "forest of three classes": (lambda: RandomForestClassifier(9, random_state=0), WORDS),
    "extra trees": (lambda: ExtraTreesClassifier(7, random_state=0), THREE),
    "tree": (lambda: DecisionTreeClassifier(random_state=0), WORDS),
    "boosting": (lambda: GradientBoostingRegressor(n_estimators=9, random_state=0), SUM),
    "histogram": (lambda: HistGradientBoostingClassifier(max_iter=9, random_state=0), WORDS),
    "isolation": (lambda: IsolationForest(n_estimators=9, random_state=0), None),
    "xgboost": (lambda: xgboost.XGBClassifier(n_estimators=9), THREE),
    "lightgbm": (lambda: lightgbm.LGBMClassifier(n_estimators=9, verbose=-1, n_jobs=1), TWO),
    "catboost": (lambda: catboost.CatBoostRegressor(iterations=9, verbose=0, allow_writing_files=False), SUM),
    "several": (
        lambda: VotingRegressor(
            [("a", RandomForestRegressor(5, random_state=0)), ("b", GradientBoostingRegressor(n_estimators=5)),
             ("c", Ridge())]
        ),
        SUM,
    ),
    "behind words": (
        lambda: make_pipeline(
            make_column_transformer((OneHotEncoder(handle_unknown="ignore"), [3]), remainder="passthrough"),
            RandomForestRegressor(5, random_state=0)),
        SUM,
    ),
    "behind a scaler": (lambda: make_pipeline(StandardScaler(), RandomForestRegressor(5, random_state=0)), SUM),
}  # fmt: skip
"""Models of which a leaf adds to one target, and what they learn."""


def both(
    monkeypatch: pytest.MonkeyPatch, model: Any, datatype: str = "FP32"
) -> tuple[onnx.ModelProto, onnx.ModelProto, Shrunk | None]:
    """The graph as it was, as it becomes, and what is said of it."""
    inputs = inputs_of(FEATURES, datatype)
    monkeypatch.setattr(shrinking, "LEAST_NODES", NEVER)
    before = convert(model, inputs, "trees").proto
    monkeypatch.setattr(shrinking, "LEAST_NODES", ALWAYS)
    after = convert(model, inputs, "trees")
    return before, after.proto, after.shrunk


def around(proto: onnx.ModelProto, datatype: str) -> np.ndarray:
    """Rows on both sides of each split, some with missing values."""
    names = [f"f{place}" for place in range(4)]
    known = [dict(zip(names, row, strict=True)) for row in ROWS.astype(float).tolist()]
    low, high = ROWS.min(axis=0), ROWS.max(axis=0)
    features = tuple(
        Feature(name=name, null="nan", minimum=float(low[at]), maximum=float(high[at])) for at, name in enumerate(names)
    )
    found = threshold_rows(proto, inputs_of(features, datatype), known)
    rows = np.array([[row[name] for name in names] for row in found] or ROWS)
    missing = np.where(np.random.default_rng(0).random(rows.shape) < 0.2, np.nan, rows)
    return np.concatenate([ROWS, rows, missing]).astype(np.float64 if datatype == "FP64" else np.float32)


def answers(proto: onnx.ModelProto, rows: np.ndarray) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    found: list[np.ndarray] = session.run(None, {proto.graph.input[0].name: rows})
    return found


def operators(proto: onnx.ModelProto) -> set[str]:
    return {node.op_type for node in proto.graph.node if node.op_type.startswith("TreeEnsemble")}


@pytest.mark.parametrize("datatype", ["FP32", "FP64"])
@pytest.mark.parametrize("kind", ONE_WEIGHT)
def test_answers_are_equal_and_bytes_fewer(kind: str, datatype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last bit, at half of the bytes or less."""
    model, target = ONE_WEIGHT[kind]
    before, after, said = both(monkeypatch, model().fit(ROWS, target), datatype)
    rows = around(before, datatype)

    for expected, got in zip(answers(before, rows), answers(after, rows), strict=True):
        np.testing.assert_array_equal(got, expected)

    assert operators(after) == {"TreeEnsemble"}
    assert said is not None
    assert said.after < 0.5 * said.before
    assert said.before - said.after == pytest.approx(before.ByteSize() - after.ByteSize(), abs=1_000)


@pytest.mark.parametrize("target", [TWO, WORDS], ids=["two classes", "three classes"])
def test_boosting_has_its_function_in_a_node_of_its_own(target: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels are equal, probabilities to what another implementation of a logistic function or a softmax gives."""
    model = GradientBoostingClassifier(n_estimators=9, random_state=0).fit(ROWS, target)
    before, after, _ = both(monkeypatch, model)
    rows = around(before, "FP32")

    (labels, expected), (got_labels, got) = answers(before, rows), answers(after, rows)

    assert operators(after) == {"TreeEnsemble"}
    assert got_labels.tolist() == labels.tolist()
    np.testing.assert_allclose(got, expected, rtol=3e-7, atol=1e-8)


@pytest.mark.parametrize("datatype", ["FP32", "FP64"])
@pytest.mark.parametrize("kind", [RandomForestClassifier, ExtraTreesClassifier])
def test_shares_of_two_classes_are_one_number_a_leaf(kind: Any, datatype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other is what is left; labels are equal, also where classes draw, and the estimator's."""
    table, target = np.round(ROWS), (np.round(SUM) > 0).astype(int)
    model = kind(10, min_samples_leaf=3, random_state=0).fit(table, target)
    before, after, said = both(monkeypatch, model, datatype)
    rows = np.concatenate([table, around(before, datatype)]).astype("f8" if datatype == "FP64" else "f4")

    (labels, expected), (got_labels, got) = answers(before, rows), answers(after, rows)

    assert operators(after) == {"TreeEnsemble"}
    assert said is not None
    assert said.after < 0.35 * said.before
    assert got_labels.tolist() == labels.tolist()
    assert got_labels[: len(table)].tolist() == model.predict(table).tolist()
    np.testing.assert_allclose(got, expected, atol=3e-7)


def test_of_many_trees_one_number_a_leaf_takes_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    """In float32 a small share would be the difference of two large sums."""
    monkeypatch.setattr(shrinking, "MOST_TREES", 9)
    model = RandomForestClassifier(10, max_depth=3, random_state=0).fit(ROWS, TWO)

    assert operators(both(monkeypatch, model, "FP32")[1]) == {"TreeEnsembleRegressor"}
    assert operators(both(monkeypatch, model, "FP64")[1]) == {"TreeEnsemble"}


def test_missing_values_go_where_they_went(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of trees that learned it."""
    table = np.where(DRAWS.random(ROWS.shape) < 0.2, np.nan, ROWS)
    before, after, _ = both(monkeypatch, RandomForestRegressor(6, random_state=0).fit(table, SUM))
    rows = np.concatenate([table.astype(np.float32), around(before, "FP32")])

    np.testing.assert_array_equal(answers(after, rows)[0], answers(before, rows)[0])


def test_many_leaves_of_several_targets_keep_the_older_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the weights of 0."""
    model = RandomForestClassifier(9, max_depth=4, random_state=0).fit(ROWS, WORDS)
    before, after, said = both(monkeypatch, model)
    rows = around(before, "FP32")

    for expected, got in zip(answers(before, rows), answers(after, rows), strict=True):
        np.testing.assert_array_equal(got, expected)
    assert operators(after) == operators(before)
    assert said is not None
    assert said.after < said.before


def test_few_trees_stay_as_they_are() -> None:
    """There is nothing to gain, and the bytes of models that are served do not change."""
    model = RandomForestRegressor(2, random_state=0).fit(ROWS, SUM)

    made = convert(model, inputs_of(FEATURES), "trees")

    assert nodes_written(made.proto) < shrinking.LEAST_NODES
    assert operators(made.proto) == {"TreeEnsembleRegressor"}
    assert made.shrunk is None


@pytest.mark.parametrize(("trees", "is_newer"), [(10, True), (11, False)])
def test_many_trees_keep_the_older_operator(monkeypatch: pytest.MonkeyPatch, trees: int, is_newer: bool) -> None:
    """The engine would open them all the slower, however small they are."""
    monkeypatch.setattr(shrinking, "LEAST_NODES", ALWAYS)
    monkeypatch.setattr(shrinking, "MOST_ROOTS", 10)
    model = RandomForestRegressor(trees, random_state=0).fit(ROWS, SUM)

    made = convert(model, inputs_of(FEATURES), "trees").proto

    assert ("TreeEnsemble" in {node.op_type for node in made.graph.node}) is is_newer


def test_the_same_splits_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thresholds are read from either operator."""
    before, after, _ = both(monkeypatch, RandomForestRegressor(3, max_depth=3, random_state=0).fit(ROWS, SUM))

    assert len(around(before, "FP32")) > len(ROWS)
    np.testing.assert_array_equal(np.sort(around(after, "FP32"), axis=0), np.sort(around(before, "FP32"), axis=0))


def by_hand(kind: int, **more: Any) -> onnx.ModelProto:
    """One split of a column of a type, as another tool may have written it: nodes in another order, 10 on top."""
    node = helper.make_node(
        "TreeEnsembleRegressor", ["rows"], ["scores"], domain="ai.onnx.ml", n_targets=1,
        nodes_treeids=[0, 0, 0], nodes_nodeids=[0, 2, 1], nodes_featureids=[0, 0, 0], nodes_values=[2.5, 0.0, 0.0],
        nodes_modes=["BRANCH_LT", "LEAF", "LEAF"], nodes_truenodeids=[1, 0, 0], nodes_falsenodeids=[2, 0, 0],
        target_treeids=[0, 0], target_nodeids=[2, 1], target_ids=[0, 0], target_weights=[3.0, -1.0],
        base_values=[10.0], **more,
    )  # fmt: skip
    graph = helper.make_graph(
        [node],
        "trees",
        [helper.make_tensor_value_info("rows", kind, [None, 1])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [None, 1])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 1)]
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    return model


@pytest.mark.parametrize("kind", [TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT64])
def test_whatever_numbers_come_in(kind: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole numbers, which only the older operator takes, are cast."""
    monkeypatch.setattr(shrinking, "LEAST_NODES", ALWAYS)
    proto = by_hand(kind)

    assert shrink(proto) is not None

    rows = np.array([[2], [3]], dtype=helper.tensor_dtype_to_np_dtype(kind))
    assert answers(proto, rows)[0].tolist() == [[9], [13]]


def test_what_is_no_sum_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """An average, here."""
    monkeypatch.setattr(shrinking, "LEAST_NODES", ALWAYS)
    proto = by_hand(TensorProto.FLOAT, aggregate_function="AVERAGE")

    assert shrink(proto) is None
    assert operators(proto) == {"TreeEnsembleRegressor"}


def test_an_operator_that_would_be_read_otherwise_keeps_all_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """LabelEncoder has other attributes since ai.onnx.ml 2."""
    monkeypatch.setattr(shrinking, "LEAST_NODES", ALWAYS)
    proto = by_hand(TensorProto.FLOAT)
    proto.graph.node.append(
        helper.make_node("LabelEncoder", ["words"], ["numbers"], domain="ai.onnx.ml", classes_strings=["a"])
    )

    assert shrink(proto) is None


def test_trees_in_a_branch_keep_all_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph has the older operators or the newer one."""
    monkeypatch.setattr(shrinking, "LEAST_NODES", ALWAYS)
    proto, inside = by_hand(TensorProto.FLOAT), by_hand(TensorProto.FLOAT).graph
    proto.graph.initializer.append(numpy_helper.from_array(np.array(True), "yes"))
    proto.graph.node.append(helper.make_node("If", ["yes"], ["out"], then_branch=inside, else_branch=inside))

    assert shrink(proto) is None
