"""What the doctor says of src/models."""

import shutil

import pytest

from sparely_toolkit.deployment.doctor.finding import ok, problem
from sparely_toolkit.deployment.doctor.models import model_findings
from sparely_toolkit.project import Project

BACK = "take the file back from git, add the model anew, or `make remove-model AREA=winery NAME=cultivar`."


def test_models_that_are_whole_are_listed(project: Project) -> None:
    """By area and name."""
    assert [*model_findings(project)] == [ok("models", "winery/alcohol, winery/cultivar")]


@pytest.mark.parametrize("name", ["model.onnx", "manifest.json", "golden.json"])
def test_a_file_that_is_missing_is_named(project: Project, name: str) -> None:
    """With what to do about it, and the other models are looked at all the same."""
    (project.models / "winery" / "cultivar" / name).unlink()

    assert [*model_findings(project)] == [
        problem("models", f"src/models/winery/cultivar/{name}: it cannot be read (No such file or directory); {BACK}")
    ]


def test_another_file_than_the_manifests_is_told(project: Project) -> None:
    """As a merge that took one side's model and the other's manifest leaves it."""
    (project.models / "winery" / "cultivar" / "model.onnx").write_bytes(b"")

    (finding,) = model_findings(project)

    assert finding.text.startswith("src/models/winery/cultivar/model.onnx: its SHA-256 is e3b0c44")


def test_an_empty_folder_is_no_model(project: Project) -> None:
    """It lies where somebody deleted a model's files by hand."""
    (project.models / "winery" / "empty").mkdir()

    (finding,) = model_findings(project)

    assert finding.text.startswith("src/models/winery/empty/manifest.json: it cannot be read")
    assert finding.text.endswith("or `make remove-model AREA=winery NAME=empty`.")


@pytest.mark.parametrize("left", [True, False])
def test_a_service_without_models_is_told(project: Project, left: bool) -> None:
    """Whether the folder is there or not."""
    shutil.rmtree(project.models)
    if left:
        project.models.mkdir()

    assert [*model_findings(project)] == [
        problem("models", "src/models holds none; `make add-model` adds one, or take it back from git.")
    ]
