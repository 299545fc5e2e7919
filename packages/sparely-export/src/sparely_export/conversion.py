"""Second step of an export: a fitted estimator becomes an ONNX model, the same bytes every time."""

import contextlib
import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import onnx
from google.protobuf.message import EncodeError  # type: ignore[import-untyped]
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType
from sklearn.base import is_classifier

from sparely.package_size import MODEL_LIMIT_BYTES
from sparely_export import graph, repairs
from sparely_export.converters import assembling
from sparely_export.converters.plain import is_plain
from sparely_export.converters.registry import NoForm
from sparely_export.failures import at_step
from sparely_export.features import NEVER_SENT
from sparely_export.inputs import Input
from sparely_export.refusals import Refusal
from sparely_export.steps import chooses_by_name, walk
from sparely_export.tasks import Task, task_of
from sparely_export.trees import isolation, missing_values
from sparely_export.trees.ensemble import MANY
from sparely_export.trees.shrinking import Shrunk, shrink
from sparely_export.trees.size import TooLargeForOnnx, nodes_of, nodes_written
from sparely_export.trees.written import Attributes

OPSET = {"": 17, "ai.onnx.ml": 3}
"""
Operator sets of every exported model, with ONNX' intermediate representation version 8.

Old on purpose: onnxruntime runs opset 17 since 1.12, so the package may carry any later version. Many trees are of
ai.onnx.ml 5, which it runs since 1.21 (`trees/shrinking.py`).
Source: https://onnxruntime.ai/docs/reference/compatibility.html
"""

INSTEAD = (
    " Take another step in its place (`sparely docs what-converts` has those that convert), or convert the model to "
    ".onnx where it was fitted, and add that file."
)

TENSOR_TYPES = {
    "FP32": FloatTensorType,
    "FP64": DoubleTensorType,
    "INT64": Int64TensorType,
    "BYTES": StringTensorType,
}


class ConversionError(Refusal):
    """
    The estimator has no ONNX form, by the converter's own words.

    `is_foreign`: those words are of code that is not ours, and so do not say what to do.
    """

    def __init__(self, reason: str, *, is_foreign: bool = False) -> None:
        super().__init__(reason)
        self.is_foreign = is_foreign

    def of(self, model: str) -> "ConversionError":
        """The same as a sentence about a model, with what to do."""
        advice = INSTEAD if self.is_foreign else ""
        return ConversionError(f"{model} will not convert: {self}. Nothing was written.{advice}")


@dataclass(frozen=True)
class Converted:
    """
    An ONNX model, and what the manifest says of its answers.

    `left_out` are nodes of the estimator's trees that decide nothing, `shrunk` by how much its trees became smaller.
    """

    proto: onnx.ModelProto
    task: Task
    outputs: dict[str, str]
    left_out: int = 0
    shrunk: Shrunk | None = None

    @property
    def kind(self) -> str:
        """The kind of answer."""
        return self.task.kind

    @property
    def labels(self) -> tuple[Any, ...]:
        """The classes, in the order of the probabilities' columns."""
        return self.task.labels

    @cached_property
    def content(self) -> bytes:
        """
        The bytes of model.onnx.

        Raises:
            TooLargeForOnnx: protobuf does not write so many.
        """
        try:
            content = bytes(self.proto.SerializeToString(deterministic=True))
        except (EncodeError, ValueError):  # of which it has two, by how it was built
            raise TooLargeForOnnx(self.proto.graph.name) from None
        if len(content) > MODEL_LIMIT_BYTES:
            raise TooLargeForOnnx(self.proto.graph.name)
        return content


def convert(
    estimator: Any, inputs: Sequence[Input], name: str, task: Task | None = None, *, double: bool | None = None
) -> Converted:
    """
    Convert a fitted estimator.

    Args:
        estimator: one that predicts, or a pipeline that ends in one.
        inputs: the tensors that the model shall take.
        name: the graph's name; without one the converter makes up a random one.
        task: what it answers; without it, one answer a row is assumed.
        double: whether to compute in float64; without it, where an input is.

    Raises:
        ConversionError: the converter refuses it.
    """
    task = task or task_of(estimator)
    double = any(entry.datatype == "FP64" for entry in inputs) if double is None else double
    isolation.register()
    pending: dict[str, Attributes] = {}
    try:
        with missing_values.written(missing=any(each.nullable for entry in inputs for each in entry.features)):
            if not double and is_plain(estimator) and _as_ever(estimator, inputs) and nodes_of(estimator) < MANY:
                with _as_the_converter_wants(estimator):
                    proto = _to_onnx(estimator, inputs, name)
                repairs.spell_out_two_classes(proto)
            else:
                proto, pending = assembling.assemble(estimator, inputs, name, task, OPSET, double=double)
    except Exception as error:
        raise ConversionError(at_step(error, estimator), is_foreign=not isinstance(error, NoForm)) from error
    shrunk = shrink(proto, pending)
    _settle(proto)
    graph.name_inputs(proto, [entry.name for entry in inputs])
    repairs.use_any_locale(proto)
    left_out = max(nodes_of(estimator) - nodes_written(proto), 0)
    return Converted(proto, task, graph.name_outputs(proto, task), left_out, shrunk)


def _as_ever(estimator: Any, inputs: Sequence[Input]) -> bool:
    """Whether columns that are chosen by name have a tensor each."""
    shared = any(len(entry.features) > 1 for entry in inputs) and (len(inputs) > 1 or chooses_by_name(estimator))
    return not shared


def _to_onnx(estimator: Any, inputs: Sequence[Input], name: str) -> onnx.ModelProto:
    """Convert without zipmap, in silence: what matters of the converter's warnings, parity finds."""
    types = [(entry.name, TENSOR_TYPES[entry.datatype]([None, len(entry.features)])) for entry in inputs]
    options = {id(estimator): {"zipmap": False}} if is_classifier(estimator) else None
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            proto: onnx.ModelProto = to_onnx(
                estimator, initial_types=types, options=options, target_opset=OPSET, name=name
            )
        except NameError as error:  # what skl2onnx raises at an option that a converter does not know
            if "zipmap" not in str(error):
                raise
            proto = to_onnx(estimator, initial_types=types, target_opset=OPSET, name=name)
    return proto


@contextlib.contextmanager
def _as_the_converter_wants(estimator: Any) -> Iterator[None]:
    """
    Set, for the time of a conversion, parameters that it insists on and that change no answer.

    A VotingClassifier's `flatten_transform` shapes its transform, which is not served.
    An imputer of strings never meets a missing one in ONNX, for null arrives as the word that it fills in.
    """
    before: list[tuple[Any, str, Any]] = []
    for _, step in walk(estimator):
        settings: dict[str, Any] = {"flatten_transform": False} if hasattr(step, "flatten_transform") else {}
        if type(step).__name__ == "SimpleImputer" and step.statistics_.dtype.kind in "OUT":
            settings = {"missing_values": NEVER_SENT}
        before += [(step, name, getattr(step, name)) for name in settings]
        for name, value in settings.items():
            setattr(step, name, value)
    try:
        yield
    finally:
        for step, name, value in before:
            setattr(step, name, value)


def _settle(proto: onnx.ModelProto) -> None:
    """Sort the operator sets, which the converter writes in an order that differs between processes."""
    domains = sorted((entry.domain, entry.version) for entry in proto.opset_import)
    del proto.opset_import[:]
    proto.opset_import.extend(onnx.helper.make_opsetid(*domain) for domain in domains)
