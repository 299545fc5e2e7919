"""A network that another tool has exported, on scikit-learn's digits."""

from pathlib import Path

import numpy as np
import onnx
import pandas as pd
import pytest
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import RidgeClassifier

from sparely_export.candidate import Candidate
from sparely_export.describing import describe
from sparely_export.features import with_ranges
from sparely_export.frameworks.onnx_file import InvalidOnnx, OnnxFile, open_onnx
from sparely_export.graph import open_session
from sparely_export.manifest import Card
from sparely_export.precision import Kept, attempts
from sparely_export.trees import shrinking

DIGITS = load_digits()
PIXELS = pd.DataFrame(DIGITS.data[:100], columns=[f"pixel_{index}" for index in range(64)])
LABELS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def network(batch: str | int = "n") -> bytes:
    """Scores of ten digits from an image of shape (n, 1, 8, 8)."""
    fitted = RidgeClassifier().fit(DIGITS.data, DIGITS.target)
    nodes = [helper.make_node("Flatten", ["image"], ["flat"]), helper.make_node("Gemm", ["flat", "w", "b"], ["scores"])]
    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [batch, 1, 8, 8])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [batch, 10])],
        [
            numpy_helper.from_array(fitted.coef_.T.astype(np.float32), "w"),
            numpy_helper.from_array(fitted.intercept_.astype(np.float32), "b"),
        ],
    )
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def kept(model: OnnxFile, card: Card) -> Kept:
    """Adapt the model and compare."""
    described = describe(model, PIXELS)
    features = with_ranges(described.features, described.rows)
    (attempt,) = attempts(
        Candidate(
            card=card,
            estimator=model,
            features=features,
            training_rows=described.rows,
            held_out_rows=described.rows,
        )
    )
    assert attempt.kept is not None
    return attempt.kept


def test_image_is_taken_flat_and_named(card: Card) -> None:
    """Pixels come as one row of 64; the answer is a label with the softmax of the scores."""
    found = kept(OnnxFile(network(), LABELS), card)

    (taken,) = found.inputs
    assert (taken.name, taken.datatype, len(taken.features)) == ("image", "FP32", 64)
    assert found.converted.kind == "classifier"
    assert found.converted.labels == LABELS
    onnx.checker.check_model(found.converted.proto)


def test_digits_are_recognised() -> None:
    """The labels are those of the images."""
    model = OnnxFile(network(), LABELS)

    right = model.predict(PIXELS.to_numpy()) == np.array(LABELS)[DIGITS.target[:100]]

    assert right.mean() > 0.9


def test_scores_without_labels_are_values(card: Card) -> None:
    """Without labels the network's numbers are its answer."""
    assert kept(OnnxFile(network()), card).converted.kind == "multi-regressor"


def test_wrong_number_of_labels_is_told(card: Card) -> None:
    """The message has both numbers."""
    with pytest.raises(
        InvalidOnnx,
        match=r"^the model gives 10 numbers a row, and --labels names 2; name as many, in their order\. Nothing was written\.$",
    ):
        kept(OnnxFile(network(), ("a", "b")), card)


def test_fixed_batch_is_refused() -> None:
    """A model that takes one row only cannot answer several."""
    with pytest.raises(InvalidOnnx, match=r"expected a free first size \(rows\) and fixed others"):
        OnnxFile(network(batch=1))


def test_weights_in_a_second_file_come_with_the_first(tmp_path: Path) -> None:
    """What ships is one file, and answers as the two together."""
    model = onnx.load_from_string(network())
    one, two = tmp_path / "one.onnx", tmp_path / "two.onnx"
    onnx.save_model(model, one)
    onnx.save_model(
        model, two, save_as_external_data=True, location="two.onnx.data", size_threshold=0, convert_attribute=True
    )
    assert (tmp_path / "two.onnx.data").is_file()

    merged = open_onnx(two, ())

    rows = np.random.default_rng(0).random((3, merged.n_features_in_), dtype=np.float32)
    assert np.array_equal(merged.scores(rows), open_onnx(one, ()).scores(rows))
    assert b"two.onnx.data" not in merged.content


def test_a_lost_second_file_is_told(tmp_path: Path) -> None:
    """By its name."""
    file = tmp_path / "two.onnx"
    onnx.save_model(
        onnx.load_from_string(network()), file, save_as_external_data=True, location="two.onnx.data", size_threshold=0
    )
    (tmp_path / "two.onnx.data").unlink()

    with pytest.raises(InvalidOnnx, match=r"two\.onnx\.data"):
        open_onnx(file, ())


def saved(folder: Path, kind: int, shape: list[str | int], *outputs: str) -> Path:
    """A file of a model that casts its rows to numbers, once for each output."""
    nodes = [helper.make_node("Cast", ["rows"], [name], to=TensorProto.FLOAT) for name in outputs]
    graph = helper.make_graph(
        nodes,
        "cast",
        [helper.make_tensor_value_info("rows", kind, shape)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in outputs],
    )
    onnx.save_model(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / "cast.onnx"
    )
    return folder / "cast.onnx"


def test_two_outputs_of_numbers_are_one_too_many(tmp_path: Path) -> None:
    """Both are named."""
    model = open_onnx(saved(tmp_path, TensorProto.FLOAT, ["n", 2], "x", "y"), ())

    with pytest.raises(InvalidOnnx, match=r"has the outputs x tensor\(float\), y tensor\(float\); expected one"):
        model.predict(np.zeros((1, 2)))


@pytest.mark.parametrize(
    ("kind", "shape", "sentence"),
    [
        (TensorProto.UINT64, ["n", 2], r"^input rows is tensor\(uint64\); the service sends tensor\(float\), "),
        (
            TensorProto.FLOAT,
            ["n", 4097],
            r"^a row has 4097 values; the service takes rows of at most 4096\. Nothing was written\.$",
        ),
    ],
)
def test_rows_that_the_service_does_not_send_are_told(
    tmp_path: Path, kind: int, shape: list[str | int], sentence: str
) -> None:
    """When the file is opened."""
    with pytest.raises(InvalidOnnx, match=sentence):
        open_onnx(saved(tmp_path, kind, shape, "x"), ())


def test_a_model_that_takes_few_numbers_is_read_by_those() -> None:
    """An embedding of two words has no number for the third, nor for one below zero."""
    nodes = [
        helper.make_node("Cast", ["rows"], ["places"], to=TensorProto.INT64),
        helper.make_node("Gather", ["table", "places"], ["score"]),
    ]
    rows = helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["n", 1])
    score = helper.make_tensor_value_info("score", TensorProto.FLOAT, ["n", 1])
    table = numpy_helper.from_array(np.array([5.0, 7.0], dtype=np.float32), "table")
    proto = helper.make_model(
        helper.make_graph(nodes, "words", [rows], [score], [table]),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )

    model = OnnxFile(proto.SerializeToString())

    assert model.task.kind == "regressor"
    assert model.predict(np.array([[1.0]])).tolist() == [[7.0]]


def test_trees_of_a_given_file_become_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the answers of the file as it was."""
    rows = np.random.default_rng(0).normal(size=(90, 3)).astype(np.float32)
    forest = RandomForestRegressor(5, random_state=0).fit(rows, rows.sum(axis=1))
    content = to_onnx(forest, rows[:1], target_opset={"": 17, "ai.onnx.ml": 3}).SerializeToString()
    model = OnnxFile(content, kind="regressor")
    described = describe(model, pd.DataFrame(rows, columns=["a", "b", "c"]))
    monkeypatch.setattr(shrinking, "LEAST_NODES", 0)

    converted, inputs = model.adapted(described.features, "forest")

    assert converted.shrunk is not None
    assert len(converted.content) < 0.4 * len(content)
    (answers,) = open_session(converted.content).run(None, {inputs[0].name: rows})
    assert answers.tolist() == model.scores(rows).tolist()
