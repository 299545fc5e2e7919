"""CatBoost's symmetric trees, from the JSON that it saves: values rounded to float32, compared by >."""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from sparely_export.trees.ensemble import Ensemble, Link, Membership, Tree, UnsupportedTrees

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


ENCODE = "; encode them before the model"
ADVICE = {
    "text_features": ", which have no ONNX form; vectorise the text in a step before (TfidfVectorizer)",
    "ctrs": ", statistics of categories, which have no ONNX form; one-hot columns before it, or one_hot_max_size at "
    "least the number of categories, have",
}


def ensemble_of(model: Any) -> Ensemble:
    """
    Read a fitted CatBoost model.

    Raises:
        UnsupportedTrees: text or embedding features, statistics of categories, another loss.
    """
    content = saved(model)
    loss = model.get_all_params()["loss_function"].split(":")[0]
    if loss not in LINKS:
        raise UnsupportedTrees(f"its loss function is {loss}; known are {', '.join(LINKS)}")
    features = content["features_info"]
    others = [name for name in features if name not in ("float_features", "categorical_features") and features[name]]
    if others:
        raise UnsupportedTrees(f"it has {', '.join(others).replace('_', ' ')}{ADVICE.get(others[0], ENCODE)}")
    scale, bias = content["scale_and_bias"]
    reader = _Reader(features, len(bias), scale)
    symmetric = content.get("oblivious_trees")
    trees = (
        [reader.lopsided(tree) for tree in content["trees"]]
        if symmetric is None
        else [reader.symmetric(tree) for tree in symmetric]
    )
    return Ensemble(
        trees=trees,
        comparison="BRANCH_GT",
        base=np.array(bias, dtype=float),
        link=LINKS[loss],
        narrow=True,
        memberships=tuple(reader.memberships),
    )


def saved(model: Any, pool: Any = None) -> dict[str, Any]:
    """What it saves; with rows also the numbers that it makes of their words."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        try:
            model.save_model(str(path), format="json", **({} if pool is None else {"pool": pool}))
        except Exception as error:  # a class of catboost, which is not imported here
            kind = "text" if "text" in str(error) else "such"
            raise UnsupportedTrees(f"it has {kind} features{ADVICE['text_features']}") from error
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return content


class _Reader:
    """Reads trees one after another, and keeps the splits by categories that they have in common."""

    def __init__(self, features: dict[str, Any], targets: int, scale: float) -> None:
        self.features, self.targets, self.scale = features, targets, scale
        self.memberships: dict[Membership, int] = {}

    def symmetric(self, tree: dict[str, Any]) -> Tree:
        """Lay a symmetric tree out as a full binary one; the first split is the lowest bit of a leaf's number."""
        splits = [self._split(split) for split in reversed(tree.get("splits") or [])]
        inner, leaves = 2 ** len(splits) - 1, 2 ** len(splits)
        levels = [split for depth, split in enumerate(splits) for _ in range(2**depth)]
        weights = np.array(tree["leaf_values"], dtype=np.float64).reshape(leaves, self.targets) * self.scale
        children = np.arange(inner) * 2
        padding = [0] * leaves
        return Tree(
            columns=np.array([column for column, _, _ in levels] + padding),
            thresholds=np.array([border for _, border, _ in levels] + padding, dtype=np.float64),
            yes=np.concatenate([children + 2, np.full(leaves, -1)]).astype(np.int64),
            no=np.concatenate([children + 1, np.full(leaves, -1)]).astype(np.int64),
            missing_is_yes=np.array([missing for _, _, missing in levels] + padding, dtype=bool),
            weights=np.concatenate([np.zeros((inner, self.targets)), weights]),
            targets=tuple(range(self.targets)),
        )

    def lopsided(self, root: dict[str, Any]) -> Tree:
        """A tree that was grown leaf by leaf or level by level: what is above a border goes to the right."""
        nodes: list[dict[str, Any]] = []
        waiting = [root]
        while waiting:
            nodes.append(waiting.pop())
            waiting += [nodes[-1][side] for side in ("right", "left") if "split" in nodes[-1]]
        position = {id(node): index for index, node in enumerate(nodes)}
        splits = [self._split(node["split"]) if "split" in node else (0, 0.0, False) for node in nodes]
        nothing = [0.0] * self.targets
        weights = [np.ravel(nothing if "split" in node else node["value"]).tolist() for node in nodes]
        return Tree(
            columns=np.array([column for column, _, _ in splits]),
            thresholds=np.array([border for _, border, _ in splits], dtype=np.float64),
            yes=np.array([position.get(id(node.get("right")), -1) for node in nodes]),
            no=np.array([position.get(id(node.get("left")), -1) for node in nodes]),
            missing_is_yes=np.array([missing for _, _, missing in splits], dtype=bool),
            weights=np.array(weights, dtype=np.float64) * self.scale,
            targets=tuple(range(self.targets)),
        )

    def _split(self, split: dict[str, Any]) -> tuple[int, float, bool]:
        if split["split_type"] == "FloatFeature":
            feature = self.features["float_features"][split["float_feature_index"]]
            return feature["flat_feature_index"], split["border"], feature["nan_value_treatment"] == "AsTrue"
        if split["split_type"] != "OneHotFeature":
            raise UnsupportedTrees(
                "it makes statistics of categories (ctrs), which ONNX has no form for; one-hot columns before it, "
                "or one_hot_max_size at least the number of categories, have"
            )
        feature = self.features["categorical_features"][split["cat_feature_index"]]
        code = feature["values"].index(split["value"])
        membership = Membership(feature["flat_feature_index"], frozenset([code]), False, False, len(feature["values"]))
        return -1 - self.memberships.setdefault(membership, len(self.memberships)), 0.5, False
