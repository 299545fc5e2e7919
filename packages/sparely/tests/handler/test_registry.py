"""Models are opened once, and what cannot be served fails init with the file's name."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sparely.bundle import ModelLoadError
from sparely.handler.registry import load_models
from sparely.handler.tensors import to_tensors

PutModel = Callable[..., Path]


def answer(root: Path, *rows: tuple[float, ...]) -> list[Any]:
    """What the toy model of `root` answers to rows."""
    (model, packing), *_ = load_models(str(root)).areas["toys"].members
    return list(model.session.run(to_tensors(rows, packing))["variable"].values)


def load_error(root: Path) -> str:
    """The sentence with which init fails, with paths relative to the models' folder."""
    with pytest.raises(ModelLoadError) as caught:
        load_models(str(root))
    return str(caught.value).replace(f"{root}/", "").replace(str(root), "models")


def change(folder: Path, **changes: Any) -> None:
    """Change members of a model's manifest; None takes a member out."""
    path = folder / "manifest.json"
    document = {**json.loads(path.read_text("utf-8")), **changes}
    path.write_text(json.dumps({key: value for key, value in document.items() if value is not None}), "utf-8")


def test_a_model_is_found_and_answers(put_model: PutModel, tmp_path: Path) -> None:
    """The toy model adds its two features."""
    put_model()

    assert answer(tmp_path / "models", (1.0, 2.0), (3.5, 4.0)) == [3.0, 7.5]


def test_hidden_folders_are_not_models(put_model: PutModel, tmp_path: Path) -> None:
    """Folders such as .ipynb_checkpoints or __pycache__ are passed over."""
    folder = put_model()
    (folder.parent / "__pycache__").mkdir()
    (folder.parents[1] / ".git").mkdir()

    assert list(load_models(str(tmp_path / "models")).areas) == ["toys"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A package without models does not start."""
    assert load_error(tmp_path / "models") == "models: the folder cannot be read (No such file or directory)."


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    """A models folder without a model does not start."""
    (tmp_path / "models").mkdir()

    assert load_error(tmp_path / "models") == "models: there is no model here."


def test_an_altered_model_is_named(put_model: PutModel, tmp_path: Path) -> None:
    """Bytes that the manifest was not written for are refused."""
    folder = put_model()
    model = folder / "model.onnx"
    model.write_bytes(model.read_bytes() + b"\0")

    assert load_error(tmp_path / "models").startswith("toys/sum/model.onnx: its SHA-256 is ")


def test_a_missing_model_is_named(put_model: PutModel, tmp_path: Path) -> None:
    """A manifest without its model does not start."""
    (put_model() / "model.onnx").unlink()

    assert load_error(tmp_path / "models") == "toys/sum/model.onnx: it cannot be read (No such file or directory)."


def test_a_missing_manifest_is_named(put_model: PutModel, tmp_path: Path) -> None:
    """A model without its manifest does not start."""
    (put_model() / "manifest.json").unlink()

    assert load_error(tmp_path / "models") == "toys/sum/manifest.json: it cannot be read (No such file or directory)."


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"features": None}, '"features" is missing or unknown.'),
        ({"kind": "oracle"}, '"oracle" is missing or unknown.'),
        ({"name": "product"}, "it describes toys/product."),
        ({"features": 5}, "it does not have a manifest's shape ('int' object is not iterable)."),
        ({"outputs": {"value": "x"}}, 'output "x" is not one of the model\'s: variable.'),
        ({"inputs": []}, "inputs are {}, the model's are {'features': 'FLOAT'}."),
        (
            {"inputs": [{"name": "features", "datatype": "FP32", "features": ["a", "c"]}]},
            'an input takes "c", which is not a feature.',
        ),
        (
            {"features": [{"name": "a", "type": "date", "required": True, "null": "refused"}]},
            'feature "a" has type "date".',
        ),
    ],
)
def test_a_wrong_manifest_is_named(put_model: PutModel, tmp_path: Path, changes: dict[str, Any], sentence: str) -> None:
    """Each member that cannot be right stops the load with the file and the member."""
    change(put_model(), **changes)

    assert load_error(tmp_path / "models") == f"toys/sum/manifest.json: {sentence}"


def test_a_manifest_that_is_not_json_is_named(put_model: PutModel, tmp_path: Path) -> None:
    """A truncated manifest does not start."""
    (put_model() / "manifest.json").write_text("{", "utf-8")

    assert load_error(tmp_path / "models").startswith("toys/sum/manifest.json: Expecting property name")


def test_bytes_that_are_no_model_are_named(put_model: PutModel, tmp_path: Path) -> None:
    """onnxruntime's own sentence is kept."""
    folder = put_model()
    (folder / "model.onnx").write_bytes(b"not a model")
    change(folder, onnx={"sha256": hashlib.sha256(b"not a model").hexdigest()})

    message = load_error(tmp_path / "models")
    assert message.startswith("toys/sum/model.onnx: ")
    assert "protobuf" in message.lower()


def test_two_models_of_one_name_are_refused(put_model: PutModel, tmp_path: Path) -> None:
    """The Open Inference Protocol knows models by name alone."""
    put_model("a", "sum")
    put_model("b", "sum")

    assert load_error(tmp_path / "models") == "b/sum: a/sum has the same name."


def test_an_area_whose_models_contradict_each_other_is_refused(put_model: PutModel, tmp_path: Path) -> None:
    """One record serves all models of an area, so a feature has one unit there."""
    put_model("toys", "one")
    features = [
        {"name": name, "type": "number", "unit": "feet", "required": True, "null": "refused"} for name in ("a", "b")
    ]
    put_model("toys", "two", features=features)

    assert load_error(tmp_path / "models") == 'toys: models of one area disagree on the type or unit of "a".'
