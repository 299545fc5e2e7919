"""Folders that MLflow has logged models in, as its versions 2 and 3 lay them out."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import yaml
from onnx import TensorProto, helper, numpy_helper

from sparely_export.registries.mlflow_folder import Logged, NotExported, read
from sparely_export.signature import Column

ADDRESS = "models:/churn/3"
PYTHON_FUNCTION = {"loader_module": "mlflow.sklearn", "model_path": "model.pkl", "python_version": "3.11.7"}


def logged(folder: Path, flavours: dict[str, Any], files: dict[str, bytes], **more: Any) -> Path:
    """Lay out a folder."""
    folder.mkdir()
    description = {"flavors": {"python_function": PYTHON_FUNCTION, **flavours}, "run_id": "f8c2", **more}
    (folder / "MLmodel").write_text(yaml.safe_dump(description), "utf-8")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def read_one(tmp_path: Path, flavours: dict[str, Any], files: dict[str, bytes], **more: Any) -> Logged:
    """Lay out a folder and read it."""
    return read(ADDRESS, logged(tmp_path / "model", flavours, files, **more))


@pytest.mark.parametrize(
    ("flavours", "name", "content", "opened_as"),
    [
        ({"sklearn": {"pickled_model": "model.pkl", "serialization_format": "cloudpickle"}}, "model.pkl", b"", ".pkl"),
        ({"sklearn": {"pickled_model": "model.skops", "serialization_format": "skops"}}, "model.skops", b"", ".skops"),
        ({"xgboost": {"data": "model.ubj"}}, "model.ubj", b"{L", ".ubj"),
        ({"xgboost": {"data": "model.json"}}, "model.json", b'{"', ".json"),
        ({"xgboost": {"data": "model.xgb"}}, "model.xgb", b"{L\0\0", ".ubj"),
        ({"xgboost": {"data": "model.xgb"}}, "model.xgb", b'{"learner"', ".json"),
        ({"lightgbm": {"data": "model.lgb"}}, "model.lgb", b"tree", ".txt"),
        ({"lightgbm": {"data": "model.pkl"}}, "model.pkl", b"", ".pkl"),
        ({"catboost": {"data": "model.cb", "save_format": "cbm"}}, "model.cb", b"CBM1", ".cbm"),
    ],
)
def test_each_flavours_file_is_opened_by_its_kind(
    tmp_path: Path, flavours: dict[str, Any], name: str, content: bytes, opened_as: str
) -> None:
    """Whatever name MLflow gave it."""
    file = read_one(tmp_path, flavours, {name: content}).file

    assert (file.suffix, file.read_bytes()) == (opened_as, content)


def test_tensors_beside_an_onnx_model_come_into_it(tmp_path: Path) -> None:
    """MLflow saves large ones apart, and a service has one file a model."""
    folder = logged(tmp_path / "model", {"onnx": {"data": "model.onnx"}}, {})
    weights = numpy_helper.from_array(np.arange(2_000, dtype=np.float32).reshape(2, 1_000), "weights")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["features", "weights"], ["value"])],
        "g",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, 2])],
        [helper.make_tensor_value_info("value", TensorProto.FLOAT, [None, 1_000])],
        [weights],
    )
    model = helper.make_model(graph)
    onnx.save_model(model, folder / "model.onnx", save_as_external_data=True, location="model.onnx.data")

    file = read(ADDRESS, folder).file
    (folder / "model.onnx.data").unlink()

    assert np.array_equal(numpy_helper.to_array(onnx.load(file).graph.initializer[0])[1, :2], [1_000, 1_001])


@pytest.mark.parametrize(
    ("flavours", "files", "sentence"),
    [
        (
            {},
            {},
            "models:/churn/3 is a python_function only, and ONNX holds no Python; exported are the flavours sklearn, "
            "xgboost, lightgbm, catboost, onnx. Log the fitted estimator itself, by mlflow.sklearn.log_model, and put "
            "the code around it into steps.py.",
        ),
        (
            {"spark": {"model_data": "sparkml"}},
            {},
            "models:/churn/3 is of the flavour spark; exported are sklearn, xgboost, lightgbm, catboost, onnx. Convert "
            "it to ONNX where it was fitted, and log that by mlflow.onnx.log_model.",
        ),
        (
            {"sklearn": {"pickled_model": "model.pkl"}},
            {},
            "models:/churn/3: its MLmodel names model.pkl as the model, which is not among its files.",
        ),
        (
            {"sklearn": {"pickled_model": "../secret.pkl"}},
            {},
            "models:/churn/3: its MLmodel names ../secret.pkl as the model, which is not among its files.",
        ),
        (
            {"xgboost": {"data": "model.xgb"}},
            {"model.xgb": b"binf"},
            "models:/churn/3 holds XGBoost's old binary format, which newer versions do not read: load it where it was "
            'logged, and log it by mlflow.xgboost.log_model(model, model_format="ubj").',
        ),
        (
            {"catboost": {"data": "model.cb", "save_format": "json"}},
            {"model.cb": b"{}"},
            'models:/churn/3 was logged with format="json"; log it by mlflow.catboost.log_model(model, format="cbm").',
        ),
    ],
)
def test_what_cannot_be_exported_is_said_in_a_sentence(
    tmp_path: Path, flavours: dict[str, Any], files: dict[str, bytes], sentence: str
) -> None:
    """With what would be right."""
    (tmp_path / "secret.pkl").touch()

    with pytest.raises(NotExported) as caught:
        read_one(tmp_path, flavours, files)

    assert str(caught.value) == sentence


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    """Such as a run's whole artifacts."""
    (tmp_path / "plots").mkdir()

    with pytest.raises(NotExported, match="holds no MLmodel file, which MLflow writes for a model; it holds plots"):
        read(ADDRESS, tmp_path)


@pytest.mark.parametrize("text", ["flavors: [", "- a\n- b\n", "\x00"])
def test_a_damaged_description_is_refused(tmp_path: Path, text: str) -> None:
    """It is no traceback."""
    (tmp_path / "MLmodel").write_text(text, "utf-8")

    with pytest.raises(NotExported, match="its MLmodel file"):
        read(ADDRESS, tmp_path)


@pytest.mark.parametrize(
    ("inputs", "columns"),
    [
        (
            [{"type": "double", "name": "a", "required": True}, {"type": "long", "name": "n", "required": False}],
            (Column("a", "double"), Column("n", "long", required=False)),
        ),
        ([{"type": "string", "name": "a", "optional": True}], (Column("a", "string", required=False),)),
        ([{"type": "double"}], ()),
        ([{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 4]}}], ()),
    ],
)
def test_columns_are_those_of_the_signature(
    tmp_path: Path, inputs: list[dict[str, Any]], columns: tuple[Column, ...]
) -> None:
    """A tensor, or columns without names, say no more than the estimator."""
    flavours = {"sklearn": {"pickled_model": "model.pkl"}}

    found = read_one(tmp_path, flavours, {"model.pkl": b""}, signature={"inputs": json.dumps(inputs)})

    assert found.columns == columns


def test_a_signature_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """Rather than left out in silence."""
    flavours = {"sklearn": {"pickled_model": "model.pkl"}}

    with pytest.raises(NotExported, match="the signature in its MLmodel cannot be read"):
        read_one(tmp_path, flavours, {"model.pkl": b""}, signature={"inputs": "[{]"})


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": b"mlflow==2.22.5\nscikit-learn==1.5.2\npsutil\n", "python_env.yaml": b"python: 3.11.7\n"},
        {
            "conda.yaml": b"dependencies:\n- python=3.11.7\n- pip:\n  - mlflow==2.22.5\n  - scikit-learn==1.5.2\n",
        },
    ],
)
def test_versions_are_those_that_the_model_was_logged_with(tmp_path: Path, files: dict[str, bytes]) -> None:
    """From requirements.txt, or from conda.yaml alone, as older versions left it."""
    flavours = {"sklearn": {"pickled_model": "model.pkl"}}

    versions = read_one(tmp_path, flavours, {"model.pkl": b"", **files}).versions

    assert versions == {"mlflow": "2.22.5", "scikit-learn": "1.5.2", "python": "3.11.7"}
