"""`cruft update` brings a newer template into a service and keeps what its owner changed."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest
from uv import find_uv_bin

from sparely_toolkit.contract.regenerate import regenerate
from sparely_toolkit.project import Project
from sparely_toolkit.upkeep.locks import lock
from tests.conftest import CRUFT, Bake, commit, differing, run

SLUG = "{{cookiecutter.project_slug}}"
MODEL = Path("src", "models", "shop", "demand")


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


def conflicts(service: Path) -> list[str]:
    """The files in which git or cruft have left two versions."""
    rejected = [str(file) for file in service.rglob("*.rej")]
    return [*run("git", "diff", "--name-only", "--diff-filter=U", cwd=service).split(), *rejected]


def update(service: Path) -> str:
    """Do what the documentation says, and return what is said."""
    return run(CRUFT, "update", "--skip-apply-ask", cwd=service)


def test_cruft_makes_the_service_that_cookiecutter_makes(service: Path, bake: Bake) -> None:
    """There is one file more, which says which commit of the template the service has and which answers it got."""
    assert differing(service, bake()) == {".cruft.json"}

    kept = json.loads((service / ".cruft.json").read_text("utf-8"))
    assert kept["context"]["cookiecutter"]["api"] == "http-iam"


def test_an_update_brings_the_templates_changes_and_keeps_the_owners(template: Path, service: Path) -> None:
    """Text, a rendered line, a file that joins and one that goes arrive; own lines and what the owner removed stay."""
    edit(service / "Makefile", "PORT ?= 3000", "PORT ?= 4000")
    edit(service / "template.yaml", "Default: 512", "Default: 1024")
    (service / "deployment" / "role.yaml").unlink()
    commit(service, "The owner's changes")

    newer = template / SLUG
    edit(newer / "Makefile", "## build, then run your tests", "## build, then run all of your tests")
    edit(newer / "template.yaml", "Transform: AWS::Serverless-2016-10-31", "Transform: [AWS::Serverless-2016-10-31]")
    (newer / "deployment" / "role.yaml").write_text("Resources: {}\n", "utf-8")
    (newer / "loadtest" / "profiles" / "weekly.toml").write_text('name = "{{ a week }}"\n', "utf-8")
    (newer / "loadtest" / "profiles" / "bursty.toml").unlink()
    settings = json.loads((template / "cookiecutter.json").read_text("utf-8"))
    settings["_copy_without_render"].append("loadtest/profiles/*")
    (template / "cookiecutter.json").write_text(json.dumps(settings), "utf-8")
    commit(template, "A newer template")
    said = update(service)

    assert "has been updated" in said
    makefile, stack = (service / "Makefile").read_text("utf-8"), (service / "template.yaml").read_text("utf-8")
    assert ("PORT ?= 4000" in makefile, "## build, then run all of your tests" in makefile) == (True, True)
    assert ("Default: 1024" in stack, "Transform: [AWS::Serverless-2016-10-31]" in stack) == (True, True)
    assert (service / "loadtest" / "profiles" / "weekly.toml").read_text("utf-8") == 'name = "{{ a week }}"\n'
    assert not (service / "loadtest" / "profiles" / "bursty.toml").exists()
    assert not (service / "deployment" / "role.yaml").exists()
    assert conflicts(service) == []


@pytest.fixture
def own(service: Path) -> Path:
    """The same with a model, a route, a parameter and a dependency of its owner's, as commands leave it."""
    shutil.copytree(service / "src" / "models" / "winery" / "cultivar", service / MODEL)
    manifest = json.loads((service / MODEL / "manifest.json").read_text("utf-8"))
    (service / MODEL / "manifest.json").write_text(json.dumps({**manifest, "area": "shop", "name": "demand"}), "utf-8")
    regenerate(Project(service))
    with (service / "src" / "handler" / "app.py").open("a") as handler:
        handler.write('\n\n@service.route("GET /segments")\ndef segments(request: object) -> object:\n    return {}\n')
    edit(service / "template.yaml", "  # The API\n", "  Region:\n    Type: String\n    Default: north\n\n  # The API\n")
    with (service / "requirements" / "lambda.in").open("a") as listed:
        listed.write("python-slugify\n")
    lock(service, find_uv_bin())
    commit(service, "A model, a route, a parameter and a dependency")
    return service


def test_a_newer_template_meets_no_line_that_commands_have_written(template: Path, own: Path) -> None:
    """
    There is no conflict in a file that its owner did not touch, and none at all where the two touch different lines.

    Wheels, locks, samples and what follows from the models are brought by `make upgrade` and `make contract` alone.
    """
    newer = template / SLUG
    (wheel,) = newer.glob("vendor/sparely-*.whl")
    wheel.rename(wheel.with_name("sparely-9.0.0-py3-none-any.whl"))
    for name in ("requirements/lambda.txt", "requirements/dev.txt", "openapi.yaml", "README.md"):
        (newer / name).write_text(
            (newer / name).read_text("utf-8").replace("answer", "reply").replace("sha256:0", "sha256:1"), "utf-8"
        )
    for file in [*newer.glob("events/*.json"), *newer.glob("src/models/*/*/*.json")]:
        file.write_text(file.read_text("utf-8").replace("1", "2"), "utf-8")
    edit(newer / "requirements" / "dev.in", "mypy\n", "mypy>=2\n")
    edit(newer / "template.yaml", "Transform: AWS::Serverless-2016-10-31", "Transform: [AWS::Serverless-2016-10-31]")
    edit(newer / "pyproject.toml", 'version = "0"', 'version = "1"')
    commit(template, "A newer template")

    said = update(own)

    assert "has been updated" in said
    assert conflicts(own) == []
    changed = set(run("git", "diff", "--name-only", "HEAD", cwd=own).split())
    assert changed == {".cruft.json", "pyproject.toml", "requirements/dev.in", "template.yaml"}


def test_what_an_update_leaves_alone_is_said_in_the_service(service: Path) -> None:
    """Its owner can have it otherwise."""
    skipped = tomllib.loads((service / "pyproject.toml").read_text("utf-8"))["tool"]["cruft"]["skip"]

    assert [name for name in skipped if not (service / name).exists()] == []
    locks = {f"requirements/{file.name}" for file in (service / "requirements").glob("*.txt")}
    assert {"vendor", "src/models", "events", "openapi.yaml", *locks} <= set(skipped)


@pytest.mark.soak  # a file of such a kind arrives above, too
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

    said = update(service)

    assert "Applied patch to 'Makefile' with conflicts." in said
    marked = (service / "Makefile").read_text("utf-8")
    ours, _, theirs = marked.partition("<<<<<<<")[2].partition(">>>>>>>")[0].partition("=======")
    assert ("PORT ?= 4000" in ours, "PORT ?= 5000" in theirs) == (True, True)
    assert run("git", "diff", "--name-only", "--diff-filter=U", cwd=service).split() == ["Makefile"]


@pytest.mark.soak  # the same with git stands above
def test_without_git_what_does_not_fit_is_left_beside_the_file(template: Path, service: Path) -> None:
    """The owner's file stays as it is, and the template's change lies in a .rej file that the update names."""
    (service / ".git").rename(service.parent / "history")
    edit(service / "Makefile", "PORT ?= 3000", "PORT ?= 4000")
    edit(template / SLUG / "Makefile", "PORT ?= 3000", "PORT ?= 5000")
    commit(template, "The template's port")

    said = update(service)

    assert "*.rej files" in said
    assert "PORT ?= 4000" in (service / "Makefile").read_text("utf-8")
    assert "+PORT ?= 5000" in (service / "Makefile.rej").read_text("utf-8")


def test_a_service_with_changes_that_are_not_committed_is_not_touched(template: Path, service: Path) -> None:
    """So every update can be taken back by git."""
    edit(service / "Makefile", "PORT ?= 3000", "PORT ?= 4000")
    edit(template / SLUG / "Makefile", "## build, then run your tests", "## build, then run all of your tests")
    commit(template, "A newer template")
    before = run("git", "diff", cwd=service)

    with pytest.raises(AssertionError, match="unclean git project"):
        update(service)

    assert run("git", "diff", cwd=service) == before
