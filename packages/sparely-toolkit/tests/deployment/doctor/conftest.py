"""A service's folder as the doctor reads it, and programs that print what they are told."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.infrastructure.conftest import IS_GENERATED, PROJECT, read

Program = Callable[[str, str], Path]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The few files that are read, rendered where this is still a template."""
    folder = tmp_path / "service"
    (folder / "requirements").mkdir(parents=True)
    (folder / ".python-version").write_text("3.13\n")
    template = read(None if IS_GENERATED else "http-iam").text
    given = '["JwtIssuer=https://login.shop.com/"]' if "JwtIssuer:" in template else "[]"
    (folder / "template.yaml").write_text(template)
    (folder / "samconfig.toml").write_text(
        f'[default.deploy.parameters]\nstack_name = "s"\nparameter_overrides = {given}\n'
    )
    (folder / "requirements" / "dev.txt").write_text("uv==0.1\naws-sam-cli==1.2.3 \\\n    --hash=sha256:0\n")
    for package in ("deployment", "local"):
        shutil.copytree(PROJECT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


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
