"""A model whose graph cannot be what its manifest says does not open, and the sentence names the file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, external_data_helper, helper, numpy_helper

from sparely.bundle import ModelLoadError
from sparely.handler.registry import load_models
from sparely.handler.signature import external_file
from support.sample_service import SERVICE
from support.services import MODELS
from support.toys import toy_manifest
from tests.handler.conftest import Reply

FEATURE = {"type": "number", "required": True, "null": "refused"}
Shape = list[int | None] | None


def graph(
    inputs: Shape,
    outputs: Shape,
    *,
    number: int = TensorProto.FLOAT,
    node: str = "Identity",
) -> bytes:
    """A model of an input and an output of these declared shapes."""
    made = helper.make_graph(
        [helper.make_node(node, ["features"], ["variable"])],
        "declared",
        [helper.make_tensor_value_info("features", number, inputs)],
        [helper.make_tensor_value_info("variable", number, outputs)],
    )
    content = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(content.SerializeToString())


def put(root: Path, content: bytes, **changes: Any) -> Path:
    """Write a model with a manifest that has members changed."""
    folder = root / "models" / "toys" / "one"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(content)
    document = {**toy_manifest("toys", "one", content), **changes}
    (folder / "manifest.json").write_text(json.dumps(document), "utf-8")
    return folder.parents[1]


def load_error(root: Path) -> str:
    """The sentence with which a model does not open."""
    with pytest.raises(ModelLoadError) as raised:
        load_models(str(root))
    return str(raised.value).replace(f"{root}/toys/one/", "")


@pytest.mark.parametrize(
    ("content", "changes", "sentence"),
    [
        (graph([None, 3], [None, 1]), {}, 'input "features" has shape [rows, 3]; its features want [rows, 2].'),
        (graph([1, 2], [1, 1]), {}, 'input "features" has shape [1, 2]; its features want [rows, 2].'),
        (graph([None], [None]), {}, 'input "features" has shape [rows]; its features want [rows, 2].'),
        (graph([None, 2], [None, 2]), {}, 'output "variable" has shape [rows, 2]; one value a row wants [rows] or [rows, 1].'),
        (
            graph([None, 2], [None, 2]),
            {"kind": "multi-regressor", "outputs": {"values": "variable"}, "targets": ["a", "b", "c"]},
            'output "variable" has shape [rows, 2]; its 3 labels want [rows, 3].',
        ),
        (
            graph([None, 2], [None, 2]),
            {"kind": "multi-regressor", "outputs": {"values": "variable"}},
            'output "variable" has columns, and the manifest has no labels or targets for them.',
        ),
        (
            graph([None, 2], [None, 2], number=TensorProto.INT64),
            {
                "features": [{"name": name, **FEATURE, "null": "nan"} for name in "ab"],
                "inputs": [{"name": "features", "datatype": "INT64", "features": ["a", "b"]}],
                "kind": "multi-regressor",
                "outputs": {"values": "variable"},
                "targets": ["a", "b"],
            },
            'feature "a" of input "features", which is INT64, has null nan, which only FP32 and FP64 can hold.',
        ),
        (
            graph([None, 2], [None, None]),
            {"features": [{"name": name, **FEATURE, "type": "string"} for name in "ab"]},
            'feature "a" of input "features", which is FP32, has type string.',
        ),
        (
            graph([None, 2], [None, None]),
            {"features": [{"name": name, **FEATURE, "null": {"token": "none"}} for name in "ab"]},
            'feature "a" of input "features", which is FP32, has null none.',
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(tmp_path: Path, content: bytes, changes: dict[str, Any], sentence: str) -> None:
    """Shapes, counts and types, by the manifest's name."""
    assert load_error(put(tmp_path, content, **changes)) == f"manifest.json: {sentence}"


def test_a_text_is_no_number(tmp_path: Path) -> None:
    """A regressor whose output is of strings."""
    content = graph([None, 1], [None, 1], number=TensorProto.STRING)
    features = [{"name": "a", **FEATURE, "type": "string"}]
    inputs = [{"name": "features", "datatype": "BYTES", "features": ["a"]}]

    root = put(tmp_path, content, features=features, inputs=inputs)

    assert load_error(root) == 'manifest.json: output "variable" is of STRING, which is no number.'


@pytest.mark.parametrize(
    ("number", "labels", "sentence"),
    [
        (TensorProto.INT64, ["red", "blue"], 'output "variable" is of INT64, and the label "red" is a text.'),
        (TensorProto.STRING, [0, 1], 'output "variable" is of STRING, and the label 0 is none.'),
    ],
)
def test_a_label_is_what_the_graph_gives(tmp_path: Path, number: int, labels: list[Any], sentence: str) -> None:
    """A number where the contract names words would be answered with 200."""
    text = number == TensorProto.STRING
    features = [{"name": "a", **FEATURE, "type": "string" if text else "integer"}]
    inputs = [{"name": "features", "datatype": "BYTES" if text else "INT64", "features": ["a"]}]
    changes = {"kind": "classifier", "outputs": {"label": "variable"}, "labels": labels}

    root = put(tmp_path, graph([None, 1], [None, 1], number=number), features=features, inputs=inputs, **changes)

    assert load_error(root) == f"manifest.json: {sentence}"


@pytest.mark.parametrize("inputs", [[None, None], None])
def test_what_a_graph_does_not_declare_is_no_fault(tmp_path: Path, inputs: Shape) -> None:
    """Shapes may be open."""
    assert load_models(str(put(tmp_path, graph(inputs, None)))).areas.keys() == {"toys"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": 5}, '"name" is 5; expected a string.'),
        ({"features": []}, "it has no feature."),
        (
            {"inputs": [{"name": "numbers", "datatype": "FP32", "features": []}]},
            'input "numbers" takes no feature.',
        ),
        ({"features": [{"name": "a", **FEATURE}] * 2}, "it has a feature twice."),
        ({"features": [{"name": "a", **FEATURE, "minimum": "low"}]}, '"minimum" is "low"; expected a number.'),
        ({"features": [{"name": "a", **FEATURE, "required": 1}]}, '"required" is 1; expected true or false.'),
        ({"features": [{"name": "a", **FEATURE, "null": {"token": 5}}]}, 'feature "a" has null {"token": 5}.'),
        ({"features": [{"name": "a", **FEATURE, "categories": "red"}]}, '"categories" is "red"; expected a list of strings.'),
        ({"labels": ["a", "a"]}, '"labels" or "targets" has a name twice.'),
        ({"labels": "ab"}, '"labels" or "targets" is no list of names.'),
        ({"onnx": {"sha256": 5}}, '"sha256" is 5; expected a string.'),
        ({"outputs": {"value": None}}, 'output "value" is null; expected a string.'),
        ({"outputs": {"value": ["y"]}}, 'output "value" is ["y"]; expected a string.'),
        ({"inputs": [{"name": ["x"], "datatype": "FP32", "features": ["a", "b"]}]}, '"name" is ["x"]; expected a string.'),
        ({"inputs": [{"name": "x", "datatype": "FP32", "features": "ab"}]}, '"features" is "ab"; expected a list of names.'),
        ({"features": [{"name": "a", **FEATURE, "maximum": 10**309}]}, f'"maximum" is 1{"0" * 39}; expected a number.'),
        ({"features": [{"name": "a", **FEATURE, "accepts": {"above": "x"}}]}, '"above" is "x"; expected a number.'),
        ({"features": [{"name": "a", **FEATURE, "accepts": {"values": [[1]]}}]}, '"values" of "accepts" has a member that is no value of a feature.'),
        ({"parity": {"absolute_tolerance": 10**400}}, f'"absolute_tolerance" is 1{"0" * 39}; expected a number.'),
        ({"parity": {"absolute_tolerances": {"value": "x"}}}, '"value" is "x"; expected a number.'),
        ({"metrics": {"r2": float("nan")}}, "it holds NaN, which is no number of JSON's."),
        ({"description": "\ud800"}, "it holds half a character, which UTF-8 cannot carry."),
    ],
)  # fmt: skip
def test_a_member_of_another_type_is_told(tmp_path: Path, changes: dict[str, Any], sentence: str) -> None:
    """When the manifest is read, not at a request."""
    assert load_error(put(tmp_path, graph([None, 2], [None, None]), **changes)) == f"manifest.json: {sentence}"


@pytest.mark.parametrize("text", ["", "[]", "5", "null", '"text"', "[" * 100_000, '{"a":' * 100_000])
def test_a_manifest_that_is_none_names_the_file(tmp_path: Path, text: str) -> None:
    """Empty, deep, or anything else."""
    root = put(tmp_path, graph([None, 2], [None, 1]))
    (root / "toys" / "one" / "manifest.json").write_text(text, "utf-8")

    assert load_error(root).startswith("manifest.json: ")


@pytest.mark.parametrize("place", ["initializer", "constant"])
def test_weights_in_another_file_are_refused(tmp_path: Path, place: str) -> None:
    """Wherever in the graph they are: their bytes are in no digest."""
    weights = numpy_helper.from_array(np.zeros((2, 2), "float32"), "weights")
    external_data_helper.set_external_data(weights, "model.onnx.data")
    weights.ClearField("raw_data")
    node = helper.make_node("Constant", [], ["weights"], value=weights)
    made = helper.make_graph(
        [*([node] if place == "constant" else []), helper.make_node("MatMul", ["features", "weights"], ["variable"])],
        "external",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, 2])],
        [helper.make_tensor_value_info("variable", TensorProto.FLOAT, [None, 2])],
        [weights] if place == "initializer" else [],
    )
    content = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()

    assert load_error(put(tmp_path, content)) == (
        'model.onnx: a part of its weights is in "model.onnx.data", whose bytes no digest has; '
        "make add-model merges both files."
    )


@pytest.mark.parametrize("model", sorted(MODELS.glob("*/*/model.onnx")), ids=lambda file: file.parent.name)
def test_a_model_of_one_file_has_no_other(model: Path) -> None:
    """Nor one that only speaks of a location, nor bytes that are no model."""
    content = model.read_bytes()
    named = onnx.load_from_string(content)
    named.doc_string = "location"

    assert external_file(content) == ""
    assert external_file(named.SerializeToString()) == ""
    assert external_file(b"location" * 3) == ""


def test_a_model_with_other_rows_than_were_asked_has_no_answer(
    tmp_path: Path, call: Callable[..., Reply], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three predictions for one row are none, in either dialect, where the graph has declared nothing."""
    made = helper.make_graph(
        [
            helper.make_node("Concat", ["features", "features", "features"], ["three"], axis=0),
            helper.make_node("ReduceSum", ["three", "axes"], ["variable"], keepdims=1),
        ],
        "three",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, 2])],
        [helper.make_tensor_value_info("variable", TensorProto.FLOAT, None)],
        [helper.make_tensor("axes", TensorProto.INT64, [1], [1])],
    )
    content = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()
    monkeypatch.setattr(SERVICE, "registry", load_models(str(put(tmp_path, content))))
    tensor = {"name": "features", "datatype": "FP32", "shape": [1, 2], "data": [1, 1]}

    records = call("POST", "/predict/toys/one", {"instances": [{"a": 1, "b": 1}]})
    tensors = call("POST", "/v2/models/one/infer", {"inputs": [tensor]})

    sentence = 'Model "one" failed. Its output "variable" has shape [3, 1] for 1 rows.'
    assert (records.status, tensors.status) == (500, 500)
    assert (records.document["detail"], tensors.document["detail"]) == (sentence, sentence)
