"""What the numbers of a ready .onnx file mean, read off its graph, or told by `--kind`; and the nodes that say so."""

from collections.abc import Sequence
from shlex import quote
from typing import Any, NamedTuple

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from sparely_export.converters.logistic import logistic
from sparely_export.refusals import Refusal
from sparely_export.tasks import Task

SHAPING = frozenset(
    ("Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Dropout", "Concat")
)
MIDDLE = 0.5


class InvalidOnnx(Refusal):
    """The model takes or gives what the service has no form for, or does not say what its numbers mean."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem.rstrip('.')}. Nothing was written.")


class Meaning(NamedTuple):
    """
    A kind of answer, and what makes it of w numbers a row.

    `form` says what the numbers are: "values"; "scores" of c classes, "shares" that add up to 1, "likelihoods" of each
    by itself; of one number for two classes or of labels "probabilities" or, with a sigmoid missing, "logits".
    """

    task: Task
    form: str


def ends_in_sigmoid(graph: onnx.GraphProto, output: str) -> bool:
    """Whether all numbers of an output come out of logistic functions."""
    makers = {name: node for node in graph.node for name in node.output}
    waiting, seen = [output], set()
    while waiting:
        node = makers.get(waiting.pop())
        if node is None:
            return False
        if node.op_type in SHAPING:
            waiting += node.input if node.op_type == "Concat" else node.input[:1]
        elif node.op_type not in ("Sigmoid", "HardSigmoid") and not _links(node):
            return False
        seen.add(node.op_type)
    return True


def _links(node: onnx.NodeProto) -> bool:
    return any(entry.name == "post_transform" and entry.s == b"LOGISTIC" for entry in node.attribute)


def meaning(kind: str | None, labels: Sequence[str], scores: np.ndarray, *, sigmoid: bool) -> Meaning:
    """
    Tell what a model's numbers are.

    Args:
        kind: what `--kind` said, if it was told.
        scores: (n, w) for rows of zeros, ones and such.
        sigmoid: whether they come out of logistic functions.

    Raises:
        InvalidOnnx: it cannot be known, or is not what was told.
    """
    width, names = scores.shape[1], tuple(labels)
    likely = sigmoid or bool(((scores >= 0) & (scores <= 1)).all())
    shares = width > 1 and bool((scores >= 0).all() and (np.abs(scores.sum(axis=1) - 1) < 1e-3).all())
    if kind in ("regressor", "multi-regressor") or (kind is None and not names and not sigmoid and not shares):
        return _values(kind, names, width)
    if kind is None and not names:
        raise InvalidOnnx(_ask_labels(width, shares=shares))
    if not names:
        raise InvalidOnnx(f"--kind {kind} needs --labels, {_called(kind, width)}")
    if kind == "multilabel" or (kind is None and width == len(names) > 1 and sigmoid and not shares):
        _check_width(names, width)
        return Meaning(Task("multilabel", names), "probabilities" if likely else "logits")
    if width == 1 and len(names) == 1:
        both = quote(f"no,{names[0]}")
        raise InvalidOnnx(
            "it gives one number a row, and --labels names one class: name the two, the one that it is the probability "
            f"of last, such as --labels {both}, or say --kind multilabel where it tells this one label by itself"
        )
    if width == 1 and len(names) == 2:
        if not sigmoid and kind is None:
            raise InvalidOnnx(
                f"its one number a row is not seen to be a probability; with --kind classifier it is that of "
                f'"{names[1]}"{"" if likely else ", once a sigmoid is put behind it"}, with --kind regressor a value'
            )
        return Meaning(Task("classifier", names), "probabilities" if likely else "logits")
    _check_width(names, width)
    if shares:
        return Meaning(Task("classifier", names), "shares")
    if likely and kind is None:
        raise InvalidOnnx(
            f"its {width} numbers a row lie between 0 and 1 and do not add up to 1: say --kind multilabel where each "
            "tells one label by itself, or --kind classifier where the largest is the label"
        )
    return Meaning(Task("classifier", names), "likelihoods" if likely else "scores")


def _values(kind: str | None, names: tuple[str, ...], width: int) -> Meaning:
    if width == 1 and kind != "multi-regressor":
        return Meaning(Task("regressor"), "values")
    if kind == "regressor":
        raise InvalidOnnx(f"the model gives {width} numbers a row; say --kind multi-regressor")
    targets = names or tuple(f"output_{index}" for index in range(width))
    _check_width(targets, width)
    return Meaning(Task("multi-regressor", targets=targets), "values")


def _check_width(names: Sequence[str], width: int) -> None:
    if len(names) != width:
        raise InvalidOnnx(
            f"the model gives {width} numbers a row, and --labels names {len(names)}; name as many, in their order"
        )


def _ask_labels(width: int, *, shares: bool) -> str:
    if shares:
        return (
            f"its {width} numbers a row add up to 1, the probabilities of as many classes: name these in their order "
            "with --labels, or say --kind multi-regressor if they are shares of something else"
        )
    if width == 1:
        return (
            "its one number a row comes out of a sigmoid: name the two classes, the one that it is the probability of "
            "last, such as --labels no,yes, or say --kind regressor if it is a share"
        )
    return (
        f"its {width} numbers a row come out of sigmoids, each the probability of a label by itself: name them with "
        "--labels, or say --kind multi-regressor if they are shares"
    )


def _called(kind: str | None, width: int) -> str:
    """What is to be named of so many numbers a row."""
    if kind == "multilabel":
        return "the name of its label" if width == 1 else f"the names of its {width} labels"
    return f"the names of its {max(width, 2)} classes"


def labels_of(found: Meaning, scores: np.ndarray) -> np.ndarray:
    """What is named of n rows: a class each, or 0 and 1 of each label."""
    if found.task.kind == "multilabel":
        return (_likelihood(found, scores) > MIDDLE).astype(np.int64)
    names = np.array(found.task.labels, dtype=object)
    if scores.shape[1] == 1:
        return np.asarray(names[(_likelihood(found, scores)[:, 0] > MIDDLE).astype(int)])
    return np.asarray(names[scores.argmax(axis=1)])


def probabilities_of(found: Meaning, scores: np.ndarray) -> np.ndarray:
    """The probability of each class or label, (n, c)."""
    values = _likelihood(found, scores.astype(np.float64))
    if found.form == "scores":
        powers = np.exp(values - values.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))
    if found.form == "likelihoods":
        with np.errstate(invalid="ignore"):  # a row without any likelihood has no probabilities
            return np.asarray(values / values.sum(axis=1, keepdims=True))
    if found.task.kind == "classifier" and values.shape[1] == 1:
        return np.column_stack([1 - values, values])
    return values


def _likelihood(found: Meaning, scores: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):  # far outside, where a sigmoid is 0
        return 1 / (1 + np.exp(-scores.astype(np.float64))) if found.form == "logits" else scores


def write(graph: onnx.GraphProto, source: str, found: Meaning, kind: int) -> dict[str, str]:
    """
    Put the nodes behind a graph that make answers of its numbers.

    Args:
        source: the output of the numbers.
        kind: their type in ONNX.

    Returns:
        The outputs' names by their roles.
    """
    task, writer = found.task, _Writer(graph)
    if not task.labels:
        return {"value" if task.kind == "regressor" else "values": source}
    several = task.kind == "multilabel"
    if found.form in ("scores", "shares"):
        return _softmax(writer, source, found, kind)
    flat = writer.node("Reshape", source, writer.constant(np.array([-1, _width(task)])))
    wide = writer.node("Cast", flat, to=TensorProto.DOUBLE)
    if found.form == "logits":
        wide = logistic(writer, wide)
    if found.form == "likelihoods":
        total = writer.node("ReduceSum", wide, writer.constant(np.array([1])), keepdims=1)
        return _named(writer, writer.node("ArgMax", flat, axis=1, keepdims=0), writer.node("Div", wide, total), task)
    above = writer.node("Cast", writer.node("Greater", wide, writer.constant(np.array(MIDDLE))), to=TensorProto.INT64)
    if several:
        writer.outputs([(above, TensorProto.INT64, len(task.labels)), (wide, TensorProto.DOUBLE, len(task.labels))])
        return {"labels": above, "probabilities": wide}
    rest = writer.node("Sub", writer.constant(np.array(1.0)), wide)
    both = writer.node("Concat", rest, wide, axis=1)
    return _named(writer, writer.node("Reshape", above, writer.constant(np.array([-1]))), both, task)


def _width(task: Task) -> int:
    return 1 if task.kind == "classifier" and len(task.labels) == 2 else len(task.labels)


def _softmax(writer: "_Writer", source: str, found: Meaning, kind: int) -> dict[str, str]:
    best = writer.node("ArgMax", source, axis=1, keepdims=0)
    shares = writer.node("Softmax", source, axis=1) if found.form == "scores" else source
    return _named(writer, best, shares, found.task, kind)


def _named(
    writer: "_Writer", index: str, probabilities: str, task: Task, kind: int = TensorProto.DOUBLE
) -> dict[str, str]:
    names = writer.constant(np.array(task.labels, dtype=object))
    label = writer.node("Gather", names, index, axis=0)
    writer.outputs([(label, TensorProto.STRING, None), (probabilities, kind, len(task.labels))])
    return {"label": label, "probabilities": probabilities}


class _Writer:
    """Adds nodes whose names nothing else in the graph bears."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self.graph, self.count = graph, 0
        self.taken = {name for node in graph.node for name in (*node.input, *node.output)}

    def _name(self, stem: str) -> str:
        while True:
            self.count += 1
            name = f"answer_{stem}_{self.count}"
            if name not in self.taken:
                return name

    def constant(self, values: Any) -> str:
        name = self._name("constant")
        self.graph.initializer.append(numpy_helper.from_array(values, name))
        return name

    def node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        name = self._name(operator.lower())
        self.graph.node.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def outputs(self, described: Sequence[tuple[str, int, int | None]]) -> None:
        del self.graph.output[:]
        for name, kind, width in described:
            shape = [None] if width is None else [None, width]
            self.graph.output.append(helper.make_tensor_value_info(name, kind, shape))
