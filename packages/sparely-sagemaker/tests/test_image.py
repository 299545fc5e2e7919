"""The image's tag: the same for the same content, another for any other."""

import os
import shutil
from pathlib import Path

import pytest

from sparely_sagemaker.add_on import AddOn
from sparely_sagemaker.image import tag
from sparely_sagemaker.packaging import fill_image
from support.command_line import Sparely

DOCKER = '#!/bin/sh\necho "$@" > "$ASKED"\n'


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A small image's content."""
    folder = tmp_path / "image"
    for name in ("container/application.py", "handler/dispatch.py", "lib/engine.so"):
        file = folder / name
        file.parent.mkdir(parents=True)
        file.write_text(name)
    return folder


@pytest.fixture
def dockerfile(tmp_path: Path) -> Path:
    """What the image is built by."""
    file = tmp_path / "Dockerfile"
    file.write_text("FROM python")
    return file


def test_the_same_content_has_the_same_tag(content: Path, dockerfile: Path, tmp_path: Path) -> None:
    """Wherever it lies and whenever it was written."""
    copied = shutil.copytree(content, tmp_path / "elsewhere" / "image")
    os.utime(copied / "lib" / "engine.so", (0, 0))

    assert tag(copied, dockerfile) == tag(content, dockerfile)


@pytest.mark.parametrize("name", ["container/application.py", "handler/dispatch.py", "lib/engine.so", "../Dockerfile"])
def test_a_changed_file_has_another_tag(content: Path, dockerfile: Path, name: str) -> None:
    """Of the container, the service, the engine or the image itself: SageMaker deploys it."""
    before = tag(content, dockerfile)

    (content / name).write_text("changed")

    assert tag(content, dockerfile) != before


def test_a_moved_file_has_another_tag(content: Path, dockerfile: Path) -> None:
    """A module's name is part of the code."""
    before = tag(content, dockerfile)

    (content / "lib" / "engine.so").rename(content / "engine.so")

    assert tag(content, dockerfile) != before


def test_another_base_has_another_tag(content: Path, dockerfile: Path) -> None:
    """It is most of the image."""
    tags = {tag(content, dockerfile, base) for base in ("", "python@sha256:1", "python@sha256:2")}

    assert len(tags) == 3


def test_the_built_content_has_the_same_tag_when_it_is_built_anew(built: AddOn, tmp_path: Path) -> None:
    """So that nothing is deployed where nothing changed."""
    fill_image(built, tmp_path / "anew")

    assert tag(tmp_path / "anew", built.dockerfile) == tag(built.image, built.dockerfile)


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for Docker: it writes down what it is asked for, and makes nothing."""
    program = tmp_path / "docker"
    program.write_text(DOCKER)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("ASKED", str(tmp_path / "asked"))
    return program


def test_the_image_is_made_under_the_tag_that_is_left_for_the_deployment(
    built: AddOn, docker: Path, sparely: Sparely, tmp_path: Path
) -> None:
    """By one value, and on the base that was asked for."""
    outcome = sparely("sagemaker", "image", "--base", "python@sha256:1", service=built.project.root)

    made = built.image_tag.read_text("utf-8").strip()
    assert made == tag(built.image, built.dockerfile, "python@sha256:1")
    assert (outcome.exit_code, outcome.out) == (0, f"{built.project.name}:{made}\n")
    arguments = (tmp_path / "asked").read_text("utf-8").split()
    assert f"{built.project.name}:{made}" in arguments
    assert "BASE=python@sha256:1" in arguments


def test_without_docker_a_sentence_says_so(
    built: AddOn, sparely: Sparely, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine lacks it, which is exit code 3."""
    monkeypatch.setenv("PATH", str(tmp_path))

    outcome = sparely("sagemaker", "image", service=built.project.root)

    assert (outcome.exit_code, outcome.err) == (
        3,
        "docker is not on this machine's PATH; install a Docker engine to make the image.\n",
    )


def test_an_image_that_docker_refuses_leaves_no_tag(built: AddOn, docker: Path, sparely: Sparely) -> None:
    """A tag that no image has would be deployed."""
    docker.write_text("#!/bin/sh\nexit 7\n")
    built.image_tag.unlink(missing_ok=True)

    outcome = sparely("sagemaker", "image", service=built.project.root)

    assert (outcome.exit_code, outcome.err) == (
        3,
        "`docker build` ended with 7; its own words above say why.\n",
    )
    assert not built.image_tag.exists()
