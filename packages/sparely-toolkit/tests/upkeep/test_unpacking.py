"""`sparely unpack`: the sources of our packages in a service, and the wheels again."""

import tomllib

import pytest

from sparely_toolkit.cli.commands import run
from sparely_toolkit.project import Project
from sparely_toolkit.upkeep.wheels import wheels
from tests.upkeep.conftest import git

NAMES = ["sparely", "sparely-export", "sparely-toolkit"]


def unpack(project: Project, *options: str) -> int:
    return run(["--service", str(project.root), "unpack", *options])


def set_up(project: Project) -> int:
    """How often the environment was made anew."""
    mark = project.root / ".venv-is-made"
    return len(mark.read_text("utf-8").splitlines()) if mark.exists() else 0


def test_the_sources_are_those_of_the_wheels(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """One folder a package, as packages are laid out, installed by tools/setup."""
    assert unpack(project) == 0

    assert capsys.readouterr().out == f"In packages/, from where they run and ship: {', '.join(NAMES)}.\n"
    assert sorted(each.name for each in project.unpacked.iterdir()) == NAMES
    for name in NAMES:
        module = project.unpacked / name / "src" / name.replace("-", "_")
        assert (module / "__init__.py").is_file()
        assert (module / "py.typed").is_file()
        assert (project.unpacked / name / "LICENSE").is_file()
    assert set_up(project) == 1


def test_a_package_is_described_as_its_wheel_is(project: Project) -> None:
    """Version, requirements, commands and plug-ins, so that an installation from there is the same."""
    unpack(project)

    described = tomllib.loads((project.unpacked / "sparely-toolkit" / "pyproject.toml").read_text("utf-8"))
    wheel = wheels(project.vendor)["sparely-toolkit"]
    assert described["project"]["version"] == str(wheel.version)
    assert described["project"]["dependencies"] == wheel.metadata().get_all("Requires-Dist")
    assert described["project"]["scripts"] == {"sparely": "sparely_toolkit.__main__:main"}
    assert described["project"]["entry-points"]["pytest11"] == {"sparely": "sparely_toolkit.testing.plugin"}
    assert described["build-system"] == {"requires": [wheel.backend()], "build-backend": "uv_build"}


def test_what_is_unpacked_is_not_unpacked_again(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """It may have been changed."""
    unpack(project)

    assert unpack(project) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "packages/ holds our packages' sources already; sparely unpack --undo removes it."
    )


def test_it_can_be_undone(project: Project) -> None:
    """The service is what it was."""
    unpack(project)

    assert unpack(project, "--undo") == 0
    assert git(project.root, "status", "--porcelain") == ""
    assert set_up(project) == 2


def test_changed_sources_are_not_thrown_away(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Unless git has them, or by force."""
    unpack(project)
    (project.unpacked / "sparely" / "src" / "sparely" / "service.py").write_text("changed = True\n", "utf-8")

    assert unpack(project, "--undo") == 1
    assert capsys.readouterr().err == (
        "prediction-service has changes that are not committed, so that this could not be taken back: "
        "commit first, or say --force.\n"
    )
    git(project.root, "add", "--all")
    git(project.root, "commit", "--quiet", "--message", "Our own way")
    assert unpack(project, "--undo") == 0


def test_by_force_they_are(project: Project) -> None:
    """Whoever says so has looked."""
    unpack(project)
    (project.unpacked / "sparely" / "src" / "sparely" / "own.py").write_text("new = True\n", "utf-8")

    assert (unpack(project, "--undo"), unpack(project, "--undo", "--force")) == (1, 0)
    assert not project.unpacked.exists()


def test_where_nothing_is_unpacked_there_is_nothing_to_undo(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says where the packages come from."""
    assert unpack(project, "--undo") == 2
    assert capsys.readouterr().err == (
        "There is no packages/ in prediction-service: it takes its packages from vendor/.\n"
    )


def test_an_environment_that_cannot_be_made_is_said(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """The sources are there by then."""
    (project.root / "tools" / "setup").write_text("exit 1\n", "utf-8")

    assert unpack(project) == 3
    assert capsys.readouterr().err == (
        "The environment is not what the service's files say: mend the cause, then run bash tools/setup.\n"
    )
