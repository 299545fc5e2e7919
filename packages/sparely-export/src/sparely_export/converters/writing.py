"""An ONNX graph as it is written: nodes with names of their own, constants of its number type, blocks of columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from sparely_export.converters.blocks import Block, Part
from sparely_export.trees.written import Attributes


@dataclass(slots=True)
class Writer:
    """
    Collects the nodes of a graph.

    Args:
        double: whether its numbers are float64.
        exact: whether sums of trees' leaves, which the operator gives in float32, are written in three parts.
        spellings: values of the rows that may be categories, and their texts.
        trees: attributes of tree operators by the node's name; it gets them when all is written, as small as they can
            be.
    """

    double: bool
    opsets: dict[str, int]
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)
    answers: dict[Any, Any] = field(default_factory=dict)
    exact: bool = False
    taken: frozenset[str] = frozenset()
    spellings: dict[Any, str] = field(default_factory=dict)
    trees: dict[str, Attributes] = field(default_factory=dict)
    count: int = 0

    @property
    def number(self) -> int:
        """ONNX' type of the graph's numbers."""
        return int(TensorProto.DOUBLE if self.double else TensorProto.FLOAT)

    @property
    def array_type(self) -> Any:
        """numpy's type of the graph's numbers."""
        return np.float64 if self.double else np.float32

    def name(self, stem: str) -> str:
        """Return a name that nothing else in the graph bears."""
        self.count += 1
        name = f"{stem}_{self.count}"
        return self.name(stem) if name in self.taken else name

    def constant(self, values: Any) -> str:
        """Add what does not depend on rows: floats become the graph's numbers, whole numbers int64."""
        array = np.asarray(values)
        if array.dtype.kind == "f":
            array = array.astype(self.array_type)
        elif array.dtype.kind in "iu":
            array = array.astype(np.int64)
        elif array.dtype.kind in "OU":
            array = np.array([str(value) for value in array.ravel()], dtype=object).reshape(array.shape)
        name = self.name("constant")
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def node(self, operator: str, *inputs: str, domain: str = "", prefix: str = "", **attributes: Any) -> str:
        """Add a node of one output and return the output's name."""
        return self.nodes_of(operator, inputs, 1, domain=domain, prefix=prefix, **attributes)[0]

    def nodes_of(
        self,
        operator: str,
        inputs: Sequence[str],
        outputs: int,
        *,
        domain: str = "",
        prefix: str = "",
        **attributes: Any,
    ) -> list[str]:
        """Add a node of several outputs and return their names."""
        results = [self.name(operator.lower()) for _ in range(outputs)]
        name = self.name(f"{prefix}{operator}")
        node = helper.make_node(operator, list(inputs), results, name=name, domain=domain, **attributes)
        node.attribute.sort(key=lambda entry: entry.name)
        self.nodes.append(node)
        return results

    def ensemble(self, source: str, prefix: str, attributes: Attributes) -> str:
        """Add a TreeEnsembleRegressor, and keep its attributes until all is written."""
        result = self.node("TreeEnsembleRegressor", source, domain="ai.onnx.ml", prefix=prefix)
        self.trees[self.nodes[-1].name] = attributes
        return result

    def cast(self, value: str, kind: int | None = None) -> str:
        """Cast to a type of ONNX, the graph's numbers if none is said."""
        return self.node("Cast", value, to=self.number if kind is None else kind)

    def calculate(self, operator: str, value: str, *constants: Any, **attributes: Any) -> str:
        """Add a node of a value and constants, which are floats."""
        others = [self.constant(np.asarray(each, dtype=np.float64)) for each in constants]
        return self.node(operator, value, *others, **attributes)

    def numbers(self, block: Block) -> str:
        """Return a block's columns as one tensor (n, width) of numbers."""
        if "word" in block.kinds:
            raise ValueError("a step of numbers meets a column of words")
        return self.joined([part.name for part in block.parts])

    def joined(self, names: Sequence[str], axis: int = 1) -> str:
        """Put tensors side by side."""
        return names[0] if len(names) == 1 else self.node("Concat", *names, axis=axis)

    def columns(self, value: str, indices: Sequence[int]) -> str:
        """Choose columns of a tensor (n, k)."""
        return self.node("Gather", value, self.constant(np.array(indices, dtype=np.int64)), axis=1)

    def split(self, block: Block) -> list[Part]:
        """Return a block's columns each by itself, of shape (n, 1)."""
        return [
            part if part.width == 1 else Part(self.columns(part.name, [index]), part.kind, 1)
            for part in block.parts
            for index in range(part.width)
        ]

    def select(self, block: Block, indices: Sequence[int]) -> Block:
        """Choose columns of a block, neighbours of one kind and tensor together."""
        places = [(part, index) for part in block.parts for index in range(part.width)]
        parts: list[tuple[Part, list[int]]] = []
        for position in indices:
            part, index = places[position]
            if parts and parts[-1][0] is part:
                parts[-1][1].append(index)
            else:
                parts.append((part, [index]))
        names = tuple(block.names[position] for position in indices) if block.names else ()
        return Block(tuple(self._chosen(part, chosen) for part, chosen in parts), names)

    def _chosen(self, part: Part, indices: list[int]) -> Part:
        if indices == list(range(part.width)):
            return part
        return Part(self.columns(part.name, indices), part.kind, len(indices))

    def block(self, name: str, width: int, names: Sequence[str] = ()) -> Block:
        """Return a tensor of numbers as a block."""
        return Block((Part(name, "number", width),), tuple(names))
