"""A ready .onnx file: it is its own estimator, and is only fitted to what the service sends and shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper
from sklearn.base import BaseEstimator

from sparely_export.conversion import Converted
from sparely_export.features import Feature
from sparely_export.frameworks.onnx_forms import usual
from sparely_export.frameworks.onnx_labels import labels_told
from sparely_export.frameworks.onnx_meaning import (
    InvalidOnnx,
    Meaning,
    ends_in_sigmoid,
    labels_of,
    meaning,
    probabilities_of,
    write,
)
from sparely_export.graph import open_session
from sparely_export.inputs import Input
from sparely_export.tasks import Task
from sparely_export.trees.shrinking import shrink

DATATYPES = {"tensor(float)": "FP32", "tensor(double)": "FP64", "tensor(int64)": "INT64", "tensor(string)": "BYTES"}
MOST_VALUES = 4_096
SAMPLES = 32


@dataclass(frozen=True, slots=True)
class Layout:
    """What the model takes: tensors by name with their datatype and the sizes of a row."""

    datatypes: dict[str, str]
    sizes: dict[str, tuple[int, ...]]


__all__ = ["InvalidOnnx", "OnnxFile", "open_onnx"]


class OnnxFile(BaseEstimator):  # type: ignore[misc]
    """The file as it was given, as an estimator: its answers are what the adapted model is compared with."""

    framework = "onnx"

    def __init__(self, content: bytes, labels: Sequence[str] = (), kind: str | None = None) -> None:
        content, zipped = usual(content)
        self.content, self.labels, self.kind = content, tuple(labels) or zipped, kind
        self._known: tuple[Any, Meaning] | None = None
        self.session = open_session(content)
        self.layout = _layout(self.session)
        self.n_features_in_ = sum(prod(size) for size in self.layout.sizes.values())

    def scores(self, rows: Any) -> np.ndarray:
        """Return the only output of numbers, as shape (n, m)."""
        values = self._run(rows)[self.numbers]
        return values.reshape(len(values), -1)

    def predict(self, rows: Any) -> np.ndarray:
        """Return what is named of each row, or the numbers themselves."""
        scores = self.scores(rows)
        return labels_of(self.meaning, scores) if self.meaning.task.labels else scores

    def predict_proba(self, rows: Any) -> np.ndarray:
        """Return probabilities, made of the numbers where they are none yet."""
        return probabilities_of(self.meaning, self.scores(rows))

    @property
    def meaning(self) -> Meaning:
        """What its numbers are, read off the graph, off its answers to some rows, and off what was told."""
        told = (self.kind, self.labels)
        if self._known is None or self._known[0] != told:
            graph, (scores, label) = onnx.load_from_string(self.content).graph, self._some_answers()
            labels = self.labels or (() if self.kind else labels_told(graph, scores.shape[1], label, scores))
            sigmoid = ends_in_sigmoid(graph, self.numbers)
            self._known = (told, meaning(self.kind, labels, scores, sigmoid=sigmoid))
        return self._known[1]

    def _some_answers(self) -> tuple[np.ndarray, np.ndarray | None]:
        """Its numbers for zeros, halves, ones and, where it takes them, numbers around zero; the words beside them."""
        rows = np.repeat([[0.0], [0.5], [1.0]], self.n_features_in_, axis=1)
        draws = np.random.default_rng(0).normal(0, 3, (SAMPLES, self.n_features_in_))
        try:
            answers = self._run(np.vstack([rows, draws]))
        except ValueError:  # as indices of an embedding, which only some numbers are
            answers = self._run(rows)
        scores = answers.pop(self.numbers)
        return scores.reshape(len(scores), -1), next(iter(answers.values())) if len(answers) == 1 else None

    @property
    def task(self) -> Task:
        """The kind of its answers."""
        return self.meaning.task

    @property
    def numbers(self) -> str:
        """The name of the output that holds numbers: a score, or a probability or score a class."""
        floats = [
            entry.name for entry in self.session.get_outputs() if entry.type in ("tensor(float)", "tensor(double)")
        ]
        if len(floats) != 1:
            outputs = ", ".join(f"{entry.name} {entry.type}" for entry in self.session.get_outputs())
            raise InvalidOnnx(
                f"the model has the outputs {outputs}; expected one of numbers (export it without zipmap)"
            )
        return str(floats[0])

    def run(self, feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        """
        Answer tensors with tensors, in the order of the model's outputs.

        Raises:
            ValueError: the model refuses them, as estimators refuse rows.
        """
        try:
            return list(self.session.run(None, feed))
        except Exception as error:
            raise ValueError(" ".join(str(error).split())[:300]) from error

    def _run(self, rows: Any) -> dict[str, np.ndarray]:
        values, feed, start = np.asarray(rows), {}, 0
        for name, size in self.layout.sizes.items():
            part = values[:, start : start + prod(size)]
            kind = {"FP32": np.float32, "FP64": np.float64, "INT64": np.int64, "BYTES": object}
            feed[name] = part.astype(kind[self.layout.datatypes[name]]).reshape(len(values), *size)
            start += prod(size)
        names = [entry.name for entry in self.session.get_outputs()]
        return dict(zip(names, self.run(feed), strict=True))

    def adapted(self, features: Sequence[Feature], name: str) -> tuple[Converted, tuple[Input, ...]]:
        """Return the model with flat inputs, and with label and probabilities where its classes have labels."""
        proto = onnx.load_from_string(self.content)
        proto.graph.name = name
        inputs = tuple(_flatten_inputs(proto, self.layout, list(features)))
        floats = {entry.name: entry.type for entry in self.session.get_outputs()}
        kind = TensorProto.DOUBLE if floats[self.numbers] == "tensor(double)" else TensorProto.FLOAT
        outputs = write(proto.graph, self.numbers, self.meaning, kind)
        return Converted(proto, self.task, outputs, shrunk=shrink(proto)), inputs


def open_onnx(path: Path, trusted: Sequence[str]) -> OnnxFile:
    """
    Open a model that another tool has converted.

    Raises:
        InvalidOnnx: onnxruntime does not load it, or its inputs have no fixed row size.
    """
    try:
        # Weights that lie in files beside it come with it: what ships is one file, which has one digest.
        return OnnxFile(onnx.load(path).SerializeToString())
    except InvalidOnnx:
        raise
    except Exception as error:
        raise InvalidOnnx(f"onnxruntime does not load {path}: {' '.join(str(error).split())[:300]}") from error


def _layout(session: Any) -> Layout:
    datatypes, sizes = {}, {}
    for entry in session.get_inputs():
        if entry.type not in DATATYPES:
            raise InvalidOnnx(f"input {entry.name} is {entry.type}; the service sends {', '.join(DATATYPES)}")
        batch, *row = entry.shape or [None]
        if isinstance(batch, int) or any(not isinstance(size, int) for size in row):
            raise InvalidOnnx(
                f"input {entry.name} has shape {entry.shape}; expected a free first size (rows) and fixed others"
            )
        datatypes[entry.name], sizes[entry.name] = DATATYPES[entry.type], tuple(row)
    values = sum(prod(size) for size in sizes.values())
    if values > MOST_VALUES:
        raise InvalidOnnx(f"a row has {values} values; the service takes rows of at most {MOST_VALUES}")
    return Layout(datatypes, sizes)


def _flatten_inputs(proto: onnx.ModelProto, layout: Layout, features: list[Feature]) -> Any:
    """Yield the inputs as (n, k), each with a Reshape behind it where the model wants other sizes."""
    for name, size in layout.sizes.items():
        count = prod(size)
        taken, features[:] = features[:count], features[count:]
        if len(size) != 1:
            _reshape(proto.graph, name, size)
        yield Input(name, layout.datatypes[name], tuple(taken))


def _reshape(graph: onnx.GraphProto, name: str, size: Sequence[int]) -> None:
    shaped, shape = f"{name}_shaped", f"{name}_shape"
    for node in graph.node:
        node.input[:] = [shaped if each == name else each for each in node.input]
    graph.initializer.append(helper.make_tensor(shape, TensorProto.INT64, [len(size) + 1], [-1, *size]))
    graph.node.insert(0, helper.make_node("Reshape", [name, shape], [shaped]))
    entry = next(each for each in graph.input if each.name == name)
    entry.CopyFrom(helper.make_tensor_value_info(name, entry.type.tensor_type.elem_type, [None, prod(size)]))
