"""What the machine's checks say of what is there, old, broken or missing."""

import importlib.util

import pytest

from sparely_toolkit.deployment.doctor import machine
from sparely_toolkit.deployment.doctor.finding import ok, problem, warning
from sparely_toolkit.project import Project
from tests.deployment.doctor.conftest import Program


@pytest.mark.parametrize(
    ("prints", "expected"),
    [
        ("echo Python 3.13.7", ok("Python", "3.13.7 in .venv")),
        (
            "echo Python 3.12.1",
            warning("Python", ".venv has 3.12.1, .python-version says 3.13; the next `make build` mends it."),
        ),
        ("exit 1", problem("Python", "the one of .venv does not start; delete .venv and run `make build`.")),
    ],
)
def test_the_python_of_the_environment_is_the_functions(
    project: Project, program: Program, prints: str, expected: object
) -> None:
    """Bytecode is compiled by it."""
    program(str(project.root / ".venv" / "bin" / "python"), prints)

    assert machine.python(project) == expected


def test_before_the_first_build_nothing_is_wrong(project: Project, program: Program) -> None:
    """A fresh clone has no .venv; `make build` makes it."""
    assert machine.python(project) == warning("Python", "3.13 is not set up here yet; `make build` does it.")
    assert machine.sam(project) == warning("SAM CLI", "1.2.3 is not set up here yet; `make build` does it.")


@pytest.mark.parametrize(
    ("prints", "expected"),
    [
        ("echo SAM CLI, version 1.2.3", ok("SAM CLI", "1.2.3 in .venv")),
        (
            "echo SAM CLI, version 1.1.0",
            warning("SAM CLI", "1.1.0, requirements/dev.txt says 1.2.3; the next `make build` mends it."),
        ),
        ("exit 1", problem("SAM CLI", "the one of .venv does not start; delete .venv and run `make build`.")),
    ],
)
def test_the_locked_sam_is_the_one_that_deploys(
    project: Project, program: Program, prints: str, expected: object
) -> None:
    """Another one on PATH is not used, so it is not looked at."""
    program("sam", "echo SAM CLI, version 0.0.1")
    program(str(project.root / ".venv" / "bin" / "sam"), prints)

    assert machine.sam(project) == expected


def test_uv_on_path_is_told(program: Program) -> None:
    """With its version."""
    program("uv", "echo 'uv 0.9.1 (abc 2026-01-01)'")

    assert machine.uv() == ok("uv", "0.9.1")


def test_without_uv_python_must_be_able_to_install_it(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian's python3 has no ensurepip without python3-venv."""
    assert machine.uv() == ok("uv", "`make build` keeps its own in the user's cache")

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    assert machine.uv().state == "problem"
    assert "add python3-venv, or uv itself" in machine.uv().text


def test_git_is_wanted_for_deploying_from_github(project: Project, program: Program) -> None:
    """Nothing else needs it."""
    assert machine.git(project) == warning("git", "it is missing; only deploying from GitHub needs it.")
    program("git", "echo git version 2.50.1")
    assert "this folder is no repository" in machine.git(project).text
    (project.root / ".git").mkdir()
    assert machine.git(project) == ok("git", "2.50.1")


def test_docker_is_optional_and_its_use_is_said(project: Project, program: Program) -> None:
    """A client without an engine is as good as none."""
    program("docker", "echo Client: 1.0; exit 1")

    assert machine.docker(project) == warning(
        "Docker", "no engine answers; only `sam local invoke` and `sam local start-api` need one."
    )
    program("docker", "echo Server: 1.0")
    assert machine.docker(project).state == "ok"
