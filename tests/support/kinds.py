"""Models of every kind: each takes a boolean beside numbers and always answers the same."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import onnx
import pytest
from onnx import TensorProto, helper

from sparely.engine import ElementType, Tensor
from sparely.handler.registry import load_models

from .sample_service import SERVICE

ONNX_TYPES = {
    ElementType.FLOAT: TensorProto.FLOAT,
    ElementType.INT64: TensorProto.INT64,
    ElementType.STRING: TensorProto.STRING,
}
ROWS = [{"size": 1.5, "count": 3, "flag": False}, {"size": -2.0, "count": 0, "flag": True}]


def floats(*rows: tuple[float, ...]) -> Tensor:
    """A tensor of shape (n, m)."""
    return Tensor(ElementType.FLOAT, (len(rows), len(rows[0])), [value for row in rows for value in row])


def whole(*rows: tuple[int, ...]) -> Tensor:
    """A tensor of whole numbers, of shape (n, m)."""
    return Tensor(ElementType.INT64, (len(rows), len(rows[0])), [value for row in rows for value in row])


CASES: dict[str, tuple[dict[str, Tensor], dict[str, Any], list[dict[str, Any]]]] = {
    "classifier": (
        {"label": Tensor(ElementType.STRING, (1,), ["b"]), "probabilities": floats((0.25, 0.75))},
        {"labels": ["a", "b"]},
        [{"label": "b", "probabilities": {"a": 0.25, "b": 0.75}}],
    ),
    "multilabel": (
        {"labels": whole((1, 0), (1, 1)), "probabilities": floats((0.75, 0.25), (1, 0.5))},
        {"labels": ["long", "wide"]},
        [
            {"labels": ["long"], "probabilities": {"long": 0.75, "wide": 0.25}},
            {"labels": ["long", "wide"], "probabilities": {"long": 1, "wide": 0.5}},
        ],
    ),
    "regressor": ({"value": floats((1.5,), (2,))}, {}, [{"value": 1.5}, {"value": 2}]),
    "multi-regressor": (
        {"values": floats((1, 2), (3, 4))},
        {"targets": ["height", "weight"]},
        [{"values": {"height": 1, "weight": 2}}, {"values": {"height": 3, "weight": 4}}],
    ),
    "ranker": ({"score": floats((0.5,))}, {}, [{"score": 0.5}]),
    "outlier-detector": (
        {"label": whole((-1,), (1,)), "score": floats((-0.5,), (0.5,))},
        {},
        [{"outlier": True, "score": -0.5}, {"outlier": False, "score": 0.5}],
    ),
    "clusterer": ({"cluster": whole((2,), (0,))}, {}, [{"cluster": 2}, {"cluster": 0}]),
}


class Constant(NamedTuple):
    """A model that gives these outputs, row by row and then again from the first."""

    kind: str
    outputs: Mapping[str, Tensor]
    members: Mapping[str, Any]
    predictions: list[dict[str, Any]]


CONSTANTS = {
    **{kind: Constant(kind, *case) for kind, case in CASES.items()},
    "without-probabilities": Constant(
        "classifier", {"label": whole((5,), (0,))}, {"labels": [0, 5]}, [{"label": 5}, {"label": 0}]
    ),
    "whole-labels": Constant(
        "classifier",
        {"label": whole((5,)), "probabilities": CASES["classifier"][0]["probabilities"]},
        {"labels": [0, 5]},
        [{"label": 5, "probabilities": {"0": 0.25, "5": 0.75}}],
    ),
    "labels-alone": Constant(
        "multilabel", {"labels": whole((0, 1))}, {"labels": ["long", "wide"]}, [{"labels": ["wide"]}]
    ),
}


@contextmanager
def served(root: Path) -> Iterator[None]:
    """Write them and have the service serve them alone, until the block ends."""
    put_models(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SERVICE, "registry", load_models(str(root)))
        yield


def put_models(root: Path) -> None:
    """Write them below a models folder, as kinds/<name>."""
    for name, constant in CONSTANTS.items():
        folder = root / "kinds" / name
        folder.mkdir(parents=True)
        content = _model(constant.outputs)
        rows = {"instances": ROWS[: len(constant.predictions)], "predictions": constant.predictions}
        (folder / "model.onnx").write_bytes(content)
        (folder / "manifest.json").write_text(json.dumps(_manifest(name, constant, content)), "utf-8")
        (folder / "golden.json").write_text(json.dumps(rows), "utf-8")


def _model(outputs: Mapping[str, Tensor]) -> bytes:
    """As many rows as are asked, from the first on and then again."""
    count = next(iter(outputs.values())).shape[0]
    nodes = [
        helper.make_node("Shape", ["features"], ["asked"], start=0, end=1),
        helper.make_node("Squeeze", ["asked"], ["rows"]),
        helper.make_node("Range", ["first", "rows", "step"], ["places"]),
        helper.make_node("Mod", ["places", "count"], ["known"]),
    ]
    for role, tensor in outputs.items():
        nodes.append(helper.make_node("Constant", [], [f"{role}_known"], value=_value(role, tensor)))
        nodes.append(helper.make_node("Gather", [f"{role}_known", "known"], [role], axis=0))
    graph = helper.make_graph(
        nodes,
        "constant",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, 3])],
        [
            helper.make_tensor_value_info(role, ONNX_TYPES[tensor.element_type], [None, *tensor.shape[1:]])
            for role, tensor in outputs.items()
        ],
        [
            helper.make_tensor(name, TensorProto.INT64, [], [value])
            for name, value in (("first", 0), ("step", 1), ("count", count))
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(onnx.load_from_string(model.SerializeToString()).SerializeToString())


def _value(role: str, tensor: Tensor) -> onnx.TensorProto:
    values: Any = [value.encode() if isinstance(value, str) else value for value in tensor.values]
    return helper.make_tensor(role, ONNX_TYPES[tensor.element_type], tensor.shape, values)


def _manifest(name: str, constant: Constant, content: bytes) -> dict[str, Any]:
    types = {"size": "number", "count": "integer", "flag": "boolean"}
    return {
        "name": name,
        "area": "kinds",
        "version": "1",
        "kind": constant.kind,
        "features": [{"name": each, "type": types[each], "required": True, "null": "refused"} for each in types],
        "inputs": [{"name": "features", "datatype": "FP32", "features": list(types)}],
        "outputs": {role: role for role in constant.outputs},
        **constant.members,
        "parity": {"absolute_tolerance": 1e-5, "relative_tolerance": 1e-5},
        "onnx": {"sha256": hashlib.sha256(content).hexdigest()},
    }
