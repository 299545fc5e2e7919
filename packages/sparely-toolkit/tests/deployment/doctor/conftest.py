"""A service's folder as the doctor reads it, and programs that print what they are told."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sparely_toolkit.project import Project
from support.services import baked

Program = Callable[[str, str], Path]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The few files that are read."""
    folder = tmp_path / "service"
    (folder / "requirements").mkdir(parents=True)
    (folder / "src" / "handler").mkdir(parents=True)
    (folder / "src" / "handler" / "app.py").touch()
    shutil.copytree(baked().models / "winery", folder / "src" / "models" / "winery")
    (folder / ".python-version").write_text("3.13\n")
    (folder / "template.yaml").write_text(baked().template.read_text("utf-8"))
    (folder / "samconfig.toml").write_text('version = 0.1\n[default.deploy.parameters]\nstack_name = "s"\n')
    (folder / "requirements" / "dev.txt").write_text("uv==0.1\naws-sam-cli==1.2.3 \\\n    --hash=sha256:0\n")
    return Project(folder)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Put a program that runs a line of shell on a PATH that has no other, or at a path of its own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def make(name: str, line: str) -> Path:
        file = Path(name) if name.startswith("/") else folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{line}\n")
        file.chmod(0o755)
        return file

    return make
