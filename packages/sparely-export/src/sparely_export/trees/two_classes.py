"""Forests of two classes whose leaves hold shares of both: one share is enough, the other is what is left of it."""

from dataclasses import replace

import numpy as np

from sparely_export.trees.written import Written

MOST_TREES = 300
"""In float32: of more the sum's last bit would be too much of a small share, which is then a difference of two sums."""
NEAR = 1e-6


def of_second(trees: Written) -> tuple[Written, float] | None:
    """
    The same trees with what leaves add to the second of two targets, as a share of all that they add.

    A leaf of one class adds exactly 0 or 1, so votes are counted without rounding, and classes that draw still do.

    Returns:
        The trees, and what all shares of a leaf together were; None where that is not the same for each leaf.
    """
    leaves = len(np.unique(trees.owners))
    if len(trees.weights) != 2 * leaves or trees.weights.min() < 0:
        return None
    owners, targets = trees.owners.reshape(-1, 2), trees.targets.reshape(-1, 2)
    if (owners[:, 0] != owners[:, 1]).any() or (targets != [0, 1]).any():
        return None
    weights = trees.weights.reshape(-1, 2).astype(np.float64)
    together, largest = weights.sum(axis=1), float(weights.max())
    whole = float(together.max())
    if whole <= 0 or np.abs(together - whole).max() > NEAR * whole:
        return None
    whole = largest if abs(largest - whole) <= NEAR * whole else whole
    shares = np.minimum(weights[:, 1] / whole, 1.0)
    return replace(trees, owners=owners[:, 0], targets=np.zeros(leaves, dtype=np.int64), weights=shares), whole
