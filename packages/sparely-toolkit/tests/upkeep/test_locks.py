"""`sparely lock`: which files are compiled, in which order, and what a failure says."""

from pathlib import Path

import pytest
from uv import find_uv_bin

from sparely_toolkit.cli.commands import run
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from sparely_toolkit.upkeep.locks import lock, sources
from tests.upkeep.conftest import git


def test_what_ships_is_locked_first(tmp_path: Path) -> None:
    """What is tested is held to it; the add-on's requirements follow, the container's held to what it is tested with."""
    for name in ("requirements/dev.in", "requirements/lambda.in", "requirements/own.in", "requirements/export.in"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for name in ("container.in", "requirements.in"):
        (tmp_path / "sagemaker").mkdir(exist_ok=True)
        (tmp_path / "sagemaker" / name).touch()

    assert [file.relative_to(tmp_path).as_posix() for file in sources(tmp_path)] == [
        "requirements/lambda.in",
        "requirements/dev.in",
        "requirements/export.in",
        "sagemaker/requirements.in",
        "sagemaker/container.in",
        "requirements/own.in",
    ]


def test_nothing_moves_that_is_not_named(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Locking a service anew changes no file of it."""
    assert run(["--service", str(project.root), "lock"]) == ExitCode.DONE

    names = "requirements/lambda.txt, requirements/dev.txt, requirements/export.txt"
    assert capsys.readouterr().out == f"Locked: {names}.\n"
    assert git(project.root, "status", "--porcelain") == ""


def test_a_dependency_that_ships_is_tested_at_the_version_that_ships(project: Project) -> None:
    """One line in lambda.in is in both locks."""
    with (project.requirements / "lambda.in").open("a") as listed:
        listed.write("python-slugify\n")

    lock(project.root, find_uv_bin())

    ships, tested = ((project.requirements / f"{name}.txt").read_text("utf-8") for name in ("lambda", "dev"))
    (pin,) = (line for line in ships.splitlines() if line.startswith("python-slugify=="))
    assert pin in tested.splitlines()


def test_what_cannot_be_locked_is_said_with_the_file(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """The resolver's own words follow."""
    with (project.requirements / "dev.in").open("a") as listed:
        listed.write("sparely==99\n")

    assert run(["--service", str(project.root), "lock"]) == ExitCode.LACKING

    said = capsys.readouterr().err
    assert said.startswith("requirements/dev.in cannot be locked: ")
    assert "sparely==99" in said
