"""Files with types that the service does not send."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression

from sparely_export.frameworks.onnx_file import OnnxFile
from sparely_export.frameworks.onnx_forms import usual


def doubled(kind: int) -> bytes:
    """A graph that adds its two columns to themselves."""
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "x"], ["y"])],
        "double",
        [helper.make_tensor_value_info("x", kind, ["n", 2])],
        [helper.make_tensor_value_info("y", kind, ["n", 2])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def test_halves_are_sent_as_float32() -> None:
    """And are float16 inside."""
    model = OnnxFile(doubled(TensorProto.FLOAT16))

    assert model.layout.datatypes == {"x": "FP32"}
    np.testing.assert_allclose(model.scores(np.array([[0.1, 70.0]])), [[0.2, 140.0]], rtol=1e-3)


@pytest.mark.parametrize("kind", [TensorProto.INT32, TensorProto.UINT8])
def test_whole_numbers_are_sent_as_int64(kind: int) -> None:
    """Whatever their size in the file."""
    content, _ = usual(doubled(kind))

    assert onnx.load_from_string(content).graph.input[0].type.tensor_type.elem_type == TensorProto.INT64


def test_a_file_of_usual_types_keeps_its_bytes() -> None:
    """There is nothing to do."""
    assert usual(doubled(TensorProto.FLOAT)) == (doubled(TensorProto.FLOAT), ())


def test_a_map_of_probabilities_becomes_a_tensor_and_its_labels() -> None:
    """As skl2onnx writes them unless told otherwise."""
    rows = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
    fitted = LogisticRegression().fit(rows, np.where(rows[:, 0] > 0, "yes", "no"))

    model = OnnxFile(to_onnx(fitted, rows).SerializeToString())

    assert model.labels == ("no", "yes")
    np.testing.assert_allclose(model.predict_proba(rows), fitted.predict_proba(rows), atol=1e-6)
