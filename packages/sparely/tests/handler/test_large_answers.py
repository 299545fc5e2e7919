"""What Lambda would not let through is a fault with a sentence, in both dialects."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import pytest
from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller
from onnx import TensorProto, helper

from sparely.handler.errors import AnswerTooLarge
from sparely.handler.registry import load_models
from sparely.handler.response import LARGEST_REPLY_BYTES, Answer, check_size, to_gateway
from support.sample_service import SERVICE
from support.toys import toy_manifest
from tests.handler.conftest import Reply

# As Lambda says: "Response payload size exceeded maximum allowed payload size (6291556 bytes)".
LIMIT_BYTES = 6_291_556
LABELS = 1000
ROW = {"a": 0.1, "b": 0.2}
TENSOR = {"name": "features", "datatype": "FP32", "shape": [500, 2], "data": [0.1, 0.2] * 500}


def wide_model() -> bytes:
    """A classifier of 1,000 classes; the label is the first row's sum as text, every probability the row's sum."""
    graph = helper.make_graph(
        [
            helper.make_node("ReduceSum", ["features", "axes"], ["sum"], keepdims=1),
            helper.make_node("Tile", ["sum", "repeats"], ["probabilities"]),
            helper.make_node("ReduceSum", ["features", "axes"], ["flat"], keepdims=0),
            helper.make_node("Cast", ["flat"], ["label"], to=TensorProto.STRING),
        ],
        "wide",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, 2])],
        [
            helper.make_tensor_value_info("label", TensorProto.STRING, [None]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, LABELS]),
        ],
        [
            helper.make_tensor("axes", TensorProto.INT64, [1], [1]),
            helper.make_tensor("repeats", TensorProto.INT64, [2], [1, LABELS]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(onnx.load_from_string(model.SerializeToString()).SerializeToString())


@pytest.fixture
def wide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service of one model, toys/wide."""
    folder = tmp_path / "toys" / "wide"
    folder.mkdir(parents=True)
    content = wide_model()
    changes: dict[str, Any] = {
        "kind": "classifier",
        "labels": [f"class {place}" for place in range(LABELS)],
        "outputs": {"label": "label", "probabilities": "probabilities"},
        "onnx": {"sha256": hashlib.sha256(content).hexdigest()},
    }
    (folder / "model.onnx").write_bytes(content)
    (folder / "manifest.json").write_text(json.dumps(toy_manifest("toys", "wide", content, **changes)), "utf-8")
    monkeypatch.setattr(SERVICE, "registry", load_models(str(tmp_path)))


def of_size(size_bytes: int) -> dict[str, Any]:
    """A reply of this size."""
    empty = len(json.dumps(to_gateway(Answer(200, ""), {})))
    return to_gateway(Answer(200, "x" * (size_bytes - empty)), {})


def test_an_answer_may_be_as_large_as_lambda_lets_through() -> None:
    """To the byte, as AWS' own runtime client writes it, with room for the header that is added last."""
    reply = of_size(LARGEST_REPLY_BYTES)

    check_size(reply)
    reply["headers"]["server-timing"] = "parse;dur=99999.999, infer;dur=99999.999, total;dur=99999.999"
    written, _ = LambdaMarshaller().marshal_response(reply)
    assert LARGEST_REPLY_BYTES < len(written.encode()) <= LIMIT_BYTES


def test_one_byte_more_is_a_fault() -> None:
    """Which says how large the answer is."""
    with pytest.raises(AnswerTooLarge, match=f"^The answer has {LARGEST_REPLY_BYTES + 1} bytes; at most"):
        check_size(of_size(LARGEST_REPLY_BYTES + 1))


@pytest.mark.parametrize("character", ['"', "\\", "é", "\U0001f600"])
def test_what_writing_adds_is_counted(character: str) -> None:
    """A body is text in JSON in JSON: quotation marks are escaped twice, and letters beyond ASCII have several bytes."""
    with pytest.raises(AnswerTooLarge):
        check_size(to_gateway(Answer(200, character * (LARGEST_REPLY_BYTES // 2)), {}))


@pytest.mark.usefixtures("wide")
@pytest.mark.parametrize(
    ("target", "document"),
    [
        ("/predict/toys", {"instances": [ROW] * 500}),
        ("/predict/toys/wide", {"instances": [ROW] * 500}),
        ("/v2/models/wide/infer", {"inputs": [TENSOR]}),
    ],
)
def test_too_many_rows_for_one_answer_are_told_so(
    call: Callable[..., Reply], capsys: pytest.CaptureFixture[str], target: str, document: Any
) -> None:
    """413 with the models' versions, not Lambda's opaque failure; counted as a fault, not as predictions."""
    reply = call("POST", target, document)

    line = json.loads(capsys.readouterr().out)
    assert reply.status == 413
    assert reply.document["type"] == "urn:problem-type:answer-too-large"
    assert reply.document["detail"].endswith(f" bytes; at most {LARGEST_REPLY_BYTES} fit. Send fewer rows.")
    assert reply.headers["x-model-version"] == "wide=0123456789ab"
    assert [step.partition(";")[0] for step in reply.headers["server-timing"].split(", ")] == [
        "parse",
        "infer",
        "total",
    ]
    assert line["Faults"] == [1.0]
    assert "Predictions/wide" not in line


@pytest.mark.usefixtures("wide")
def test_fewer_rows_are_answered(call: Callable[..., Reply]) -> None:
    """What the sentence asks for helps."""
    assert call("POST", "/predict/toys/wide", {"instances": [ROW] * 50}).status == 200
