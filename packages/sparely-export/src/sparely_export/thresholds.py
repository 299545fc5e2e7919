"""Rows on both sides of every split of a model's trees, where float32 and float64 part ways first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from sparely_export.features import Feature, Instance
from sparely_export.graph import nodes_inside, open_session
from sparely_export.inputs import ARRAY_TYPES, Input, to_tensors
from sparely_export.trees.written import MODES, TREE_OPERATORS, attributes_of, read

MOST_SPLITS = 2_000
"""Of a larger model evenly chosen splits are tried; with five rows each they take about ten seconds."""

MOST_CELLS = 800_000
"""Of rows with thousands of features fewer splits are tried."""

COMPARISONS: dict[int, Callable[[Any, Any], Any]] = {
    MODES.index("BRANCH_LEQ"): np.less_equal,
    MODES.index("BRANCH_LT"): np.less,
    MODES.index("BRANCH_GTE"): np.greater_equal,
    MODES.index("BRANCH_GT"): np.greater,
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
        return self.of_tensors(to_tensors(rows, self.inputs))

    def of_tensors(self, tensors: dict[str, np.ndarray]) -> np.ndarray:
        """Compute the matrix from rows that are packed already."""
        matrix: np.ndarray = self.session.run(["tree_input"], tensors)[0]
        return matrix

    @property
    def number_type(self) -> Any:
        """The type that numbers are packed in."""
        numbers = [entry.datatype for entry in self.inputs if entry.datatype != "BYTES"]
        return ARRAY_TYPES[numbers[0]] if numbers else np.float32

    def places(self) -> dict[str, tuple[str, int]]:
        """Tell by feature which tensor holds it, and in which column."""
        return {
            feature.name: (entry.name, column) for entry in self.inputs for column, feature in enumerate(entry.features)
        }


def threshold_rows(proto: onnx.ModelProto, inputs: Sequence[Input], rows: Sequence[Instance]) -> list[dict[str, Any]]:
    """
    Return rows that stand at the thresholds of the model's trees.

    Five a split: the two neighbouring values, of the type that the model takes, between which the branch
    changes, the next one beyond each, and the shortest decimal between the two, which is what people type.
    The thresholds are read from ONNX and carried back through whatever stands before the trees,
    so the estimator's framework does not matter.

    Args:
        proto: the converted model; without trees there is nothing to return.
        inputs: the tensors that it takes.
        rows: rows to start from; training rows reach every split.
    """
    placed: dict[tuple[Any, ...], dict[str, Any]] = {}
    for node in proto.graph.node:
        if node.op_type not in TREE_OPERATORS:
            continue
        tree_input = _tree_input(proto, node, inputs)
        splits = _evenly(list(_reached_splits(node, tree_input(rows))), len(rows[0]))
        for row in _rows_at(splits, tree_input, rows):
            placed[tuple(sorted((name, repr(value)) for name, value in row.items()))] = row
    return list(placed.values())


def _evenly(splits: Sequence[Split], width: int) -> Sequence[Split]:
    most = max(min(MOST_SPLITS, MOST_CELLS // width), 10)
    return splits[:: -(-len(splits) // most)] if splits else splits


def _tree_input(proto: onnx.ModelProto, node: onnx.NodeProto, inputs: Sequence[Input]) -> TreeInput:
    needed, before = {node.input[0]}, list[onnx.NodeProto]()
    for each in reversed(proto.graph.node):
        if needed & {*each.output}:
            needed |= {*each.input, *(name for inner in nodes_inside(each) for name in inner.input)}
            before.insert(0, each)
    before.append(helper.make_node("Cast", [node.input[0]], ["tree_input"], to=TensorProto.DOUBLE))
    output = helper.make_tensor_value_info("tree_input", TensorProto.DOUBLE, None)
    constants = [each for each in proto.graph.initializer if each.name in needed]
    graph = helper.make_graph(before, "before the trees", proto.graph.input, [output], constants)
    probe = helper.make_model(graph, opset_imports=proto.opset_import, ir_version=proto.ir_version)
    return TreeInput(open_session(probe.SerializeToString()), inputs)


def _reached_splits(node: onnx.NodeProto, matrix: np.ndarray) -> Iterator[Split]:
    """Walk every tree from its root with the rows that come there; yield the splits that any row reaches."""
    trees = read(node.op_type, attributes_of(node))
    reaching = [(int(root), np.arange(len(matrix))) for root in trees.roots]
    while reaching:
        place, reached = reaching.pop()
        compare = COMPARISONS.get(int(trees.modes[place])) if place < trees.splits else None
        if compare is None or not len(reached):
            continue
        column, threshold = int(trees.columns[place]), float(trees.thresholds[place])
        yield Split(column, threshold, compare, int(reached[0]))
        values = matrix[reached, column]
        holds = compare(values, threshold)
        if trees.missing[place]:
            holds |= np.isnan(values)
        reaching.append((int(trees.yes[place]), reached[holds]))
        reaching.append((int(trees.no[place]), reached[~holds]))


def _rows_at(splits: Sequence[Split], tree_input: TreeInput, rows: Sequence[Instance]) -> Iterator[dict[str, Any]]:
    movers = _movers(tree_input, rows[0])
    placed = [(split, movers[split.column]) for split in splits if split.column in movers]
    if not placed:
        return
    below, above = _crossings(placed, tree_input, rows)
    for (split, feature), low, high in zip(placed, below, above, strict=True):
        for value in values_around(low, high) if low < high else ():
            yield {**rows[split.row], feature.name: value}


def _movers(tree_input: TreeInput, row: Instance) -> dict[int, Feature]:
    """Tell which numeric feature moves each column of the trees' input, and most if there are several."""
    features = [feature for entry in tree_input.inputs for feature in entry.features if feature.numeric]
    if not features:
        return {}
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
    """Bisect, for all splits at once, to the two neighbouring values where the branch changes."""
    columns, every = np.array([split.column for split, _ in placed]), np.arange(len(placed))
    tensors = to_tensors([rows[split.row] for split, _ in placed], tree_input.inputs)
    places = [tree_input.places()[feature.name] for _, feature in placed]
    cells = {name: [index for index in every if places[index][0] == name] for name in tensors}

    def branch(values: np.ndarray) -> np.ndarray:
        for name, moved in cells.items():
            tensors[name][moved, [places[index][1] for index in moved]] = values[moved]
        reached = tree_input.of_tensors(tensors)[every, columns]
        pairs = zip(placed, reached, strict=True)
        return np.array([bool(split.compare(value, split.threshold)) for (split, _), value in pairs])

    kind = tree_input.number_type
    low = np.array([feature.minimum for _, feature in placed], dtype=kind)
    high = np.array([feature.maximum for _, feature in placed], dtype=kind)
    start = branch(low)
    crosses = start != branch(high)
    while True:
        middle = (low.astype(np.float64) / 2 + high.astype(np.float64) / 2).astype(kind)
        if np.all((middle == low) | (middle == high) | ~crosses):
            return low, np.where(crosses, high, low)
        same = branch(middle) == start
        low, high = np.where(same, middle, low), np.where(same, high, middle)


def values_around(low: Any, high: Any) -> list[float]:
    """Return two neighbouring values, the next one beyond each, and the shortest decimal between the two."""
    kind = type(low)
    values = [np.nextafter(low, kind(-np.inf)), low, high, np.nextafter(high, kind(np.inf))]
    return [float(value) for value in values] + [_shortest_between(float(low), float(high))]


def _shortest_between(low: float, high: float) -> float:
    """Return the number of fewest decimals within [low, high]."""
    middle = (low + high) / 2
    decimals = (round(middle, digits) for digits in range(60))
    return next((value for value in decimals if low <= value <= high), middle)
