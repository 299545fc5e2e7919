"""The how-to pages, followed to the letter in a service: the owner's own code around its models."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sparely_toolkit.local.serving import serving
from sparely_toolkit.project import Project
from sparely_toolkit.upkeep.pages import page
from tests.conftest import run
from tests.support.pages import HOW_TO, follow, unbuilt, wrong_answers
from tests.support.services import baked

Followed = Callable[[str], Project]


@pytest.fixture
def service(tmp_path: Path) -> Project:
    """A service of the default choices that a test may change."""
    root = tmp_path / "prediction-service"
    shutil.copytree(baked().root, root, symlinks=True, ignore=shutil.ignore_patterns(".aws-sam", "__pycache__"))
    return Project(root)


def typed(service: Project) -> Callable[[str], object]:
    """Runs what a page says as its reader does."""
    return lambda lines: run("bash", "-ec", lines, cwd=service.root, environment=os.environ)


@pytest.mark.parametrize("name", HOW_TO)
def test_what_a_page_asks_is_answered_as_it_shows(service: Project, tmp_path: Path, name: str) -> None:
    """Its files and changes as they stand there, its commands, then its questions, at the local API."""
    follow(page(name), service.root, typed(service))

    template = unbuilt(service, tmp_path)
    with serving(template, tmp_path / "log", "--no-auth", project=service) as server:
        assert wrong_answers(page(name), server.url) == []
