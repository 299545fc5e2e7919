"""Leaves that hold shares of two classes, and others that look like it."""

import numpy as np
import pytest

from sparely_export.trees.two_classes import of_second
from sparely_export.trees.written import Written

NONE = np.zeros(0, dtype=np.int64)


def leaves(weights: list[tuple[float, ...]]) -> Written:
    """Trees of one leaf each, with a weight a target."""
    targets = [target for leaf in weights for target in range(len(leaf))]
    owners = [place for place, leaf in enumerate(weights) for _ in leaf]
    return Written(
        roots=np.arange(len(weights)), columns=NONE, thresholds=NONE, modes=NONE, missing=NONE, yes=NONE, no=NONE,
        owners=np.array(owners), targets=np.array(targets),
        weights=np.array([weight for leaf in weights for weight in leaf], dtype=np.float32),
    )  # fmt: skip


def test_the_second_share_is_left_and_a_whole_vote_is_one() -> None:
    """Exactly, whatever a forest of so many trees has made of it."""
    tenth = float(np.float32(0.1))

    found = of_second(leaves([(0.0, tenth), (tenth, 0.0), (0.025, 0.075)]))

    assert found is not None
    second, whole = found
    assert whole == tenth
    assert second.weights[:2].tolist() == [1, 0]
    assert second.weights[2] == pytest.approx(0.75, abs=1e-6)
    assert (second.owners.tolist(), second.targets.tolist()) == ([0, 1, 2], [0, 0, 0])


@pytest.mark.parametrize(
    "weights",
    [[(0.25, 0.75), (0.5, 0.4)], [(-0.5, 1.5), (0.5, 0.5)], [(0.5, 0.25, 0.25)], [(1.0,), (1.0,)], [(0.0, 0.0)]],
    ids=["other sums", "no shares", "three classes", "one class", "nothing"],
)
def test_other_leaves_are_no_shares(weights: list[tuple[float, ...]]) -> None:
    """They keep all of their weights."""
    assert of_second(leaves(weights)) is None
