"""Rows on both sides of every split of a model's trees, where float32 and float64 part ways first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from training.answers import open_session
from training.features import Feature, Instance
from training.inputs import Input, to_tensors

TREE_OPERATORS = ("TreeEnsembleClassifier", "TreeEnsembleRegressor")

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "BRANCH_LEQ": np.less_equal,
    "BRANCH_LT": np.less,
    "BRANCH_GTE": np.greater_equal,
    "BRANCH_GT": np.greater,
}


@dataclass(frozen=True, slots=True)
class Split:
    """One branch of a tree: the column of the trees' input that it compares, and a row that reaches it."""

    column: int
    threshold: float
    compare: Callable[[Any, Any], Any]
    row: int


@dataclass(frozen=True, slots=True)
class TreeInput:
    """The matrix (n, c) that a tree operator reads, computed from rows by all that stands before it."""

    session: Any
    inputs: Sequence[Input]

    def __call__(self, rows: Sequence[Instance]) -> np.ndarray:
        matrix: np.ndarray = self.session.run(["tree_input"], to_tensors(rows, self.inputs))[0]
        return matrix


def threshold_rows(
    proto: onnx.ModelProto, inputs: Sequence[Input], rows: Sequence[Instance]
) -> list[dict[str, Any]]:
    """
    Return rows that stand at the thresholds of the model's trees.

    Five a split: the two neighbouring float32 values between which the branch changes, the next one
    beyond each, and the shortest decimal between the two, which is what people type.
    The thresholds are read from ONNX and carried back through whatever stands before the trees,
    so the estimator's framework does not matter.

    Args:
        proto: the converted model; without trees there is nothing to return.
        inputs: the tensors that it takes.
        rows: rows to start from; training rows reach every split.
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for node in proto.graph.node:
        if node.op_type not in TREE_OPERATORS:
            continue
        tree_input = _tree_input(proto, node, inputs)
        splits = list(_reached_splits(node, tree_input(rows)))
        for row in _rows_at(splits, tree_input, rows):
            found[tuple(sorted((name, repr(value)) for name, value in row.items()))] = row
    return list(found.values())


def _tree_input(proto: onnx.ModelProto, node: onnx.NodeProto, inputs: Sequence[Input]) -> TreeInput:
    probe = onnx.ModelProto()
    probe.CopyFrom(proto)
    probe.graph.node.append(helper.make_node("Cast", [node.input[0]], ["tree_input"], to=TensorProto.DOUBLE))
    del probe.graph.output[:]
    probe.graph.output.append(helper.make_tensor_value_info("tree_input", TensorProto.DOUBLE, None))
    return TreeInput(open_session(probe.SerializeToString()), inputs)


def _reached_splits(node: onnx.NodeProto, matrix: np.ndarray) -> Iterator[Split]:
    """Walk every tree from its root with all rows at once; yield the splits that any row reaches."""
    attribute = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}
    trees, ids = attribute["nodes_treeids"], attribute["nodes_nodeids"]
    position = {key: index for index, key in enumerate(zip(trees, ids, strict=True))}
    reaching = {(tree, 0): np.ones(len(matrix), dtype=bool) for tree in sorted(set(trees))}
    while reaching:
        (tree, node_id), reached = reaching.popitem()
        index = position[tree, node_id]
        compare = COMPARISONS.get(attribute["nodes_modes"][index].decode())
        if compare is None or not reached.any():
            continue
        column, threshold = attribute["nodes_featureids"][index], attribute["nodes_values"][index]
        yield Split(column, threshold, compare, int(reached.argmax()))
        holds = compare(matrix[:, column], threshold)
        reaching[tree, attribute["nodes_truenodeids"][index]] = reached & holds
        reaching[tree, attribute["nodes_falsenodeids"][index]] = reached & ~holds


def _rows_at(
    splits: Sequence[Split], tree_input: TreeInput, rows: Sequence[Instance]
) -> Iterator[dict[str, Any]]:
    movers = _movers(tree_input, rows[0])
    placed = [(split, movers[split.column]) for split in splits if split.column in movers]
    if not placed:
        return
    below, above = _crossings(placed, tree_input, rows)
    for (split, feature), low, high in zip(placed, below, above, strict=True):
        for value in _values_around(low, high) if low < high else ():
            yield {**rows[split.row], feature.name: value}


def _movers(tree_input: TreeInput, row: Instance) -> dict[int, Feature]:
    """Tell which numeric feature moves each column of the trees' input, and most if there are several."""
    features = [feature for entry in tree_input.inputs for feature in entry.features if feature.numeric]
    lows = tree_input([{**row, feature.name: feature.minimum} for feature in features])
    highs = tree_input([{**row, feature.name: feature.maximum} for feature in features])
    moved = np.abs(highs - lows)
    return {
        column: features[int(moved[:, column].argmax())]
        for column in range(moved.shape[1])
        if moved[:, column].max() > 0
    }


def _crossings(
    placed: Sequence[tuple[Split, Feature]], tree_input: TreeInput, rows: Sequence[Instance]
) -> tuple[np.ndarray, np.ndarray]:
    """Bisect, for all splits at once, to the two neighbouring float32 values where the branch changes."""
    columns = np.array([split.column for split, _ in placed])

    def branch(values: np.ndarray) -> np.ndarray:
        probes = [
            {**rows[split.row], feature.name: float(value)}
            for (split, feature), value in zip(placed, values, strict=True)
        ]
        reached = tree_input(probes)[np.arange(len(placed)), columns]
        pairs = zip(placed, reached, strict=True)
        return np.array([bool(split.compare(value, split.threshold)) for (split, _), value in pairs])

    low = np.array([feature.minimum for _, feature in placed], dtype=np.float32)
    high = np.array([feature.maximum for _, feature in placed], dtype=np.float32)
    start = branch(low)
    crosses = start != branch(high)
    while True:
        middle = ((low.astype(np.float64) + high) / 2).astype(np.float32)
        if np.all((middle == low) | (middle == high) | ~crosses):
            return low, np.where(crosses, high, low)
        same = branch(middle) == start
        low, high = np.where(same, middle, low), np.where(same, high, middle)


def _values_around(low: np.float32, high: np.float32) -> list[float]:
    values = [np.nextafter(low, np.float32(-np.inf)), low, high, np.nextafter(high, np.float32(np.inf))]
    return [float(value) for value in values] + [_shortest_between(float(low), float(high))]


def _shortest_between(low: float, high: float) -> float:
    """Return the number of fewest decimals within [low, high]."""
    middle = (low + high) / 2
    decimals = (round(middle, digits) for digits in range(60))
    return next(value for value in decimals if low <= value <= high)
