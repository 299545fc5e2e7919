"""
Thresholds of trees that are moved by a hair, away from the numbers that they were taken from.

scikit-learn takes a threshold from the numbers it was fitted on, and where many are equal it is one of them. Behind a
logarithm or a power our number for such a row is another in its last bit, and may fall to the other side.
"""

from collections.abc import Iterator

import numpy as np
import onnx
from onnx import numpy_helper

from sparely_export.trees.written import CODES, MODES, NEWER, TREE_OPERATORS, Attributes, attributes_of

HAIRS = (1e-14, 1e-12)
"""Tried one after the other, as shares of a threshold and of its column's middle one; float64 tells apart 2e-16."""

NOTE = (
    "Thresholds of its trees are moved, by less than one part in {parts:,} of themselves or of their column's middle "
    "one, for what stands before them rounds: numbers that they were taken from fall to the side they were fitted on."
)
DIRECTIONS = {"BRANCH_LEQ": 1, "BRANCH_GT": 1, "BRANCH_LT": -1, "BRANCH_GTE": -1}
"""By how it compares, where a threshold goes so that what is equal to it stays on its side."""


def has_any(proto: onnx.ModelProto) -> bool:
    """Whether a model has trees that compare in float64."""
    return next(_thresholds(proto), None) is not None


def moved(proto: onnx.ModelProto, hair: float) -> onnx.ModelProto:
    """Return a copy of a model with its float64 trees' thresholds moved."""
    copy = onnx.ModelProto()
    copy.CopyFrom(proto)
    for node, entry in _thresholds(copy):
        thresholds = _moved(attributes_of(node), numpy_helper.to_array(entry.t), hair)
        entry.t.CopyFrom(numpy_helper.from_array(thresholds, entry.t.name))
    return copy


def _thresholds(proto: onnx.ModelProto) -> Iterator[tuple[onnx.NodeProto, onnx.AttributeProto]]:
    """The operators of float64 trees, each with the attribute that has its thresholds."""
    for node in proto.graph.node:
        name = "nodes_splits" if node.op_type == NEWER else "nodes_values_as_tensor"
        for entry in node.attribute if node.op_type in TREE_OPERATORS else ():
            if entry.name == name and entry.t.data_type == onnx.TensorProto.DOUBLE:
                yield node, entry


def _moved(attributes: Attributes, thresholds: np.ndarray, hair: float) -> np.ndarray:
    modes = np.array([CODES[each] if isinstance(each, bytes) else each for each in attributes["nodes_modes"]])
    directions = np.zeros(len(thresholds))
    for mode, direction in DIRECTIONS.items():
        directions[modes == MODES.index(mode)] = direction
    columns, sizes = np.asarray(attributes["nodes_featureids"]), np.abs(thresholds)
    for column in np.unique(columns[directions != 0]):
        of_column = (columns == column) & (directions != 0)
        sizes[of_column] += np.median(sizes[of_column])
    return np.where(directions == 0, thresholds, thresholds + directions * hair * sizes)
