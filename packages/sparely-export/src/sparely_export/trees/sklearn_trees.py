"""scikit-learn's own trees and forests: values rounded to float32, compared by <= with float64 thresholds."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sparely_export.trees.ensemble import Ensemble, Link, Tree


def of_trees(trees: Sequence[Tree], base: Any, link: Link = "identity") -> Ensemble:
    """An ensemble of trees that this file has read."""
    return Ensemble(
        trees=trees, comparison="BRANCH_LEQ", base=np.asarray(base, dtype=np.float64).ravel(), link=link, narrow=True
    )


def read(fitted: Any, weights: np.ndarray, targets: Sequence[int], columns: Any = None) -> Tree:
    """
    Read one fitted tree.

    Args:
        fitted: the `tree_` of an estimator, of m nodes.
        weights: (m, t), what its leaves add to the t targets.
        columns: which columns of the rows it was fitted on, if not all.
    """
    leaf = fitted.children_left < 0
    missing = getattr(fitted, "missing_go_to_left", np.zeros(len(leaf)))
    features = np.where(leaf, 0, fitted.feature)
    return Tree(
        columns=features if columns is None else np.asarray(columns)[features],
        thresholds=np.where(leaf, 0.0, fitted.threshold),
        yes=np.where(leaf, -1, fitted.children_left),
        no=np.where(leaf, -1, fitted.children_right),
        missing_is_yes=np.asarray(missing).astype(bool),
        weights=weights,
        targets=tuple(targets),
    )


def values(fitted: Any) -> np.ndarray:
    """What each node of a regression tree holds, (m, t)."""
    held: np.ndarray = fitted.value[:, :, 0]
    return held


def shares(fitted: Any, output: int = 0) -> np.ndarray:
    """What each node of a classification tree holds of each class, as shares (m, c)."""
    counts = fitted.value[:, output, :]
    totals = counts.sum(axis=1, keepdims=True)
    made: np.ndarray = counts / np.where(totals == 0, 1, totals)
    return made


def boosted(model: Any) -> tuple[list[Tree], float]:
    """The trees of a GradientBoosting model, each times the learning rate."""
    return list(_stages(model)), model.learning_rate


def _stages(model: Any) -> Iterator[Tree]:
    for stage in model.estimators_:
        for target, estimator in enumerate(stage):
            yield read(estimator.tree_, values(estimator.tree_) * model.learning_rate, [target])
