"""`cruft update` brings a newer template into a service and keeps what its owner changed."""

import json
from pathlib import Path

import pytest

from tests.conftest import CRUFT, Bake, commit, differing, run

SLUG = "{{cookiecutter.project_slug}}"
MODEL = Path("src", "models", "shop", "demand")
GOLDEN = Path("src", "models", "winery", "cultivar", "golden.json")


@pytest.fixture
def template(published: Path, tmp_path: Path) -> Path:
    """A template of which the service's owner has the first commit."""
    folder = tmp_path / "template"
    run("git", "clone", "--quiet", str(published), str(folder), cwd=tmp_path)
    return folder


@pytest.fixture
def service(template: Path, tmp_path: Path) -> Path:
    """A service made by cruft and committed by its owner."""
    run(CRUFT, "create", str(template), "--no-input", "--output-dir", str(tmp_path / "made"), cwd=tmp_path)
    folder = tmp_path / "made" / "prediction-service"
    run("git", "init", "--quiet", "--initial-branch=main", cwd=folder)
    commit(folder, "A new service")
    return folder


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text that stands once in a file."""
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")


def update(service: Path) -> str:
    """Do what the documentation says, and return what is told."""
    return run(CRUFT, "update", "--skip-apply-ask", cwd=service)


def test_cruft_makes_the_service_that_cookiecutter_makes(service: Path, bake: Bake) -> None:
    """There is one file more, which says which commit of the template the service has and which answers it got."""
    assert differing(service, bake()) == {".cruft.json"}

    kept = json.loads((service / ".cruft.json").read_text("utf-8"))
    assert kept["context"]["cookiecutter"]["api"] == "http-iam"


def test_an_update_brings_the_templates_changes_and_keeps_the_owners(template: Path, service: Path) -> None:
    """Text, a rendered line, a binary file, a file that joins and one that goes arrive; own lines, an own model and what the owner removed stay."""
    edit(service / "Makefile", "PORT ?= 3000", "PORT ?= 4000")
    edit(service / "template.yaml", "Default: 512", "Default: 1024")
    (service / MODEL).mkdir(parents=True)
    (service / MODEL / "model.onnx").write_bytes(b"the owner's model")
    (service / "docs" / "operations.md").unlink()
    commit(service, "The owner's changes")

    newer = template / SLUG
    edit(newer / "Makefile", "## run the tests", "## run all tests")
    edit(newer / "template.yaml", "Transform: AWS::Serverless-2016-10-31", "Transform: [AWS::Serverless-2016-10-31]")
    (newer / GOLDEN).with_name("model.onnx").write_bytes(bytes(range(256)) * 8)
    (newer / "docs" / "news.md").write_text("# News of {{ the template }}\n", "utf-8")
    (newer / "docs" / "operations.md").write_text("# Operations, anew\n", "utf-8")
    (newer / "docs" / "capacity-and-cost.md").unlink()
    commit(template, "A newer template")
    told = update(service)

    assert "has been updated" in told
    makefile, stack = (service / "Makefile").read_text("utf-8"), (service / "template.yaml").read_text("utf-8")
    assert ("PORT ?= 4000" in makefile, "## run all tests" in makefile) == (True, True)
    assert ("Default: 1024" in stack, "Transform: [AWS::Serverless-2016-10-31]" in stack) == (True, True)
    assert (service / GOLDEN).with_name("model.onnx").read_bytes() == bytes(range(256)) * 8
    assert (service / "docs" / "news.md").read_text("utf-8") == "# News of {{ the template }}\n"
    assert not (service / "docs" / "capacity-and-cost.md").exists()
    assert not (service / "docs" / "operations.md").exists()
    assert (service / MODEL / "model.onnx").read_bytes() == b"the owner's model"
    assert run("git", "diff", "--name-only", "--diff-filter=U", cwd=service) == ""


def test_new_kinds_of_files_are_copied_as_the_newer_template_says(template: Path, service: Path) -> None:
    """What is copied without rendering is read from the newer template, not from the service's memory of the older."""
    settings = json.loads((template / "cookiecutter.json").read_text("utf-8"))
    settings["_copy_without_render"].append("*.liquid")
    (template / "cookiecutter.json").write_text(json.dumps(settings), "utf-8")
    (template / SLUG / "page.liquid").write_text("{{ cookiecutter.unknown }}", "utf-8")
    commit(template, "A newer template")

    update(service)

    assert (service / "page.liquid").read_text("utf-8") == "{{ cookiecutter.unknown }}"


def test_lines_changed_on_both_sides_are_marked_and_both_are_kept(template: Path, service: Path) -> None:
    """git's own conflict marks stand around the owner's line and the template's, and the update says where."""
    edit(service / "Makefile", "PORT ?= 3000", "PORT ?= 4000")
    commit(service, "The owner's port")
    edit(template / SLUG / "Makefile", "PORT ?= 3000", "PORT ?= 5000")
    commit(template, "The template's port")

    told = update(service)

    assert "Applied patch to 'Makefile' with conflicts." in told
    marked = (service / "Makefile").read_text("utf-8")
    ours, _, theirs = marked.partition("<<<<<<<")[2].partition(">>>>>>>")[0].partition("=======")
    assert ("PORT ?= 4000" in ours, "PORT ?= 5000" in theirs) == (True, True)
    assert run("git", "diff", "--name-only", "--diff-filter=U", cwd=service).split() == ["Makefile"]


def test_without_git_what_does_not_fit_is_left_beside_the_file(template: Path, service: Path) -> None:
    """The owner's file stays as it is, and the template's change lies in a .rej file that the update names."""
    (service / ".git").rename(service.parent / "history")
    edit(service / "Makefile", "PORT ?= 3000", "PORT ?= 4000")
    edit(template / SLUG / "Makefile", "PORT ?= 3000", "PORT ?= 5000")
    commit(template, "The template's port")

    told = update(service)

    assert "*.rej files" in told
    assert "PORT ?= 4000" in (service / "Makefile").read_text("utf-8")
    assert "+PORT ?= 5000" in (service / "Makefile.rej").read_text("utf-8")


def test_a_service_with_changes_that_are_not_committed_is_not_touched(template: Path, service: Path) -> None:
    """So every update can be taken back by git."""
    edit(service / "Makefile", "PORT ?= 3000", "PORT ?= 4000")
    edit(template / SLUG / "Makefile", "## run the tests", "## run all tests")
    commit(template, "A newer template")
    before = run("git", "diff", cwd=service)

    with pytest.raises(AssertionError, match="unclean git project"):
        update(service)

    assert run("git", "diff", cwd=service) == before
