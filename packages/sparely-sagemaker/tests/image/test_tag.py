"""The image's tag: the same for the same content, another for any other."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sparely_sagemaker.image.__main__ import build
from sparely_sagemaker.image.tag import tag
from sparely_toolkit.package.target import read_target

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


def test_the_built_content_has_the_same_tag_when_it_is_built_anew(added: Path, tmp_path: Path) -> None:
    """So that nothing is deployed where nothing changed."""
    built = added / ".build" / "image"
    if not built.is_dir():
        pytest.skip("nothing is built; `make -C sagemaker test` builds first")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lambda-package"

    build(tmp_path / "anew", read_target(added / "multi-model.yaml"), cache)

    assert tag(tmp_path / "anew", added / "Dockerfile") == tag(built, added / "Dockerfile")


def test_the_image_is_made_under_the_tag_that_is_left_for_the_deployment(added: Path, tmp_path: Path) -> None:
    """By one value, and on the base that was asked for; Docker is a stand-in here."""
    left = added / ".build" / "image-tag"
    if not (added / ".build" / "done").is_file():
        pytest.skip("nothing is built; `make -C sagemaker test` builds first")
    before = left.read_text("utf-8") if left.is_file() else None
    (tmp_path / "docker").write_text(DOCKER)
    (tmp_path / "docker").chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "ASKED": str(tmp_path / "asked")}

    try:
        command = ["make", "-C", str(added), "-o", ".build/done", "image", "BASE=python@sha256:1"]
        subprocess.run(command, env=environment, check=True, capture_output=True)
        made = left.read_text("utf-8").strip()
    finally:
        left.unlink(missing_ok=True)
        if before is not None:
            left.write_text(before)

    assert made == tag(added / ".build" / "image", added / "Dockerfile", "python@sha256:1")
    asked = (tmp_path / "asked").read_text("utf-8").split()
    assert f"{added.parent.name}:{made}" in asked
    assert "BASE=python@sha256:1" in asked
