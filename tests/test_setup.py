"""A machine that lacks the Python that services run is told so, in one sentence."""

import shutil
import subprocess
from pathlib import Path

import pytest
from uv import find_uv_bin

from tests.conftest import Bake, run, user_environment

SYSTEM = "/usr/bin:/bin"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """One in which uv and the system's own programs are found, and no Python is fetched."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "uv").symlink_to(find_uv_bin())
    ours = {"PATH": f"{tmp_path / 'bin'}:{SYSTEM}", "UV_PYTHON_DOWNLOADS": "never", "UV_NO_MANAGED_PYTHON": "1"}
    return {**user_environment(), **ours}


def set_up(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Do what make does first."""
    command = ["bash", "tools/setup"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_service_names_the_version_that_it_runs(bake: Bake, environment: dict[str, str], tmp_path: Path) -> None:
    """With what installs it; the function's package could not be compiled by another."""
    service = bake()
    (service / ".python-version").write_text("3.99\n", "utf-8")

    done = set_up(service, environment)

    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        "Installing the locked requirements into .venv",
        "No Python 3.99 here, which the function runs and its package is compiled with: install it "
        f"({tmp_path}/bin/uv python install 3.99), then repeat the command.",
    ]


def test_a_machine_without_uv_and_python_is_told(bake: Bake, tmp_path: Path) -> None:
    """Of the two it needs one."""
    for name in ("bash", "dirname", "cat", "ln", "rm", "readlink", "find"):
        program = shutil.which(name)
        assert program
        (tmp_path / "few").mkdir(exist_ok=True)
        (tmp_path / "few" / name).symlink_to(program)

    done = set_up(bake(), {"PATH": str(tmp_path / "few"), "HOME": str(tmp_path)})

    assert done.returncode == 3
    assert done.stderr == "Neither uv nor python3 is here: install one of them, then repeat the command.\n"


def test_a_folder_with_a_colon_is_refused_before_anything_is_installed(bake: Bake) -> None:
    """Python splits its path there, and what fails of it later speaks of something else."""
    service = bake()
    moved = service.rename(service.with_name("a:b"))

    done = subprocess.run(["make", "build"], cwd=moved, env=user_environment(), capture_output=True, text=True)

    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == (
        f"{moved} has a colon in it, which separates folders where Python looks for modules: move the service to a "
        "path without one."
    )
    assert not (moved / ".venv").exists()


def test_a_service_that_is_renamed_takes_its_environment_along(bake: Bake) -> None:
    """Its programs start at once, and what make calls next says where they are now, unpacked sources too."""
    service = bake()
    run("make", "unpack", cwd=service)
    moved = service.rename(service.with_name("renamed service"))

    run(".venv/bin/sam", "--version", cwd=moved)
    printed = run("make", "docs", "lock", "ARGS=--help", cwd=moved)

    assert printed.count("Installing the locked requirements into .venv") == 1
    assert (moved / ".venv" / "installed").read_text("utf-8").strip() == str(moved)
    where = run(".venv/bin/python", "-c", "import sparely; print(sparely.__file__)", cwd=moved)
    assert Path(where.strip()).is_relative_to(moved)


def test_an_environment_of_before_that_knows_its_place_only_is_made_anew(bake: Bake) -> None:
    """It has been copied along, and none of its programs starts."""
    service = bake()
    run(find_uv_bin(), "venv", "--quiet", ".venv", cwd=service)
    (service / ".venv" / "installed").write_text("/elsewhere\n", "utf-8")

    run("make", "docs", cwd=service)

    assert "relocatable = true" in (service / ".venv" / "pyvenv.cfg").read_text("utf-8")


def test_the_repository_takes_any_that_a_service_can_have(
    published: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    """With an older one alone it says which, and how to get one."""
    run("git", "clone", "--quiet", str(published), str(tmp_path / "clone"), cwd=tmp_path)
    command = [find_uv_bin(), "python", "find", ">=3.12,<3.15"]
    if subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=False).returncode == 0:
        pytest.skip("the system's own Python is one that a service runs")

    done = set_up(tmp_path / "clone", environment)

    assert done.returncode == 3
    assert done.stderr.splitlines()[-1] == (
        "No Python from 3.12 to 3.14 here, which services run on: install one "
        f"({tmp_path}/bin/uv python install 3.13), then repeat the command."
    )


def test_one_of_several_at_once_installs(bake: Bake) -> None:
    """The others wait for it; a lock that a killed one has left holds nobody up."""
    service = bake()
    gone = subprocess.Popen(["true"])
    gone.wait()
    (service / ".venv-setup").symlink_to(str(gone.pid))

    several = [
        subprocess.Popen(
            ["bash", "tools/setup"], cwd=service, env=user_environment(), stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    told = [each.communicate()[1] for each in several]

    assert [each.returncode for each in several] == [0, 0, 0]
    assert "".join(told) == "Installing the locked requirements into .venv\n"
    assert not (service / ".venv-setup").is_symlink()
