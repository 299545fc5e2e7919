"""The last step of a conversion: the trees of a whole graph in fewer bytes, where there are many."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from sparely_export.graph import nodes_inside
from sparely_export.trees.compact import compacted
from sparely_export.trees.two_classes import MOST_TREES, of_second
from sparely_export.trees.value_types import value_types
from sparely_export.trees.written import (
    NEWER,
    OLDER,
    TREE_OPERATORS,
    Attributes,
    UnknownForm,
    Written,
    attributes_of,
    protos_of,
    read,
    size_of,
    without_zeros,
)

LEAST_NODES = 2_000
"""
Of all trees of a graph: from there on the newer operator is worth the nodes that it needs behind it.

Measured: docs/decisions.md, "Models".
"""

MOST_ROOTS = 500
"""
Trees of one operator: onnxruntime opens the newer one in a time that grows with trees times nodes.

Measured: the same page. With 256 trees it is 0.7 to 0.8 of that of the older ones, with 1,024 1.1 to 1.4 times as long.
"""

DOMAIN, BEFORE, AFTER = "ai.onnx.ml", 3, 5
NUMBERS: dict[int, Any] = {TensorProto.FLOAT: np.float32, TensorProto.DOUBLE: np.float64}
WHOLE = (TensorProto.INT32, TensorProto.INT64)


@dataclass(frozen=True, slots=True)
class Shrunk:
    """How many bytes the trees of a graph take, before and after."""

    before: int
    after: int

    @property
    def share(self) -> float:
        """How much less that is, in per cent."""
        return 100 * (1 - self.after / self.before)


class _AsItIs(Exception):
    """These trees stay as they are."""


def shrink(proto: onnx.ModelProto, pending: Mapping[str, Attributes] = MappingProxyType({})) -> Shrunk | None:
    """
    Write the trees of a graph as the newer operator, all of them or none; what they add stays the same, bit for bit.

    Args:
        pending: attributes of nodes by their names, which the nodes have not been given yet.

    Returns:
        The sizes; None where nothing was to gain, and the graph is as it was.
    """
    trees = {
        place: pending.get(node.name) or attributes_of(node)
        for place, node in enumerate(proto.graph.node)
        if node.op_type in OLDER
    }
    made: dict[int, _Made] = {}
    try:
        made = _all(proto, trees)
    except (_AsItIs, UnknownForm):
        made = {}
    before = sum(size_of(values) for values in trees.values())
    after = sum(size_of(each.attributes) for each in made.values())
    if not made or after >= before:
        return _as_before(proto, trees, before, pending)
    for place in sorted(made, reverse=True):
        _replace(proto.graph, place, made[place])
    for entry in proto.opset_import:
        entry.version = AFTER if entry.domain == DOMAIN else entry.version
    return Shrunk(before, after)


def _as_before(
    proto: onnx.ModelProto, trees: Mapping[int, Attributes], before: int, pending: Mapping[str, Attributes]
) -> Shrunk | None:
    """The older operators, of many trees without the zeros that leaves of several targets add to some."""
    many = _nodes(trees) >= LEAST_NODES
    after = 0
    for place, values in trees.items():
        node = proto.graph.node[place]
        lean = without_zeros(values) if many else values
        after += size_of(lean)
        if lean is not values or node.name in pending:
            del node.attribute[:]
            node.attribute.extend(protos_of(lean))
    return Shrunk(before, after) if after < before else None


def _nodes(trees: Mapping[int, Attributes]) -> int:
    return sum(len(each["nodes_treeids"]) for each in trees.values())


@dataclass(slots=True)
class _Made:
    """A node's new attributes, its input's type in ONNX, and the nodes and constants around it."""

    attributes: dict[str, Any]
    kind: int
    source: str
    result: str = ""
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def node(self, operator: str, *inputs: str, result: str = "", **attributes: Any) -> str:
        """Add a node behind the trees, and return its output."""
        result = result or f"{self.result}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [result], name=result, **attributes))
        return result

    def constant(self, values: np.ndarray) -> str:
        """Add what does not depend on rows."""
        name = f"{self.result}_constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(values, name))
        return name


FUNCTIONS: dict[bytes, Callable[[_Made, str], str]] = {
    b"NONE": lambda _, raw: raw,
    b"LOGISTIC": lambda made, raw: made.node("Sigmoid", raw),
    b"SOFTMAX": lambda made, raw: made.node("Softmax", raw, axis=1),
}
"""By the older operator's post_transform, what makes answers of the sums."""


def _all(proto: onnx.ModelProto, trees: Mapping[int, Attributes]) -> dict[int, _Made]:
    versions = {entry.domain: entry.version for entry in proto.opset_import}
    if _nodes(trees) < LEAST_NODES or _means_other(proto, versions.get(DOMAIN, 1)):
        raise _AsItIs
    if any(node.op_type in TREE_OPERATORS for node in _inside(proto.graph)):
        raise _AsItIs
    types, used = value_types(proto), _used(proto.graph)
    return {place: _made(proto.graph.node[place], values, types, used) for place, values in trees.items()}


def _means_other(proto: onnx.ModelProto, version: int) -> bool:
    """Whether another operator of the graph's would be read otherwise: LabelEncoder was, before version 2."""
    return version > BEFORE or (version < 2 and any(node.op_type == "LabelEncoder" for node in proto.graph.node))


def _inside(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    return (each for node in graph.node for each in nodes_inside(node))


def _used(graph: onnx.GraphProto) -> set[str]:
    names = {name for node in (*graph.node, *_inside(graph)) for name in node.input}
    return names | {entry.name for entry in graph.output}


def _made(node: onnx.NodeProto, values: Attributes, types: Mapping[str, int], used: set[str]) -> _Made:
    kind, transform = types.get(node.input[0]), values.get("post_transform", b"NONE")
    if kind not in (*NUMBERS, *WHOLE) or values.get("aggregate_function", b"SUM") != b"SUM":
        raise _AsItIs
    trees, number = read(node.op_type, values), TensorProto.FLOAT if kind in WHOLE else kind
    classes = _labels(values) if node.op_type == "TreeEnsembleClassifier" else None
    _check_answers(trees, values, transform, classes)
    targets = 1 if transform == b"LOGISTIC" else len(classes) if classes is not None else int(values["n_targets"])
    attributes = compacted(trees, NUMBERS[number], targets)
    second = of_second(trees) if attributes is None and targets == 2 and not _base(values).any() else None
    if second is not None and (number == TensorProto.DOUBLE or len(trees.roots) <= MOST_TREES):
        attributes = compacted(second[0], NUMBERS[number], 1)
    if attributes is None or len(attributes["tree_roots"]) > MOST_ROOTS:
        raise _AsItIs
    *label, scores = node.output
    made = _Made(attributes, kind, node.input[0], f"{scores}_trees")
    raw = _with_base(made, values, NUMBERS[number])
    if second is not None:
        raw = _both(made, raw, len(trees.roots), second[1], NUMBERS[number])
    elif transform == b"LOGISTIC":
        raw = made.node("Concat", made.node("Neg", raw), raw, axis=1)
    if classes is not None and label[0] in used:
        best = made.node("ArgMax", raw, axis=1, keepdims=0)
        made.node("Gather", made.constant(classes), best, axis=0, result=label[0])
    answers = FUNCTIONS[transform](made, raw)
    last = made.node("Cast", answers, to=TensorProto.FLOAT) if number == TensorProto.DOUBLE else answers
    _rename(made, last, scores)
    return made


def _both(made: _Made, shares: str, trees: int, whole: float, number_type: Any) -> str:
    """Of the second class' shares the sums for both."""
    rest = made.node("Sub", made.constant(np.array([trees], number_type)), shares)
    both = made.node("Concat", rest, shares, axis=1)
    return both if whole == 1 else made.node("Mul", both, made.constant(np.array([whole], number_type)))


def _check_answers(trees: Written, values: Attributes, transform: bytes, classes: np.ndarray | None) -> None:
    """
    Know which answers other operators make of sums.

    Of two classes one has weights, and the other what is left of a logistic function; onnxruntime has another border
    where all weights are positive, and of two classes that both have weights rules of its own.
    """
    if classes is None:
        known = transform == b"NONE"
    elif len(classes) == 2:
        single = int(trees.targets.max()) == 0 and len(_base(values)) <= 1
        known = single and transform == b"LOGISTIC" and trees.weights.min() < 0
    else:
        known = transform in (b"NONE", b"SOFTMAX")
    if not known:
        raise _AsItIs


def _labels(values: Attributes) -> np.ndarray:
    words = [each.decode() for each in values.get("classlabels_strings", [])]
    return np.array(words, dtype=object) if words else np.asarray(values["classlabels_int64s"], dtype=np.int64)


def _base(values: Attributes) -> np.ndarray:
    found = values.get("base_values_as_tensor", values.get("base_values"))
    return np.zeros(0) if found is None else np.asarray(found)


def _with_base(made: _Made, values: Attributes, number_type: Any) -> str:
    base = _base(values)
    return made.node("Add", made.result, made.constant(base.astype(number_type))) if base.any() else made.result


def _rename(made: _Made, old: str, new: str) -> None:
    for node in made.nodes:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]
    made.result = new if made.result == old else made.result


def _replace(graph: onnx.GraphProto, place: int, made: _Made) -> None:
    node = graph.node[place]
    node.op_type = NEWER
    del node.attribute[:]
    node.attribute.extend(protos_of(made.attributes))
    node.output[:] = [made.result]
    for behind in reversed(made.nodes):
        graph.node.insert(place + 1, behind)
    graph.initializer.extend(made.constants)
    if made.kind in WHOLE:
        name = f"{made.result}_input"
        node.input[:] = [name]
        graph.node.insert(place, helper.make_node("Cast", [made.source], [name], name=name, to=TensorProto.FLOAT))
