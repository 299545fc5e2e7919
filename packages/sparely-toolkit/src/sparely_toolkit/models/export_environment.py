"""The environment that has the training libraries: made from requirements/export.txt when it is first needed."""

import hashlib
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from uv import find_uv_bin

from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project

EXPORT = "sparely_export"
MARK = "installed"
"""Holds the digest of what the environment was made from: the lock, and where unpacked sources lie."""


class NoExportEnvironment(Problem):
    """The training libraries cannot be installed; uv's own words say why."""

    def __init__(self, project: Project, reason: str) -> None:
        super().__init__(f"{project.export_environment.name} cannot be made: {reason}")


def export_python(project: Project, progress: Callable[[str], None]) -> Path:
    """
    The interpreter that exports models.

    It is this one where the export is installed here; otherwise that of `.venv-export`, which is made if it is not
    there, is not what requirements/export.txt says, or has sources of ours that were moved. What was put into it by
    hand stays.

    Args:
        progress: told of what takes long.

    Raises:
        NoExportEnvironment: it cannot be made.
    """
    if importlib.util.find_spec(EXPORT):
        return Path(sys.executable)
    return prepare(project, progress)


def prepare(project: Project, progress: Callable[[str], None]) -> Path:
    """
    Make the service's own environment, unless it is there, and return its interpreter.

    Raises:
        NoExportEnvironment: it cannot be made.
    """
    environment, lock = project.export_environment, project.requirements / "export.txt"
    python, mark = environment / "bin" / "python", environment / MARK
    if not lock.is_file():
        raise NoExportEnvironment(project, f"there is no requirements/{lock.name}.")
    digest = hashlib.sha256(lock.read_bytes() + b"".join(f"{each}".encode() for each in _sources(project))).hexdigest()
    if python.exists() and mark.is_file() and mark.read_text("utf-8") == digest:
        return python
    mark.unlink(missing_ok=True)
    if not python.exists():
        progress("make its environment")
        _run(project, "venv", "--clear", "--relocatable", "--python", sys.executable, str(environment))
    progress("install the training libraries, once")
    _run(project, "pip", "install", "--require-hashes", "--python", str(python), "-r", str(lock))
    for package in _sources(project):
        _run(project, "pip", "install", "--no-deps", "--python", str(python), "--editable", str(package))
    mark.write_text(digest, "utf-8")
    return python


def _sources(project: Project) -> list[Path]:
    """Our packages that are installed from where they lie, because `sparely unpack` has put them there."""
    return [each for each in (project.unpacked / "sparely", project.unpacked / "sparely-export") if each.is_dir()]


def _run(project: Project, *arguments: str) -> None:
    done = subprocess.run([find_uv_bin(), *arguments, "--quiet"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoExportEnvironment(project, done.stderr.strip())
