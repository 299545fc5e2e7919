"""Open Inference Protocol requests that fit: every datatype, both forms of data, outputs, metadata."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparely.bundle import read_manifest
from sparely.handler.inference_protocol import read_inference
from sparely.handler.values import LARGEST_FLOAT32, LARGEST_INTEGER
from sparely_toolkit.contract.sample_events import inference
from support.sample_service import SERVICE
from support.services import MODELS
from tests.handler.conftest import Reply
from tests.handler.echo import CULTIVAR, ROW, VALUES, echo_request, tensor

GOLDEN = sorted(MODELS.glob("*/*/golden.json"))

Call = Callable[..., Reply]

pytestmark = pytest.mark.usefixtures("echo")


def test_every_datatype_comes_back_as_it_went_in(call: Call) -> None:
    """FP32, FP64, INT32, INT64, BOOL and BYTES, at the ends of their ranges."""
    reply = call("POST", "/v2/models/echo/infer", echo_request())

    assert reply.status == 200
    assert reply.document == {
        "model_name": "echo",
        "model_version": "1",
        "outputs": [
            {"name": f"{name}_out", "datatype": name, "shape": [1, 2], "data": values}
            for name, values in VALUES.items()
        ],
    }


@given(
    st.fixed_dictionaries(
        {
            "FP32": st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=2, max_size=2),
            "FP64": st.lists(st.floats(-LARGEST_FLOAT32, LARGEST_FLOAT32), min_size=2, max_size=2),
            "INT32": st.lists(st.integers(-(2**31), 2**31 - 1), min_size=2, max_size=2),
            "INT64": st.lists(st.integers(-LARGEST_INTEGER, LARGEST_INTEGER), min_size=2, max_size=2),
            "BOOL": st.lists(st.booleans(), min_size=2, max_size=2),
            "BYTES": st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2),
        }
    )
)
def test_values_are_carried_exactly(values: dict[str, list[Any]]) -> None:
    """From JSON through C and back nothing changes, not even the sign of zero."""
    document = echo_request(**values)
    model = SERVICE.registry.models["toys"]["echo"].model

    outputs = model.session.run(read_inference(document, model, most_rows=1).inputs)

    assert {name.removesuffix("_out"): repr([*each.values]) for name, each in outputs.items()} == {
        name: repr(each) for name, each in values.items()
    }


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.parent.name)
def test_infer_and_predict_agree(call: Call, golden: Path) -> None:
    """The golden rows as tensors, null where a feature takes it, get the labels and values of /predict."""
    area, name = golden.parts[-3:-1]
    instances = json.loads(golden.read_text("utf-8"))["instances"]
    manifest = read_manifest(golden.parent)

    predict = call("POST", f"/predict/{area}/{name}", {"instances": instances})
    infer = call("POST", f"/v2/models/{name}/infer", inference(manifest, instances))

    outputs = {each["name"]: each["data"] for each in infer.document["outputs"]}
    key = "label" if manifest.kind == "classifier" else "value"
    assert outputs[manifest.outputs[key]] == [each[key] for each in predict.document["predictions"][name]]


def test_data_may_be_nested(call: Call) -> None:
    """The protocol lets clients send rows as lists."""
    flat = call("POST", CULTIVAR, {"inputs": [tensor(ROW * 2, shape=[2, 7])]})
    nested = call("POST", CULTIVAR, {"inputs": [tensor([ROW, ROW], shape=[2, 7])]})

    assert flat.status == 200
    assert nested.document == flat.document


def test_a_size_may_be_written_with_a_fraction_of_zero(call: Call) -> None:
    """JSON knows no integers, and JSON Schema takes 1.0 for one."""
    assert call("POST", CULTIVAR, {"inputs": [tensor(ROW, shape=[1.0, 7])]}).status == 200


def test_an_answer_carries_the_requests_id(call: Call) -> None:
    """An id is returned, and nothing is returned for none; parameters that are not known are ignored."""
    reply = call("POST", CULTIVAR, {"id": "ü-1", "parameters": {"priority": 1}, "inputs": [tensor(ROW)]})
    without = call("POST", CULTIVAR, {"inputs": [tensor(ROW)]})

    assert reply.document["id"] == "ü-1"
    assert "id" not in without.document


def test_only_the_outputs_asked_for_are_given(call: Call) -> None:
    """In the order asked for."""
    wanted = [{"name": "probabilities", "parameters": {"binary_data": False}}, {"name": "label"}]

    both = call("POST", CULTIVAR, {"inputs": [tensor(ROW)], "outputs": wanted})
    one = call("POST", CULTIVAR, {"inputs": [tensor(ROW)], "outputs": wanted[1:]})

    assert [each["name"] for each in both.document["outputs"]] == ["probabilities", "label"]
    assert [each["name"] for each in one.document["outputs"]] == ["label"]


def test_a_version_can_be_asked_for(call: Call) -> None:
    """The version that metadata names answers under its own path."""
    (version,) = call("GET", "/v2/models/cultivar").document["versions"]

    reply = call("POST", f"/v2/models/cultivar/versions/{version}/infer", {"inputs": [tensor(ROW)]})

    assert reply.document["model_version"] == version


def test_metadata_describes_inputs_and_outputs(call: Call) -> None:
    """Names, datatypes and shapes, -1 for the rows; features and labels in parameters."""
    reply = call("GET", "/v2/models/cultivar")

    manifest = json.loads((MODELS / "winery/cultivar/manifest.json").read_text("utf-8"))
    assert reply.document == {
        "name": "cultivar",
        "versions": [manifest["version"]],
        "platform": "onnx_onnxv1",
        "inputs": [
            {
                "name": "features",
                "datatype": "FP32",
                "shape": [-1, 7],
                "parameters": {"features": manifest["inputs"][0]["features"]},
            }
        ],
        "outputs": [
            {"name": "label", "datatype": "BYTES", "shape": [-1]},
            {
                "name": "probabilities",
                "datatype": "FP32",
                "shape": [-1, 3],
                "parameters": {"labels": manifest["labels"]},
            },
        ],
    }


def test_the_server_tells_its_name_and_version(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack's name and the function's version; no extension is supported."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_VERSION", "7")

    assert call("GET", "/v2").document == {"name": "tests", "version": "7", "extensions": []}


def test_the_client_that_asks_for_binary_by_default_gets_json(call: Call) -> None:
    """tritonclient sets binary_data_output whenever it names no outputs, and reads JSON as well."""
    reply = call("POST", CULTIVAR, {"inputs": [tensor(ROW)], "parameters": {"binary_data_output": True}})

    assert reply.status == 200
