"""The trees of boosters whose answers are computed in the head, from what their frameworks write."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from sparely_export.graph import open_session
from sparely_export.trees import catboost_trees, lightgbm_trees, xgboost_trees
from sparely_export.trees.ensemble import Ensemble, Membership, UnsupportedTrees
from sparely_export.trees.written import protos_of


def scores(ensemble: Ensemble, values: list[float], *, double: bool) -> list[float]:
    """Run the ensemble's operator on rows of one column."""
    kind = TensorProto.DOUBLE if double else TensorProto.FLOAT
    node = helper.make_node("TreeEnsembleRegressor", ["rows"], ["scores"], domain="ai.onnx.ml")
    node.attribute.extend(protos_of(ensemble.attributes(double=double)))
    graph = helper.make_graph(
        [node],
        "trees",
        [helper.make_tensor_value_info("rows", kind, [None, 1])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [None, len(ensemble.base)])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    rows = np.array(values, dtype=np.float64 if double else np.float32).reshape(-1, 1)
    found: list[float] = open_session(model.SerializeToString()).run(None, {"rows": rows})[0][:, 0].tolist()
    return found


class XgboostStump:
    """Stands for a Booster: -1 below 2.5, 3 from there on, missing values with the smaller, 10 on top."""

    def __init__(self, **tree: Any) -> None:
        self.tree = {
            "split_conditions": [2.5, -1.0, 3.0],
            "split_indices": [0, 0, 0],
            "split_type": [0, 0, 0],
            "left_children": [1, -1, -1],
            "right_children": [2, -1, -1],
            "default_left": [1, 0, 0],
            "tree_param": {"size_leaf_vector": "1"},
        } | tree

    def save_raw(self, form: str) -> bytearray:
        model = {"trees": [self.tree], "tree_info": [0], "iteration_indptr": [0, 1]}
        learner = {
            "objective": {"name": "reg:squarederror"},
            "gradient_booster": {"name": "gbtree", "model": model},
            "learner_model_param": {"base_score": "[1E1]", "num_class": "0", "num_target": "1"},
        }
        return bytearray(json.dumps({"learner": learner}), "utf-8")

    def attr(self, name: str) -> None:
        return None


def test_xgboost_parts_at_less_than() -> None:
    """A value at the threshold goes with the larger, a missing one where training sent it."""
    ensemble = xgboost_trees.ensemble_of(XgboostStump())

    below = float(np.nextafter(np.float32(2.5), np.float32(0)))
    assert scores(ensemble, [1, below, 2.5, 4, float("nan")], double=False) == [9, 9, 13, 13, 9]


def test_xgboost_categories_go_by_their_set() -> None:
    """Members of the set go to the right, all others, never seen ones too, to the left."""
    stump = XgboostStump(
        split_type=[1, 0, 0],
        split_conditions=[0.0, -1.0, 3.0],
        categories=[1, 2],
        categories_nodes=[0],
        categories_segments=[0],
        categories_sizes=[2],
    )
    (membership,) = xgboost_trees.ensemble_of(stump).memberships

    assert membership == Membership(0, frozenset([0]), missing_is_yes=True, unknown_is_yes=True, known=3)


class LightgbmStump:
    """Stands for a Booster: -1 up to 2.1, 3 above it."""

    def __init__(self, missing: str = "NaN", *, linear: bool = False) -> None:
        self.missing, self.linear = missing, linear

    def dump_model(self) -> dict[str, Any]:
        root = {
            "split_feature": 0,
            "threshold": 2.1,
            "decision_type": "<=",
            "default_left": False,
            "missing_type": self.missing,
            "left_child": {"leaf_value": -1.0},
            "right_child": {"leaf_value": 3.0},
        }
        if self.linear:
            root["left_child"] = {"leaf_value": -1.0, "leaf_const": 0.5, "leaf_features": [0], "leaf_coeff": [2.0]}
            root["right_child"] = {"leaf_value": 3.0, "leaf_const": 1.5, "leaf_features": [], "leaf_coeff": []}
        return {
            "objective": "regression",
            "num_tree_per_iteration": 1,
            "average_output": False,
            "feature_names": ["a"],
            "tree_info": [{"tree_structure": root}],
        }

    def model_to_string(self) -> str:
        return f"tree\nis_linear={int(self.linear)}\n"


@pytest.mark.parametrize(("missing", "answer"), [("NaN", 3), ("None", -1)])
def test_lightgbm_missing_values_go_where_training_sent_them(missing: str, answer: float) -> None:
    """By its default direction, or as zero where training had none missing."""
    ensemble = lightgbm_trees.ensemble_of(LightgbmStump(missing))

    assert scores(ensemble, [float("nan")], double=True) == [answer]


def test_lightgbm_parts_in_float64() -> None:
    """The threshold itself goes with the smaller, the next float64 above it does not."""
    ensemble = lightgbm_trees.ensemble_of(LightgbmStump())

    assert scores(ensemble, [2.1, float(np.nextafter(2.1, 9))], double=True) == [-1, 3]


def test_thresholds_keep_float32_values_apart() -> None:
    """In float32 the threshold is rounded down, so that no float32 value changes its side."""
    ensemble = lightgbm_trees.ensemble_of(LightgbmStump())
    near = np.float32(2.1)
    values = [float(np.nextafter(near, np.float32(0))), float(near), float(np.nextafter(near, np.float32(9)))]

    assert scores(ensemble, values, double=False) == [-1 if value <= 2.1 else 3 for value in values]


def test_lightgbm_zeros_that_count_as_missing_are_told() -> None:
    """By column, with the size up to which a number is one."""
    ensemble = lightgbm_trees.ensemble_of(LightgbmStump("Zero"))

    assert ensemble.zero == float(np.float32(1e-35))
    assert ensemble.zero_is_missing == frozenset([0])


def test_lightgbm_linear_leaves_are_kept() -> None:
    """Each leaf is a target of its own, with the line that it holds."""
    linear = lightgbm_trees.ensemble_of(LightgbmStump(linear=True)).linear

    assert linear is not None
    assert linear.constants.tolist() == [0.5, 1.5]
    assert linear.coefficients.tolist() == [[2.0], [0.0]]
    assert linear.fallbacks.tolist() == [-1.0, 3.0]


class CatboostTree:
    """Stands for a model: 1 to 4 by the two bits (x > 1) and (x > 3), the first split the lowest bit."""

    def __init__(self, **features: Any) -> None:
        self.features, self.kind = features, "FloatFeature"

    def get_all_params(self) -> dict[str, Any]:
        return {"loss_function": "RMSE"}

    def save_model(self, path: str, format: str) -> None:
        splits = [{"split_type": self.kind, "float_feature_index": 0, "border": border} for border in (1.0, 3.0)]
        content = {
            "features_info": {
                "float_features": [{"flat_feature_index": 0, "nan_value_treatment": "AsFalse"}],
                **self.features,
            },
            "scale_and_bias": [2, [0.5]],
            "oblivious_trees": [{"splits": splits, "leaf_values": [1, 2, 3, 4]}],
        }
        Path(path).write_text(json.dumps(content), "utf-8")


def test_catboost_numbers_leaves_by_their_splits() -> None:
    """Each answer is twice the leaf's value and the bias; a missing value is greater than nothing."""
    ensemble = catboost_trees.ensemble_of(CatboostTree())

    assert scores(ensemble, [0, 1, 2, 3, 4, float("nan")], double=False) == [2.5, 2.5, 4.5, 4.5, 8.5, 2.5]


def test_catboost_statistics_of_categories_are_refused() -> None:
    """They are told, with what has a form."""
    tree = CatboostTree(categorical_features=[{}])
    tree.kind = "OnlineCtr"

    with pytest.raises(UnsupportedTrees, match="it makes statistics of categories"):
        catboost_trees.ensemble_of(tree)


def test_catboost_features_that_have_no_form_are_told() -> None:
    """With what is done about texts."""
    with pytest.raises(UnsupportedTrees, match=r"it has text features, which have no ONNX form; .*TfidfVectorizer"):
        catboost_trees.ensemble_of(CatboostTree(text_features=[{}]))


def test_catboost_model_that_is_not_saved_as_json_is_told() -> None:
    """CatBoost itself refuses to save texts so."""

    class Texts(CatboostTree):
        def save_model(self, path: str, format: str) -> None:
            raise RuntimeError("Models with text features cannot be saved as json")

    with pytest.raises(UnsupportedTrees, match="it has text features"):
        catboost_trees.ensemble_of(Texts())


def test_catboost_splits_by_one_category_are_kept() -> None:
    """Missing and unknown words are not that category."""
    reader = catboost_trees._Reader({"categorical_features": [{"flat_feature_index": 2, "values": [7, 9]}]}, 1, 1.0)

    split = reader._split({"split_type": "OneHotFeature", "cat_feature_index": 0, "value": 9})

    assert split == (-1, 0.5, False)
    assert list(reader.memberships) == [Membership(2, frozenset([1]), False, False, 2)]


def test_lightgbm_of_an_unknown_objective_is_told_with_the_known() -> None:
    """Its answers would need a function that is not known."""

    class Other(LightgbmStump):
        def dump_model(self) -> dict[str, Any]:
            return {**super().dump_model(), "objective": "tomorrows sigmoid:1"}

    with pytest.raises(UnsupportedTrees, match="its objective is tomorrows sigmoid:1; known are regression, "):
        lightgbm_trees.ensemble_of(Other())


def test_lightgbm_splits_by_sets_are_kept() -> None:
    """Members of the set go left, missing and unknown ones right."""
    split = {"left_child": {}, "split_feature": 1, "decision_type": "==", "threshold": "0||3"}
    reader = lightgbm_trees._Reader()

    assert reader._split(split) == (-1, 0.5, False)
    assert list(reader.memberships) == [Membership(1, frozenset([0, 3]), False, False, 4)]
