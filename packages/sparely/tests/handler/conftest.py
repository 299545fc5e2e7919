"""A toy model whose answer is computed in the head, and calls to the service as the gateway makes them."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import TensorProto, helper

from sparely_toolkit.contract.sample_events import event
from tests.handler.echo import put_echo


@dataclass(frozen=True)
class Reply:
    """The function's answer with its body parsed."""

    status: int
    headers: dict[str, str]
    document: Any


@pytest.fixture
def call(context: Any) -> Callable[..., Reply]:
    """Send one request through the handler; a document that is not text is sent as JSON."""
    from sparely.service import lambda_handler

    def send(method: str, target: str, document: Any = b"", **how: Any) -> Reply:
        body = document if isinstance(document, str | bytes) else json.dumps(document)
        answer = lambda_handler(event(method, target, body, **how), context)
        return Reply(answer["statusCode"], answer["headers"], json.loads(answer["body"] or "null"))

    return send


def toy_model(features: int, then: str = "") -> bytes:
    """
    An ONNX model that adds the k features of each row: (n, k) -> (n, 1).

    `then` is an operator that follows: "Log" gives NaN for a negative sum and -inf for 0, "Fails" makes
    the run fail unless there are two rows.
    """
    nodes = [helper.make_node("ReduceSum", ["features", "axes"], ["sum"], keepdims=1)]
    if then == "Fails":
        nodes.append(helper.make_node("Reshape", ["sum", "two_rows"], ["variable"]))
    else:
        nodes.append(helper.make_node(then or "Identity", ["sum"], ["variable"]))
    graph = helper.make_graph(
        nodes,
        "sum",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, features])],
        [helper.make_tensor_value_info("variable", TensorProto.FLOAT, [None, 1])],
        [
            helper.make_tensor("axes", TensorProto.INT64, [1], [1]),
            helper.make_tensor("two_rows", TensorProto.INT64, [2], [2, 1]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(onnx.load_from_string(model.SerializeToString()).SerializeToString())


def toy_manifest(area: str, name: str, content: bytes, **changes: Any) -> dict[str, Any]:
    """The manifest of a toy model of two features, with some members changed."""
    feature = {"type": "number", "unit": "m", "required": True, "null": "refused"}
    return {
        "name": name,
        "area": area,
        "version": "0123456789ab",
        "kind": "regressor",
        "features": [{"name": "a", **feature}, {"name": "b", **feature}],
        "inputs": [{"name": "features", "datatype": "FP32", "features": ["a", "b"]}],
        "outputs": {"value": "variable"},
        "onnx": {"sha256": hashlib.sha256(content).hexdigest()},
        **changes,
    }


@pytest.fixture
def put_model(tmp_path: Path) -> Callable[..., Path]:
    """Write a toy model under a models folder and return the model's own folder."""

    def write(area: str = "toys", name: str = "sum", *, then: str = "", **changes: Any) -> Path:
        folder = tmp_path / "models" / area / name
        folder.mkdir(parents=True)
        content = toy_model(2, then)
        (folder / "model.onnx").write_bytes(content)
        (folder / "manifest.json").write_text(json.dumps(toy_manifest(area, name, content, **changes)), "utf-8")
        return folder

    return write


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The service's models and, in an area of its own, the one that echoes."""
    from sparely import service
    from sparely.handler.registry import Registry, load_models

    root = tmp_path_factory.mktemp("echo") / "models"
    put_echo(root)
    toys, service = load_models(str(root)), app.registry
    patch = pytest.MonkeyPatch()
    patch.setattr(app, "registry", Registry({**service.areas, **toys.areas}, {**service.models, **toys.models}))
    yield
    patch.undo()
