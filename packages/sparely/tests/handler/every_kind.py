"""
Models of every kind that overflow, with null at every position: what a caller's huge number beside a null meets.

Each takes numbers, a whole number, a flag and a word, all as far as its datatype goes; null counts as 0, as after an
imputer. Sums of huge numbers are infinite, and a difference of two such is no number.
"""

import hashlib
import json
from itertools import product
from pathlib import Path
from typing import Any

import onnx
from onnx import NodeProto, TensorProto, helper

from sparely.kinds import KINDS

NUMBERS = ("height", "width", "count", "flag")
FEATURES = (*NUMBERS, "word")
TYPES = {"height": "number", "width": "number", "count": "integer", "flag": "boolean", "word": "string"}
DATATYPES = {"FP32": TensorProto.FLOAT, "FP64": TensorProto.DOUBLE}
COLUMNS = ("low", "high")
PATTERNS: dict[str, tuple[str, ...]] = {
    **{f"null-{name}": (name,) for name in FEATURES},
    "null-nowhere": (),
    "null-everywhere": FEATURES,
}
"""Which features take null, by the area of the models that are so."""


def put_every_kind(root: Path) -> None:
    """Write one model for each kind, datatype and pattern of nulls below a models folder."""
    for kind, datatype, pattern in product(KINDS, DATATYPES, PATTERNS):
        area, name = f"{pattern}-{datatype.lower()}", f"{kind}-{pattern}-{datatype.lower()}"
        folder = root / area / name
        folder.mkdir(parents=True)
        content = _model(kind, datatype)
        manifest = _manifest(area, name, kind, datatype, PATTERNS[pattern], content)
        (folder / "model.onnx").write_bytes(content)
        (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def _model(kind: str, datatype: str) -> bytes:
    number = DATATYPES[datatype]
    values = [1.0, -2.0, 1.0, 3.0, 1.0, 1.0, 2.0, -1.0]
    outputs = _outputs(kind, number)
    graph = helper.make_graph(
        [
            helper.make_node("IsNaN", ["numbers"], ["is_null"]),
            helper.make_node("Where", ["is_null", "zero", "numbers"], ["filled"]),
            helper.make_node("MatMul", ["filled", "weights"], ["of_numbers"]),
            helper.make_node(
                "LabelEncoder",
                ["words"],
                ["codes"],
                domain="ai.onnx.ml",
                keys_strings=["red", "blue"],
                values_floats=[1.0, 2.0],
                default_float=0.0,
            ),
            helper.make_node("Cast", ["codes"], ["of_words"], to=number),
            helper.make_node("Add", ["of_numbers", "of_words"], ["scores"]),
            *outputs[0],
        ],
        kind,
        [
            helper.make_tensor_value_info("numbers", number, [None, len(NUMBERS)]),
            helper.make_tensor_value_info("words", TensorProto.STRING, [None, 1]),
        ],
        [helper.make_tensor_value_info(name, type_, [None, *shape]) for name, (type_, shape) in outputs[1].items()],
        [
            helper.make_tensor("zero", number, [1], [0.0]),
            helper.make_tensor("weights", number, [len(NUMBERS), 2], values),
            helper.make_tensor("one_column", number, [2, 1], [1.0, 1.0]),
            helper.make_tensor("limit", number, [1], [0.0]),
            helper.make_tensor("outlier", TensorProto.INT64, [1], [-1]),
            helper.make_tensor("inlier", TensorProto.INT64, [1], [1]),
        ],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 2)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    return bytes(onnx.load_from_string(model.SerializeToString()).SerializeToString())


Ports = dict[str, tuple[int, list[int]]]


def _outputs(kind: str, number: int) -> tuple[list[NodeProto], Ports]:
    """The last nodes of a kind, from scores of two columns, and its outputs by their roles."""
    whole = TensorProto.INT64
    column = helper.make_node("MatMul", ["scores", "one_column"], ["sum"])
    chosen = helper.make_node("ArgMax", ["scores"], ["best"], axis=1, keepdims=0)
    if kind == "classifier":
        softmax = helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1)
        label = helper.make_node("Identity", ["best"], ["label"])
        return [chosen, softmax, label], {"label": (whole, []), "probabilities": (number, [2])}
    if kind == "multilabel":
        nodes = [
            helper.make_node("Greater", ["scores", "limit"], ["is_chosen"]),
            helper.make_node("Cast", ["is_chosen"], ["labels"], to=whole),
            helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
        ]
        return nodes, {"labels": (whole, [2]), "probabilities": (number, [2])}
    if kind == "multi-regressor":
        return [helper.make_node("Identity", ["scores"], ["values"])], {"values": (number, [2])}
    if kind == "outlier-detector":
        nodes = [
            column,
            helper.make_node("Less", ["sum", "limit"], ["is_outlier"]),
            helper.make_node("Where", ["is_outlier", "outlier", "inlier"], ["label"]),
            helper.make_node("Identity", ["sum"], ["score"]),
        ]
        return nodes, {"label": (whole, [1]), "score": (number, [1])}
    if kind == "clusterer":
        return [chosen, helper.make_node("Identity", ["best"], ["cluster"])], {"cluster": (whole, [])}
    role = KINDS[kind][0].role
    return [column, helper.make_node("Identity", ["sum"], [role])], {role: (number, [1])}


def _manifest(
    area: str, name: str, kind: str, datatype: str, nullable: tuple[str, ...], content: bytes
) -> dict[str, Any]:
    members: dict[str, dict[str, Any]] = {
        "multi-regressor": {"targets": list(COLUMNS)},
        "classifier": {"labels": [0, 1]},
    }
    members["multilabel"] = {"labels": list(COLUMNS)}
    return {
        "name": name,
        "area": area,
        "version": "1",
        "kind": kind,
        "features": [_feature(each, takes_null=each in nullable) for each in FEATURES],
        "inputs": [
            {"name": "numbers", "datatype": datatype, "features": list(NUMBERS)},
            {"name": "words", "datatype": "BYTES", "features": ["word"]},
        ],
        "outputs": {member.role: member.role for member in KINDS[kind]},
        **members.get(kind, {}),
        "onnx": {"sha256": hashlib.sha256(content).hexdigest()},
    }


def _feature(name: str, *, takes_null: bool) -> dict[str, Any]:
    null = ({"token": "none"} if name == "word" else "nan") if takes_null else "refused"
    known: dict[str, Any] = {"minimum": 0, "maximum": 10} if TYPES[name] in ("number", "integer") else {}
    return {"name": name, "type": TYPES[name], "required": not takes_null, "null": null, **known}
