"""What the operators of trees say of their nodes, read and written."""

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper

from sparely_export.trees.written import UnknownForm, attributes_of, protos_of, read, size_of, without_zeros

OLDER: dict[str, Any] = {
    "nodes_treeids": np.array([0, 0, 0, 1]),
    "nodes_nodeids": np.array([0, 1, 2, 0]),
    "nodes_featureids": np.array([3, 0, 0, 0]),
    "nodes_values": np.array([2.5, 0, 0, 0], np.float32),
    "nodes_modes": [b"BRANCH_LT", b"LEAF", b"LEAF", b"LEAF"],
    "nodes_truenodeids": np.array([2, 0, 0, 0]),
    "nodes_falsenodeids": np.array([1, 0, 0, 0]),
    "target_treeids": np.array([0, 0, 1, 1]),
    "target_nodeids": np.array([1, 2, 0, 0]),
    "target_ids": np.array([0, 1, 0, 1]),
    "target_weights": np.array([3, 0, 0, 4], np.float32),
}


def test_places_are_of_splits_and_then_of_leaves() -> None:
    """A tree that is a leaf has a leaf for a root."""
    found = read("TreeEnsembleRegressor", OLDER)

    assert found.roots.tolist() == [0, 3]
    assert (found.columns.tolist(), found.modes.tolist()) == ([3], [1])
    assert (found.yes.tolist(), found.no.tolist()) == ([2], [1])
    assert found.owners.tolist() == [0, 1, 2, 2]


def test_nodes_may_stand_in_any_order() -> None:
    """They are found by their numbers."""
    turned = {
        name: value[::-1] for name, value in OLDER.items() if name.startswith("nodes_")
    }  # the root of the first tree is last

    found = read("TreeEnsembleRegressor", {**OLDER, **turned})

    assert found.roots.tolist() == [0, 1]
    assert (found.yes.tolist(), found.no.tolist()) == ([2], [3])
    assert dict(zip(found.owners.tolist(), found.targets.tolist(), strict=True)) == {2: 0, 1: 1, 0: 1}


@pytest.mark.parametrize(
    "wrong", [{"target_nodeids": np.array([1, 0, 0, 0])}, {"target_nodeids": np.array([1, 1, 0, 0])}]
)
def test_leaves_without_weights_are_unknown(wrong: dict[str, np.ndarray]) -> None:
    """As are weights of splits."""
    with pytest.raises(UnknownForm):
        read("TreeEnsembleRegressor", {**OLDER, **wrong})


def test_attributes_are_read_as_they_were_written() -> None:
    """Numbers as arrays."""
    node = helper.make_node("TreeEnsembleRegressor", ["rows"], ["scores"], domain="ai.onnx.ml")
    node.attribute.extend(protos_of({**OLDER, "base_values_as_tensor": np.array([1.5]), "n_targets": 2}))

    found = attributes_of(node)

    assert list(found) == sorted(found)
    assert found["base_values_as_tensor"].tolist() == [1.5]
    assert all(np.array_equal(found[name], value) for name, value in OLDER.items())


def test_the_size_is_that_of_the_file() -> None:
    """But for the names and some bytes of each attribute."""
    many = {"nodes_nodeids": np.array([0, 127, 128, 2**14, 2**21, 2**28]), "nodes_values": np.ones(7, np.float32)}
    many["nodes_splits"] = np.ones(9)
    names = sum(len(name) for name in many)

    written = sum(len(entry.SerializeToString()) for entry in protos_of(many))

    assert 0 <= written - size_of(many) - names <= 20 * len(many)
    assert isinstance(protos_of(many)[0], onnx.AttributeProto)


def test_zeros_are_left_out_but_for_a_leaf_that_has_nothing_else() -> None:
    """Its first one stays."""
    lean = without_zeros(OLDER)

    assert lean["target_weights"].tolist() == [3, 0, 4]
    assert lean["target_nodeids"].tolist() == [1, 2, 0]


def test_two_classes_keep_their_zeros() -> None:
    """onnxruntime has rules of its own where one of two has no weight."""
    classes = {name.replace("target_", "class_"): value for name, value in OLDER.items()}
    classes["classlabels_int64s"] = np.array([0, 1])

    assert without_zeros(classes) is classes
