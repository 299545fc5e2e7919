"""
What the official Triton client gets, with binary data off, from every way to serve the sample models.

Its tests are imported beside a fixture `api`, and are then tests of that way.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .api import Api
from .services import MODELS

tritonclient = pytest.importorskip("tritonclient.http")
np = pytest.importorskip("numpy")

MANIFESTS = sorted(MODELS.glob("*/*/manifest.json"))
NUMPY_TYPES = {
    "FP32": "float32",
    "FP64": "float64",
    "INT32": "int32",
    "INT64": "int64",
    "BOOL": "bool",
    "BYTES": "object",
}


@pytest.fixture(scope="module")
def client(api: Api) -> Iterator[Any]:
    """A client of the running service."""
    connected = tritonclient.InferenceServerClient(api.url.removeprefix("http://"))
    yield connected
    connected.close()


def manifest_of(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text("utf-8")))


def complete_rows(path: Path) -> tuple[list[dict[str, Any]], list[Any]]:
    """Golden rows without null, which a numpy array cannot say in JSON, and their predictions."""
    golden = json.loads(path.with_name("golden.json").read_text("utf-8"))
    pairs = [
        pair for pair in zip(golden["instances"], golden["predictions"], strict=True) if None not in pair[0].values()
    ]
    return [row for row, _ in pairs], [prediction for _, prediction in pairs]


def inputs_of(manifest: dict[str, Any], rows: list[dict[str, Any]]) -> list[Any]:
    """The rows as the client's inputs."""
    inputs = []
    for each in manifest["inputs"]:
        values = np.array([[row[name] for name in each["features"]] for row in rows], NUMPY_TYPES[each["datatype"]])
        given = tritonclient.InferInput(each["name"], list(values.shape), each["datatype"])
        given.set_data_from_numpy(values, binary_data=False)
        inputs.append(given)
    return inputs


def test_server_and_models_are_live_and_ready(client: Any) -> None:
    """Every model is ready, by name and by version; a stranger is not."""
    assert client.is_server_live()
    assert client.is_server_ready()
    for manifest in map(manifest_of, MANIFESTS):
        assert client.is_model_ready(manifest["name"])
        assert client.is_model_ready(manifest["name"], manifest["version"])
    assert not client.is_model_ready("nothing")


def test_metadata_is_the_manifests(client: Any) -> None:
    """Inputs with their datatypes, in the model's order."""
    assert client.get_server_metadata()["extensions"] == []
    for manifest in map(manifest_of, MANIFESTS):
        metadata = client.get_model_metadata(manifest["name"])
        assert metadata["platform"] == "onnx_onnxv1"
        assert metadata["versions"] == [manifest["version"]]
        assert {(each["name"], each["datatype"]) for each in metadata["inputs"]} == {
            (each["name"], each["datatype"]) for each in manifest["inputs"]
        }


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.parent.name)
def test_golden_rows_get_the_estimators_answers(client: Any, path: Path) -> None:
    """A batch, with numbers and strings, and the outputs asked for."""
    manifest = manifest_of(path)
    rows, predictions = complete_rows(path)
    outputs = [tritonclient.InferRequestedOutput(name, binary_data=False) for name in manifest["outputs"].values()]

    answer = client.infer(manifest["name"], inputs_of(manifest, rows), outputs=outputs, request_id="7")

    assert answer.get_response()["id"] == "7"
    assert answer.get_response()["model_version"] == manifest["version"]
    if manifest["kind"] == "regressor":
        found = answer.as_numpy(manifest["outputs"]["value"]).ravel()
        assert found == pytest.approx([each["value"] for each in predictions], rel=1e-5, abs=1e-5)
    else:
        assert list(answer.as_numpy(manifest["outputs"]["label"])) == [each["label"] for each in predictions]
        shares = answer.as_numpy(manifest["outputs"]["probabilities"])
        assert shares == pytest.approx(np.array([[*each["probabilities"].values()] for each in predictions]), abs=1e-5)


def test_all_outputs_come_when_none_is_named(client: Any) -> None:
    """The client then asks for binary outputs by itself, and reads the JSON that it gets."""
    manifest = manifest_of(MODELS / "winery" / "cultivar" / "manifest.json")
    rows, _ = complete_rows(MODELS / "winery" / "cultivar" / "manifest.json")

    answer = client.infer("cultivar", inputs_of(manifest, rows), model_version=manifest["version"])

    assert answer.as_numpy("probabilities").shape == (len(rows), 3)
