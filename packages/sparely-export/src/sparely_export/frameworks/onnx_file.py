"""A ready .onnx file: it is its own estimator, and is only fitted to what the service sends and shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.base import BaseEstimator

from sparely_export.conversion import Converted
from sparely_export.features import Feature
from sparely_export.graph import open_session
from sparely_export.inputs import Input
from sparely_export.refusals import Refusal
from sparely_export.tasks import Task

DATATYPES = {"tensor(float)": "FP32", "tensor(double)": "FP64", "tensor(int64)": "INT64", "tensor(string)": "BYTES"}
MOST_VALUES = 4_096
SUMS_TO_ONE = 1e-3


class InvalidOnnx(Refusal):
    """The model takes or gives what the service has no form for."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the model takes: tensors by name with their datatype and the sizes of a row."""

    datatypes: dict[str, str]
    sizes: dict[str, tuple[int, ...]]


class OnnxFile(BaseEstimator):  # type: ignore[misc]
    """The file as it was given, as an estimator: its answers are what the adapted model is compared with."""

    framework = "onnx"

    def __init__(self, content: bytes, labels: Sequence[str] = ()) -> None:
        self.content, self.labels = content, tuple(labels)
        self.session = open_session(content)
        self.layout = _layout(self.session)
        self.n_features_in_ = sum(prod(size) for size in self.layout.sizes.values())

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def scores(self, rows: Any) -> np.ndarray:
        """Return the only output of numbers, as shape (n, m)."""
        values = self._run(rows)[self.numbers]
        return values.reshape(len(values), -1)

    def predict(self, rows: Any) -> np.ndarray:
        """Return the label of the largest score, or the numbers themselves."""
        scores = self.scores(rows)
        if self.task.kind != "classifier":
            return scores
        return np.array(self.labels, dtype=object)[scores.argmax(axis=1)]

    def predict_proba(self, rows: Any) -> np.ndarray:
        """Return the scores, made probabilities by softmax where they are none."""
        scores = self.scores(rows).astype(np.float64)
        if self.gives_shares:
            return scores
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    @property
    def gives_shares(self) -> bool:
        """Whether its numbers are probabilities already, seen on rows of zeros, halves and ones."""
        rows = np.repeat([[0.0], [0.5], [1.0]], self.n_features_in_, axis=1)
        scores = self.scores(rows)
        return bool((scores >= 0).all() and (np.abs(scores.sum(axis=1) - 1) < SUMS_TO_ONE).all())

    @property
    def task(self) -> Task:
        """A classifier where labels were named; else a regressor of as many numbers as it gives."""
        width = self.scores(np.zeros((1, self.n_features_in_))).shape[1]
        if not self.labels:
            targets = tuple(f"output_{index}" for index in range(width))
            return Task("regressor") if width == 1 else Task("multi-regressor", targets=targets)
        if len(self.labels) != width:
            raise InvalidOnnx(f"the model gives {width} numbers a row, and --labels names {len(self.labels)}")
        return Task("classifier", self.labels)

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
        task = self.task
        if self.labels:
            return Converted(proto, task, _classify(proto.graph, self)), inputs
        return Converted(proto, task, {"value" if task.kind == "regressor" else "values": self.numbers}), inputs


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


def _classify(graph: onnx.GraphProto, model: OnnxFile) -> dict[str, str]:
    """Add label and, where the numbers are scores, the softmax that makes probabilities of them."""
    source, width = model.numbers, len(model.labels)
    shares = source if model.gives_shares else "label_probabilities"
    if shares != source:
        graph.node.append(helper.make_node("Softmax", [source], [shares], axis=1))
    names = numpy_helper.from_array(np.array(model.labels, dtype=object), "label_names")
    graph.initializer.append(names)
    graph.node.append(helper.make_node("ArgMax", [source], ["label_index"], axis=1, keepdims=0))
    graph.node.append(helper.make_node("Gather", ["label_names", "label_index"], ["predicted_label"], axis=0))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("predicted_label", TensorProto.STRING, [None]))
    graph.output.append(helper.make_tensor_value_info(shares, TensorProto.FLOAT, [None, width]))
    return {"label": "predicted_label", "probabilities": shares}
