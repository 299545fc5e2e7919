"""A service that a test may change."""

import shutil
from pathlib import Path

import pytest

from sparely_toolkit.project import Project
from support.command_line import sparely as sparely
from support.services import OWN, baked
from tests.models.toy_bundles import bundle as bundle


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """What a command about models reads and writes."""
    root = tmp_path / "prediction-service"
    shutil.copytree(baked().root, root, ignore=shutil.ignore_patterns(*OWN, "vendor"))
    return Project(root)
