"""A model that gives back what it takes, in every datatype, and requests to it and to the cultivar model."""

import hashlib
import json
from pathlib import Path
from typing import Any

import onnx
from onnx import TensorProto, helper

from sparely.handler.values import LARGEST_FLOAT32, LARGEST_INTEGER

TYPES = {
    "FP32": TensorProto.FLOAT,
    "FP64": TensorProto.DOUBLE,
    "INT32": TensorProto.INT32,
    "INT64": TensorProto.INT64,
    "BOOL": TensorProto.BOOL,
    "BYTES": TensorProto.STRING,
}
FEATURE_TYPES = {
    "FP32": "number",
    "FP64": "number",
    "INT32": "integer",
    "INT64": "integer",
    "BOOL": "boolean",
    "BYTES": "string",
}


def echo_model() -> bytes:
    """A model that gives back what it takes: an input and an output of shape (n, 2) for every datatype."""
    graph = helper.make_graph(
        [helper.make_node("Identity", [name], [f"{name}_out"]) for name in TYPES],
        "echo",
        [helper.make_tensor_value_info(name, kind, [None, 2]) for name, kind in TYPES.items()],
        [helper.make_tensor_value_info(f"{name}_out", kind, [None, 2]) for name, kind in TYPES.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(onnx.load_from_string(model.SerializeToString()).SerializeToString())


def put_echo(root: Path) -> None:
    """Write the model into a models folder, as toys/echo."""
    folder = root / "toys" / "echo"
    folder.mkdir(parents=True)
    content = echo_model()
    manifest = {
        "name": "echo",
        "area": "toys",
        "version": "1",
        "kind": "multi-regressor",
        "targets": ["first", "second"],
        "features": [
            {"name": f"{name}_{place}", "type": FEATURE_TYPES[name], "required": True, "null": null}
            for name in TYPES
            for place, null in enumerate(["refused", {"token": "none"} if name == "BYTES" else "refused"])
        ],
        "inputs": [{"name": name, "datatype": name, "features": [f"{name}_0", f"{name}_1"]} for name in TYPES],
        "outputs": {"values": "FP32_out"},
        "onnx": {"sha256": hashlib.sha256(content).hexdigest()},
    }
    (folder / "model.onnx").write_bytes(content)
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


VALUES: dict[str, list[Any]] = {
    "FP32": [1.5, -2],
    "FP64": [0.1, LARGEST_FLOAT32],
    "INT32": [-(2**31), 2**31 - 1],
    "INT64": [-LARGEST_INTEGER, LARGEST_INTEGER],
    "BOOL": [True, False],
    "BYTES": ["", "héllo \U0001f600"],
}


def echo_request(**changes: Any) -> dict[str, Any]:
    """One row for every input; a change replaces the data of an input."""
    return {
        "inputs": [
            {"name": name, "datatype": name, "shape": [1, 2], "data": changes.get(name, values)}
            for name, values in VALUES.items()
        ]
    }


def tensor(data: Any, **changes: Any) -> dict[str, Any]:
    """The cultivar model's one input, of one row."""
    return {"name": "features", "datatype": "FP32", "shape": [1, 7], "data": data, **changes}


ROW = [2.45, 21.0, 98.0, 2.11, 2.8, 0.8, 438.0]
CULTIVAR = "/v2/models/cultivar/infer"
