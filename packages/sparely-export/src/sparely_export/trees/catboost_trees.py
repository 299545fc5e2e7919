"""CatBoost's symmetric trees, from the JSON that it saves: values rounded to float32, compared by >."""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from sparely_export.trees.ensemble import Ensemble, Link, Tree, UnsupportedTrees

LINKS: dict[str, Link] = {
    "RMSE": "identity",
    "MAE": "identity",
    "Quantile": "identity",
    "MAPE": "identity",
    "Huber": "identity",
    "LogCosh": "identity",
    "Poisson": "exp",
    "Tweedie": "exp",
    "Logloss": "logistic",
    "CrossEntropy": "logistic",
    "MultiClass": "softmax",
    "MultiClassOneVsAll": "logistic of each",
    "YetiRank": "identity",
    "YetiRankPairwise": "identity",
    "PairLogit": "identity",
    "PairLogitPairwise": "identity",
    "QueryRMSE": "identity",
    "QuerySoftMax": "identity",
    "MultiRMSE": "identity",
}


def ensemble_of(model: Any) -> Ensemble:
    """
    Read a fitted CatBoost model.

    Raises:
        UnsupportedTrees: categorical, text or embedding features, trees that are not symmetric, another loss.
    """
    content = _saved(model)
    loss = model.get_all_params()["loss_function"].split(":")[0]
    if loss not in LINKS:
        raise UnsupportedTrees(f"its loss function is {loss}; known are {', '.join(LINKS)}")
    features = content["features_info"]
    others = [name for name in features if name not in ("float_features",) and features[name]]
    if others:
        raise UnsupportedTrees(f"it has {', '.join(others).replace('_', ' ')}; encode them before the model")
    if "oblivious_trees" not in content:
        raise UnsupportedTrees("its trees are not symmetric (grow_policy); use SymmetricTree")
    scale, bias = content["scale_and_bias"]
    trees = [_tree(tree, features["float_features"], len(bias), scale) for tree in content["oblivious_trees"]]
    return Ensemble(
        trees=trees, comparison="BRANCH_GT", base=np.array(bias, dtype=float), link=LINKS[loss], narrow=True
    )


def _saved(model: Any) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        model.save_model(str(path), format="json")
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return content


def _tree(tree: dict[str, Any], features: list[dict[str, Any]], targets: int, scale: float) -> Tree:
    """Lay a symmetric tree out as a full binary one; the first split is the lowest bit of a leaf's number."""
    splits = [_split(split, features) for split in reversed(tree.get("splits") or [])]
    inner, leaves = 2 ** len(splits) - 1, 2 ** len(splits)
    levels = [split for depth, split in enumerate(splits) for _ in range(2**depth)]
    weights = np.array(tree["leaf_values"], dtype=np.float64).reshape(leaves, targets) * scale
    children = np.arange(inner) * 2
    padding = [0] * leaves
    return Tree(
        columns=np.array([column for column, _, _ in levels] + padding),
        thresholds=np.array([border for _, border, _ in levels] + padding, dtype=np.float64),
        yes=np.concatenate([children + 2, np.full(leaves, -1)]).astype(np.int64),
        no=np.concatenate([children + 1, np.full(leaves, -1)]).astype(np.int64),
        missing_is_yes=np.array([missing for _, _, missing in levels] + padding, dtype=bool),
        weights=np.concatenate([np.zeros((inner, targets)), weights]),
        targets=tuple(range(targets)),
    )


def _split(split: dict[str, Any], features: list[dict[str, Any]]) -> tuple[int, float, bool]:
    if split["split_type"] != "FloatFeature":
        raise UnsupportedTrees(f"it has splits of type {split['split_type']}; encode categories before the model")
    feature = features[split["float_feature_index"]]
    return feature["flat_feature_index"], split["border"], feature["nan_value_treatment"] == "AsTrue"
