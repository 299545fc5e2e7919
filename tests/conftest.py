"""Services baked from the template as it stands."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cookiecutter.main import cookiecutter

REPOSITORY = Path(__file__).resolve().parents[1]
TEMPLATE = REPOSITORY / "{{cookiecutter.project_slug}}"
ANSWERS: dict[str, Any] = json.loads((REPOSITORY / "cookiecutter.json").read_text("utf-8"))
APIS: list[str] = ANSWERS["api"]
SAM = str(REPOSITORY / ".venv" / "bin" / "sam")

Bake = Callable[..., Path]


@pytest.fixture
def bake(tmp_path: Path) -> Bake:
    """Bake a service with some answers given and return its folder."""

    def with_answers(**answers: str) -> Path:
        return Path(cookiecutter(str(REPOSITORY), no_input=True, extra_context=answers, output_dir=str(tmp_path)))

    return with_answers


def user_environment() -> dict[str, str]:
    """A user's environment: without what this repository's Makefile sets for its own caches."""
    ours = ("MAKE", "MFLAGS", "PYTHON", "PYTEST", "RUFF", "MYPY", "HYPOTHESIS", "COV", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}


def run(*command: str, cwd: Path) -> str:
    """Run a command as a user would and return what it prints; a failure shows how it ended."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=user_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout[-4_000:]}"
    return done.stdout
