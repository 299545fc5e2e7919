"""Our packages' sources in a service, installed from there: for whoever must change them; and the way back."""

import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

from uv import find_uv_bin

from sparely_toolkit.models.export_environment import MARK
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project
from sparely_toolkit.upkeep.locks import OURS
from sparely_toolkit.upkeep.wheels import Wheel, wheels
from sparely_toolkit.upkeep.working_tree import require_committed


class AlreadyUnpacked(Problem):
    """The sources lie there already, and may have been changed."""

    exit_code = ExitCode.NO

    def __init__(self, project: Project) -> None:
        super().__init__(
            f"{project.unpacked.name}/ holds our packages' sources already; sparely unpack --undo removes it."
        )


class NotUnpacked(Problem):
    """There is nothing to undo."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, project: Project) -> None:
        super().__init__(
            f"There is no {project.unpacked.name}/ in {project.root.name}: it takes its packages from vendor/."
        )


class NotSetUp(Problem):
    """The environment could not be made anew; what was printed says why."""

    def __init__(self) -> None:
        super().__init__(
            "The environment is not what the service's files say: mend the cause, then run bash tools/setup."
        )


def unpack(project: Project) -> list[str]:
    """
    Put the sources of what lies in vendor/ into packages/, and install them from there.

    Returns:
        The packages' names.

    Raises:
        AlreadyUnpacked: they lie there.
        NotSetUp: they cannot be installed.
    """
    if project.unpacked.exists():
        raise AlreadyUnpacked(project)
    scratch = project.root / f".{project.unpacked.name}"  # beside it, so that all of it appears at once
    shutil.rmtree(scratch, ignore_errors=True)
    unpacked = wheels(project.vendor)
    for name, wheel in unpacked.items():
        _unpack(wheel, scratch / name)
    scratch.rename(project.unpacked)
    _install_anew(project)
    return [*unpacked]


def undo(project: Project, *, force: bool = False) -> None:
    """
    Remove packages/, and install what lies in vendor/.

    Args:
        force: also where sources have changed since the last commit.

    Raises:
        NotUnpacked: there are none.
        NotCommitted: sources have changed, and nothing could bring them back.
        NotSetUp: the wheels cannot be installed.
    """
    if not project.unpacked.exists():
        raise NotUnpacked(project)
    if not force and [*_changed(project)]:
        require_committed(project.root, project.unpacked.name)
    shutil.rmtree(project.unpacked)
    _install_anew(project)


def set_up(project: Project) -> None:
    """
    Make the service's environment what its files say.

    Raises:
        NotSetUp: it cannot be.
    """
    if subprocess.run(["bash", "tools/setup"], cwd=project.root, check=False).returncode:
        raise NotSetUp


def _install_anew(project: Project) -> None:
    """The service's environment now; that of the training libraries, if there is one, when it is needed next."""
    python = project.export_environment / "bin" / "python"
    if python.exists():
        (project.export_environment / MARK).unlink(missing_ok=True)
        command = [find_uv_bin(), "pip", "uninstall", "--quiet", "--python", str(python), *OURS]
        subprocess.run(command, capture_output=True, check=False)
    set_up(project)


def _unpack(wheel: Wheel, folder: Path) -> None:
    with zipfile.ZipFile(wheel.file) as archive:
        for name in archive.namelist():
            place = _place(name, wheel)
            if place is not None and not name.endswith("/"):
                (folder / place).parent.mkdir(parents=True, exist_ok=True)
                (folder / place).write_bytes(archive.read(name))
    (folder / "pyproject.toml").write_text(_pyproject(wheel), "utf-8")


def _place(name: str, wheel: Wheel) -> Path | None:
    """Where a wheel's file lies in a package's folder; of its metadata only the licence does."""
    if name.startswith(f"{wheel.module}/"):
        return Path("src") / name
    return Path("LICENSE") if name.endswith(".dist-info/licenses/LICENSE") else None


def _pyproject(wheel: Wheel) -> str:
    """The package's description, as its wheel's metadata has it."""
    metadata = wheel.metadata()
    lines = [
        "[project]",
        f"name = {json.dumps(wheel.name)}",
        f"version = {json.dumps(str(wheel.version))}",
        f"description = {json.dumps(metadata['Summary'])}",
        f"license = {json.dumps(metadata['License-Expression'])}",
        'license-files = ["LICENSE"]',
        f"requires-python = {json.dumps(metadata['Requires-Python'])}",
        f"dependencies = {json.dumps(metadata.get_all('Requires-Dist', []))}",
    ]
    for group, names in wheel.entry_points().items():
        table = {"console_scripts": "scripts", "gui_scripts": "gui-scripts"}.get(
            group, f"entry-points.{json.dumps(group)}"
        )
        lines += ["", f"[project.{table}]", *(f"{json.dumps(name)} = {json.dumps(to)}" for name, to in names.items())]
    lines += ["", "[build-system]", f"requires = {json.dumps([wheel.backend()])}", 'build-backend = "uv_build"']
    return "\n".join(lines) + "\n"


def _changed(project: Project) -> Iterator[Path]:
    """The files of packages/ that are not as the wheels have them."""
    for name, wheel in wheels(project.vendor).items():
        with zipfile.ZipFile(wheel.file) as archive:
            expected = {
                project.unpacked / name / place: archive.read(each)
                for each in archive.namelist()
                if not each.endswith("/") and (place := _place(each, wheel)) is not None
            }
        expected[project.unpacked / name / "pyproject.toml"] = _pyproject(wheel).encode()
        lying = {file for file in (project.unpacked / name).rglob("*") if file.is_file() and not _is_cache(file)}
        yield from lying ^ expected.keys()
        yield from (file for file in lying & expected.keys() if file.read_bytes() != expected[file])


def _is_cache(file: Path) -> bool:
    return "__pycache__" in file.parts or any(part.endswith(".egg-info") for part in file.parts)
