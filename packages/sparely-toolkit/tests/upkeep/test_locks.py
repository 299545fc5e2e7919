"""`sparely lock`: which files are compiled, in which order, and what a failure says."""

import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from uv import find_uv_bin

from sparely_toolkit.cli.commands import run
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from sparely_toolkit.upkeep.locks import LockProblem, lock, reason, sources
from support.servers import answering
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


def test_no_python_is_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks are for each Python from 3.12 on, and no other than the one that is there has a part in it."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "lambda.in").touch()
    asked: list[str] = []

    class Mirror(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(HTTPStatus.NOT_FOUND)

        do_HEAD = do_GET

    mirror = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    with answering(mirror):
        monkeypatch.setenv("UV_PYTHON_INSTALL_MIRROR", f"http://127.0.0.1:{mirror.server_port}")
        monkeypatch.setenv("PATH", "/usr/bin:/bin")
        monkeypatch.delenv("UV_PYTHON_DOWNLOADS", raising=False)
        lock(tmp_path, find_uv_bin())

    assert asked == []


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


def test_what_ships_takes_the_versions_that_the_tools_can_live_with(project: Project) -> None:
    """The newest python-dateutil is newer than botocore takes: what ships is what is tested."""
    with (project.requirements / "lambda.in").open("a") as listed:
        listed.write("python-dateutil\n")

    lock(project.root, find_uv_bin())

    ships, tested = ((project.requirements / f"{name}.txt").read_text("utf-8") for name in ("lambda", "dev"))
    (pin,) = (line for line in ships.splitlines() if line.startswith("python-dateutil=="))
    assert pin in tested.splitlines()


def test_nothing_is_written_where_one_file_cannot_be_locked(project: Project) -> None:
    """The others' locks stand as they were, though they could be solved."""
    (project.requirements / "dev.in").unlink()
    for name, line in (("lambda", "python-slugify"), ("export", "sparely-export==99")):
        with (project.requirements / f"{name}.in").open("a") as listed:
            listed.write(f"{line}\n")

    with pytest.raises(LockProblem, match=r"^requirements/export\.in cannot be locked: "):
        lock(project.root, find_uv_bin())

    assert git(project.root, "status", "--porcelain", "--", "requirements/*.txt") == ""


def test_package_that_has_no_wheel_is_refused_before_it_fails_to_build(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """docopt has only ever been published as its sources."""
    (project.requirements / "dev.in").unlink()
    with (project.requirements / "lambda.in").open("a") as listed:
        listed.write("docopt\n")

    assert run(["--service", str(project.root), "lock"]) == ExitCode.LACKING

    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert capsys.readouterr().err == (
        "requirements/lambda.in cannot ship: the function takes wheels only, for x86_64 and Python "
        f"{python}; name a version that has one: because docopt==0.6.2 has no usable wheels and you require "
        "docopt==0.6.2, we can conclude that your requirements are unsatisfiable.\n"
    )
    assert git(project.root, "status", "--porcelain", "--", "requirements/*.txt") == ""


def test_name_that_no_requirement_has_is_a_wrong_call(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is said to be locked that is not."""
    call = ["--service", str(project.root), "lock", "--upgrade-package", "Typing_Extensions"]
    assert run([*call, "--upgrade-package", "nope"]) == ExitCode.WRONG_CALL

    assert capsys.readouterr().err == (
        "requirements/ locks no nope, so nothing was moved: name what is in a lock, or add it to a requirements/*.in.\n"
    )


def test_of_a_long_account_the_end_is_told() -> None:
    """A resolver tells of every version that it tried, and last of what is required."""
    steps = "".join(f"\n   And because a=={n} depends on b=={n}, we can conclude that a!={n}." for n in range(500))
    said = (
        f"error: No solution found when resolving dependencies:\n  cause: Because a==0 is old, we can conclude x.{steps}"
        "\n\nhint: Consider something."
    )

    told = reason(said)

    assert told.endswith("; and because a==499 depends on b==499, we can conclude that a!=499.")
    assert told.startswith("because a==4")
    assert len(told) < 700
    assert "\n" not in told


def test_a_short_account_is_told_whole() -> None:
    """In one line and sentence."""
    said = "error: No solution found:\n  cause: Because a==1 needs\n   b, c fails.\n   And because of d, e fails.\n"

    assert reason(said) == "because a==1 needs b, c fails; and because of d, e fails."
