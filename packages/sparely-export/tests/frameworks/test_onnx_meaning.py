"""What the numbers of networks mean: known by how they end, or asked."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import pandas as pd
import pytest
from onnx import TensorProto, helper, numpy_helper

from sparely_export.candidate import Candidate
from sparely_export.describing import describe
from sparely_export.features import with_ranges
from sparely_export.frameworks.onnx_file import InvalidOnnx, OnnxFile
from sparely_export.graph import open_session
from sparely_export.manifest import Card
from sparely_export.precision import attempts

ROWS = pd.DataFrame(np.random.default_rng(2).normal(0, 1, (40, 4)).round(2), columns=["a", "b", "c", "d"])
ABC = ("a", "b", "c")


def network(outputs: int, *ends: str, double: bool = False) -> bytes:
    """One layer, and these operators behind it."""
    kind, array = (TensorProto.DOUBLE, np.float64) if double else (TensorProto.FLOAT, np.float32)
    weights = np.random.default_rng(1).normal(0, 2, (4, outputs)).astype(array)
    names = ["z", *(f"end_{place}" for place in range(len(ends)))]
    nodes = [helper.make_node("MatMul", ["x", "w"], ["z"])]
    nodes += [
        helper.make_node(end, [before], [after]) for end, before, after in zip(ends, names, names[1:], strict=False)
    ]
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", kind, ["n", 4])],
        [helper.make_tensor_value_info(names[-1], kind, ["n", outputs])],
        [numpy_helper.from_array(weights, "w")],
    )
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def own(content: bytes) -> np.ndarray:
    """The file's own numbers."""
    session = open_session(content)
    kind = np.float64 if "double" in session.get_inputs()[0].type else np.float32
    numbers: np.ndarray = session.run(None, {"x": ROWS.to_numpy().astype(kind)})[0]
    return numbers


def served(card: Card, model: OnnxFile) -> tuple[str, dict[str, np.ndarray]]:
    """The kind that was kept, and its outputs by role."""
    described = describe(model, ROWS)
    candidate = Candidate(
        card=card, estimator=model, features=with_ranges(described.features, described.rows),
        training_rows=described.rows, held_out_rows=described.rows,
    )  # fmt: skip
    kept = attempts(candidate)[-1].kept
    assert kept
    session = open_session(kept.converted.content)
    rows = ROWS.to_numpy().astype(np.float64 if kept.inputs[0].datatype == "FP64" else np.float32)
    outputs = session.run(list(kept.converted.outputs.values()), {kept.inputs[0].name: rows})
    return kept.converted.kind, dict(zip(kept.converted.outputs, outputs, strict=True))


@pytest.mark.parametrize("ends", [("Sigmoid",), ("Sigmoid", "Identity")], ids=str)
@pytest.mark.parametrize("double", [False, True])
def test_several_sigmoids_are_labels_each_by_itself(card: Card, ends: Sequence[str], double: bool) -> None:
    """Their numbers are served as they are, never through a softmax; above a half a label is given."""
    content = network(3, *ends, double=double)

    kind, answers = served(card, OnnxFile(content, ABC))

    assert kind == "multilabel"
    np.testing.assert_allclose(answers["probabilities"], own(content), atol=1e-7)
    assert np.array_equal(answers["labels"], (own(content) > 0.5).astype(int))


def test_one_sigmoid_is_a_classifier_of_two(card: Card) -> None:
    """The output is the probability of the second label."""
    content = network(1, "Sigmoid")

    kind, answers = served(card, OnnxFile(content, ("fine", "scratched")))

    likely = own(content)[:, 0].astype(np.float64)
    assert kind == "classifier"
    np.testing.assert_array_equal(answers["probabilities"], np.column_stack([1 - likely, likely]))
    assert answers["label"].tolist() == ["scratched" if each > 0.5 else "fine" for each in likely]


def test_softmax_is_left_alone(card: Card) -> None:
    """Shares that add up to 1 are the probabilities."""
    content = network(3, "Softmax")

    kind, answers = served(card, OnnxFile(content, ABC))

    assert kind == "classifier"
    np.testing.assert_array_equal(answers["probabilities"], own(content))


def test_scores_of_classes_get_a_softmax(card: Card) -> None:
    """Numbers beyond 0 to 1 are scores."""
    kind, answers = served(card, OnnxFile(network(3), ABC))

    assert kind == "classifier"
    np.testing.assert_allclose(answers["probabilities"].sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize(
    ("content", "labels", "told", "kind"),
    [
        (network(3), ABC, "multilabel", "multilabel"),
        (network(3, "Sigmoid"), ABC, "classifier", "classifier"),
        (network(1), ("no", "yes"), "classifier", "classifier"),
        (network(1, "Sigmoid"), (), "regressor", "regressor"),
        (network(3, "Sigmoid"), ABC, "multi-regressor", "multi-regressor"),
        (network(1), (), "multi-regressor", "multi-regressor"),
    ],
    ids=["scores of labels", "sigmoids of classes", "one score of two", "share", "shares", "one of several"],
)
def test_what_is_told_is_taken(card: Card, content: bytes, labels: Sequence[str], told: str, kind: str) -> None:
    """--kind says what the graph does not, and parity holds."""
    assert served(card, OnnxFile(content, labels, told))[0] == kind


@pytest.mark.parametrize(
    ("content", "labels", "told", "sentence"),
    [
        (network(1, "Sigmoid"), (), None,
         "its one number a row comes out of a sigmoid: name the two classes, the one that it is the probability of last, "
         "such as --labels no,yes, or say --kind regressor if it is a share"),
        (network(2, "Sigmoid"), (), None,
         "its 2 numbers a row come out of sigmoids, each the probability of a label by itself: name them with --labels, "
         "or say --kind multi-regressor if they are shares"),
        (network(1), ("no", "yes"), None,
         'its one number a row is not seen to be a probability; with --kind classifier it is that of "yes", once a '
         "sigmoid is put behind it, with --kind regressor a value"),
        (network(3, "Tanh", "Abs"), ABC, None,
         "its 3 numbers a row lie between 0 and 1 and do not add up to 1: say --kind multilabel where each tells one "
         "label by itself, or --kind classifier where the largest is the label"),
        (network(3, "Softmax"), (), None,
         "its 3 numbers a row add up to 1, the probabilities of as many classes: name these in their order with "
         "--labels, or say --kind multi-regressor if they are shares of something else"),
        (network(1, "Sigmoid"), ("yes",), None,
         "it gives one number a row, and --labels names one class: name the two, the one that it is the probability of "
         "last, such as --labels no,yes, or say --kind multilabel where it tells this one label by itself"),
        (network(3), (), "multilabel", "--kind multilabel needs --labels, the names of its 3 labels"),
        (network(1), (), "multilabel", "--kind multilabel needs --labels, the name of its label"),
        (network(1), (), "classifier", "--kind classifier needs --labels, the names of its 2 classes"),
        (network(3), (), "regressor", "the model gives 3 numbers a row; say --kind multi-regressor"),
    ],
    ids=["sigmoid", "sigmoids", "one score", "between 0 and 1", "shares", "one label", "no labels", "no label", "no classes",
         "several values"],
)  # fmt: skip
def test_what_cannot_be_known_is_asked(content: bytes, labels: Sequence[str], told: Any, sentence: str) -> None:
    """The sentence says what to say."""
    with pytest.raises(InvalidOnnx) as caught:
        _ = OnnxFile(content, labels, told).task

    assert str(caught.value) == f"{sentence}. Nothing was written."


def test_a_label_of_two_words_is_named_as_a_shell_takes_it() -> None:
    """In quotes."""
    with pytest.raises(InvalidOnnx, match="such as --labels 'no,late fee', or say"):
        _ = OnnxFile(network(1, "Sigmoid"), ("late fee",)).task


def test_probabilities_made_of_scores_keep_their_digits(card: Card) -> None:
    """Also those below what is left of 1 beside another."""
    model = OnnxFile(network(2, "Identity", double=True), ("a", "b"), "multilabel")
    far = ROWS.assign(a=-40.0)

    found = served(card, model)[1]["probabilities"]
    converted, inputs = model.adapted(describe(model, ROWS).features, "net")
    session = open_session(converted.content)
    small = session.run([converted.outputs["probabilities"]], {inputs[0].name: far.to_numpy()})[0]

    assert found.shape == (len(ROWS), 2)
    assert small.min() < 1e-18
    assert small == pytest.approx(model.predict_proba(far.to_numpy()), rel=1e-9)
