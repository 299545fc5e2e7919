"""Trees of a few nodes as the newer operator says them: what is left out, what is shared, what is refused."""

from typing import Any

import numpy as np
import pytest

from sparely_export.trees.compact import compacted
from sparely_export.trees.written import NEWER, Written, nodes_in, read

LEFT, RIGHT = 0.25, 0.75


def trees(splits: list[tuple[int, int]], leaves: list[dict[int, float]], roots: list[int]) -> Written:
    """Splits by the places of their sides; each leaf by what it adds to which target."""
    count = len(splits)
    added = [(leaf, target, weight) for leaf, entry in enumerate(leaves) for target, weight in entry.items()]
    return Written(
        roots=np.array(roots),
        columns=np.arange(count),
        thresholds=np.full(count, 0.5),
        modes=np.zeros(count, np.uint8),
        missing=np.zeros(count, bool),
        yes=np.array([yes for yes, _ in splits], dtype=np.int64),
        no=np.array([no for _, no in splits], dtype=np.int64),
        owners=np.array([leaf for leaf, _, _ in added]),
        targets=np.array([target for _, target, _ in added]),
        weights=np.array([weight for _, _, weight in added]),
    )


def written(given: Written, targets: int = 1) -> dict[str, Any]:
    made = compacted(given, np.float64, targets)
    assert made is not None
    return made


def answer(attributes: dict[str, Any], row: list[float]) -> list[float]:
    """What the operator's own definition makes of a row."""
    given, sums = read(NEWER, attributes), [0.0] * attributes["n_targets"]
    for root in given.roots.tolist():
        place = root
        while place < given.splits:
            holds = row[given.columns[place]] <= given.thresholds[place]
            place = int((given.yes if holds else given.no)[place])
        leaf = place - given.splits
        sums[given.targets[leaf]] += float(given.weights[leaf])
    return sums


def test_what_adds_the_same_is_one_leaf() -> None:
    """Of however many trees."""
    made = written(trees([(2, 3), (4, 5)], [{0: 1.0}, {0: 2.0}, {0: 2.0}, {0: 1.0}], [0, 1]))

    assert made["leaf_weights"].tolist() == [1, 2]
    assert made["nodes_truenodeids"].tolist() == [0, 1]
    assert made["nodes_falsenodeids"].tolist() == [1, 0]
    assert made["nodes_trueleafs"].tolist() == [1, 1]


def test_a_split_between_equal_leaves_is_left_out() -> None:
    """Also where its sides become equal by those below them."""
    made = written(trees([(1, 3), (4, 2), (5, 6)], [{0: 9.0}, {0: 7.0}, {0: 7.0}, {0: 7.0}], [0]))

    assert made["nodes_featureids"].tolist() == [0]
    assert sorted(made["leaf_weights"].tolist()) == [7, 9]
    assert answer(made, [LEFT] * 3) == [7]


def test_a_tree_of_one_value_has_a_split_between_two_leaves() -> None:
    """onnxruntime takes the root of a tree whose both sides name one leaf for a leaf of that number."""
    made = written(trees([(2, 3), (4, 5)], [{0: 3.0}, {0: 3.0}, {0: 1.0}, {0: 2.0}], [0, 1]))

    assert made["tree_roots"].tolist() == [1, 0]
    assert made["nodes_truenodeids"].tolist()[1] != made["nodes_falsenodeids"].tolist()[1]
    assert [answer(made, [0, side]) for side in (LEFT, RIGHT)] == [[4], [5]]
    assert nodes_in(NEWER, made) == 4


def test_a_forest_without_any_split() -> None:
    """Of trees that are one leaf each."""
    made = written(trees([], [{0: 3.0}, {0: 4.0}], [0, 1]))

    assert answer(made, [0.0]) == [7]
    assert nodes_in(NEWER, made) == 2


def test_no_two_trees_share_a_split() -> None:
    """Which onnxruntime refuses from 1.30 on; leaves they may share."""
    made = written(trees([], [{0: 3.0}, {0: 3.0}, {0: 3.0}], [0, 1, 2]))

    assert made["tree_roots"].tolist() == [0, 1, 2]
    assert made["leaf_weights"].tolist() == [3, 3]
    assert answer(made, [0.0]) == [9]


def test_zeros_of_other_targets_are_left_out() -> None:
    """A leaf of one class has no weight for the others, but a leaf of zeros alone keeps one."""
    made = written(trees([(2, 1), (3, 4)], [{0: 1.0, 1: 0.0}, {0: 0.0, 1: 1.0}, {0: 0.0, 1: 0.0}], [0]), 2)

    assert sorted(zip(made["leaf_targetids"].tolist(), made["leaf_weights"].tolist(), strict=True)) == [
        (0, 0.0), (0, 1.0), (1, 1.0)
    ]  # fmt: skip


def mixed(impure: int) -> Written:
    """Twenty trees of a split, of which some have a leaf of two classes."""
    leaves: list[dict[int, float]] = []
    for tree in range(20):
        leaves += [{0: 0.25, 1: 0.75} if tree < impure else {0: 1.0}, {1: 1.0}]
    return trees([(20 + 2 * tree, 21 + 2 * tree) for tree in range(20)], leaves, list(range(20)))


def test_the_second_class_of_a_few_leaves_is_a_tree_of_its_own() -> None:
    """Behind the tree of the first, so that a class' sum is formed in the same order."""
    made = written(mixed(1), 2)

    assert len(made["tree_roots"]) == 21
    assert answer(made, [LEFT] * 20) == [0.25 + 19, 0.75]
    assert answer(made, [RIGHT] * 20) == [0, 20]


def test_many_leaves_of_two_classes_are_no_gain() -> None:
    """There would be as many trees again to go through."""
    assert compacted(mixed(10), np.float64, 2) is None


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_numbers_are_of_the_type_that_is_compared(kind: Any) -> None:
    """The operator has one type for all."""
    made = compacted(mixed(0), kind, 2)

    assert made is not None
    assert {made[name].dtype for name in ("nodes_splits", "leaf_weights")} == {np.dtype(kind)}


def test_where_missing_values_go_is_said_only_if_they_go_left_somewhere() -> None:
    """False is the default."""
    given = trees([(1, 2)], [{0: 1.0}, {0: 2.0}], [0])
    assert "nodes_missing_value_tracks_true" not in written(given)

    given.missing[0] = True
    assert written(given)["nodes_missing_value_tracks_true"].tolist() == [1]
