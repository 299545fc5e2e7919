"""A model's folder: which files it has, and what is said of one that lacks something."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sparely.bundle import ModelLoadError, NoGoldenRows, model_folders, read_bundle, read_bundles
from support.kinds import put_models
from support.services import MODELS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model's folder."""
    put_models(tmp_path)
    return tmp_path / "kinds" / "regressor"


def refusal(read: Callable[[], object], root: Path) -> str:
    """The sentence with which reading ends, with paths relative to the models' folder."""
    with pytest.raises(ModelLoadError) as caught:
        read()
    return str(caught.value).replace(f"{root}/", "").replace(str(root), "models")


def test_a_folder_is_read_whole(folder: Path) -> None:
    """Manifest, rows and predictions."""
    model = read_bundle(folder)

    assert (model.path, model.version, model.manifest.kind) == ("kinds/regressor", "1", "regressor")
    assert model.instances == ({"size": 1.5, "count": 3, "flag": False}, {"size": -2.0, "count": 0, "flag": True})
    assert model.predictions == ({"value": 1.5}, {"value": 2})


def test_models_come_in_order_of_area_and_name() -> None:
    """As the service lists them."""
    assert [model.path for model in read_bundles(MODELS)] == sorted(
        f"{path.parts[-3]}/{path.parts[-2]}" for path in MODELS.glob("*/*/manifest.json")
    )


@pytest.mark.parametrize("name", [".regressor.writing", "__pycache__", "_draft"])
def test_hidden_folders_are_no_models(folder: Path, name: str) -> None:
    """Such as an export leaves that was interrupted."""
    (folder.parent / name).mkdir()

    assert str(folder.parent / name) not in model_folders(folder.parents[1])


def test_a_package_without_rows_is_refused(tmp_path: Path) -> None:
    """A check of nothing would always pass."""
    with pytest.raises(NoGoldenRows) as caught:
        read_bundles(tmp_path)

    assert str(caught.value) == f"{tmp_path} holds no manifest.json with a golden.json beside it."


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With the system's reason."""
    sentence = "models: the folder cannot be read (No such file or directory)."

    assert refusal(lambda: model_folders(tmp_path / "models"), tmp_path) == sentence


@pytest.mark.parametrize("name", ["manifest.json", "golden.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    """With the system's reason."""
    (folder / name).unlink()

    sentence = f"kinds/regressor/{name}: it cannot be read (No such file or directory)."
    assert refusal(lambda: read_bundle(folder), folder.parents[1]) == sentence


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "it is not an object."),
        ({"predictions": []}, '"instances" is not a list of objects.'),
        ({"instances": [1], "predictions": []}, '"instances" is not a list of objects.'),
        ({"instances": [{}, {}], "predictions": [{}]}, "it has 2 instances and 1 predictions."),
        ({"instances": [{}], "predictions": [{}], "prepared": []}, "it has 1 instances and 0 prepared rows."),
        ({"instances": [{}], "predictions": [{}], "bare": [{}, {}]}, "it has 1 instances and 2 bare predictions."),
        ({"instances": [{}], "predictions": [{}], "bare": 5}, '"bare" is not a list of objects.'),
    ],
)
def test_golden_rows_of_another_shape_are_refused(folder: Path, document: object, sentence: str) -> None:
    """The sentence says what does not fit."""
    (folder / "golden.json").write_text(json.dumps(document), "utf-8")

    assert refusal(lambda: read_bundle(folder), folder.parents[1]) == f"kinds/regressor/golden.json: {sentence}"


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"description": None}, '"description" is no string.'),
        ({"metrics": "x"}, '"metrics" is no object of numbers.'),
        ({"metrics": {"accuracy": None}}, '"accuracy" of "metrics" is no number.'),
        ({"metrics": {"accuracy": "0.9"}}, '"accuracy" of "metrics" is no number.'),
        ({"metrics": {"accuracy": True}}, '"accuracy" of "metrics" is no number.'),
    ],
)
def test_what_tells_people_has_to_be_readable(folder: Path, members: dict[str, object], sentence: str) -> None:
    """It serves nothing, and stands in the contract and in README."""
    file = folder / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **members}), "utf-8")

    assert refusal(lambda: read_bundle(folder), folder.parents[1]) == f"kinds/regressor/manifest.json: {sentence}"


def test_golden_rows_of_a_model_with_steps_have_the_bare_models_too(folder: Path) -> None:
    """What callers send and get, and what the estimator takes and says."""
    rows = {"instances": [{"a": 1}], "predictions": [{"b": 2}], "prepared": [{"c": 3}], "bare": [{"d": 4}]}
    (folder / "golden.json").write_text(json.dumps(rows), "utf-8")

    model = read_bundle(folder)

    assert (model.instances, model.predictions, model.prepared, model.bare) == tuple(map(tuple, rows.values()))


def test_golden_rows_of_a_model_without_steps_are_the_bare_models(folder: Path) -> None:
    """As in every file of before."""
    model = read_bundle(folder)

    assert model.prepared == model.instances
    assert model.bare == model.predictions
