"""A service that its owner has committed, and whose environment costs nothing to set up."""

import shutil
import subprocess
from pathlib import Path

import pytest

from sparely_toolkit.project import Project
from support.registry import asked_seldom
from support.services import OWN, baked

AUTHOR = ("-c", "user.name=Tests", "-c", "user.email=tests@example.com")


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, and return what it prints."""
    done = subprocess.run(["git", *AUTHOR, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def committed(folder: Path) -> Project:
    """A copy of the default service, under version control."""
    root = folder / "prediction-service"
    shutil.copytree(baked().root, root, ignore=shutil.ignore_patterns(*OWN))
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "A new service")
    return Project(root)


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What uv has heard of packages lately counts."""
    asked_seldom(monkeypatch)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A service whose tools/setup says that it ran, and does nothing else."""
    service = committed(tmp_path)
    (service.root / "tools" / "setup").write_text("echo set up >> .venv-is-made\n", "utf-8")
    (service.root / ".gitignore").write_text(".venv-is-made\n__pycache__/\n", "utf-8")
    git(service.root, "commit", "--quiet", "--all", "--message", "A setup")
    return service
