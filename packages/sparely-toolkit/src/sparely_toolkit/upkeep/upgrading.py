"""
Newer packages of ours in a service: their wheels and the locks, then all that follows from them.

What follows is done by the newer version itself, in a process of the environment that has it.
"""

import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from uv import find_uv_bin

from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project
from sparely_toolkit.upkeep.locks import lock, sources, upgrade_of
from sparely_toolkit.upkeep.unpacking import set_up
from sparely_toolkit.upkeep.wheels import NoWheel, Wheel, places, wheels
from sparely_toolkit.upkeep.working_tree import require_committed


class SourcesInUse(Problem):
    """The service takes our packages from their sources, not from vendor/."""

    exit_code = ExitCode.NO

    def __init__(self, project: Project) -> None:
        super().__init__(
            f"{project.unpacked.name}/ holds our packages' sources, and a newer wheel would change nothing: "
            "sparely unpack --undo first."
        )


class SameVersion(Problem):
    """Two wheels of one version differ, and a lock would keep the hash of the one it knows."""

    exit_code = ExitCode.NO

    def __init__(self, wheel: Wheel) -> None:
        super().__init__(
            f"{wheel.file} is not the {wheel.name} {wheel.version} that lies in vendor/; give it another version."
        )


class Older(Problem):
    """A wheel is older than the one that lies in vendor/: what it does not know could not be carried back."""

    exit_code = ExitCode.NO

    def __init__(self, wheel: Wheel, current: Wheel) -> None:
        super().__init__(
            f"{wheel.name} {wheel.version} is older than {current.version}, which lies in vendor/: go back by git, "
            "or say --force."
        )


class NotRight(Problem):
    """The service has its newer packages, and something about it is not right."""

    exit_code = ExitCode.NO

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(
            f"The packages are upgraded, but {' and '.join(reasons)}: mend that, or take the upgrade back by git."
        )


@dataclass(frozen=True, slots=True)
class Replaced:
    """A package that gets another version."""

    current: Wheel
    newer: Wheel

    def __str__(self) -> str:
        return f"{self.newer.name} {self.current.version} -> {self.newer.version}"


def upgrade(project: Project, folders: Sequence[Path], *, force: bool = False) -> list[Replaced]:
    """
    Replace the wheels of vendor/ by those of other folders, lock them, and install them.

    Ends it early, vendor/ and the locks are as they were; after that, git has all that changes.

    Args:
        folders: the newer wheels, or a clone of sparely that has them; those of an add-on may lie in a folder of
            their own.
        force: also with changes that are not committed, to an older version, and where nothing is newer.

    Returns:
        What was replaced; nothing is done where that is nothing.

    Raises:
        Problem: no folder has a package, the service is not to be touched, or no set of versions fits.
    """
    if project.unpacked.exists():
        raise SourcesInUse(project)
    replaced = compare(wheels(project.vendor), folders, force=force)
    if not replaced and not force:
        return []
    if not force:
        require_committed(project.root)
    with _restored_unless_done(project):
        for each in replaced:
            (project.vendor / each.newer.file.name).write_bytes(each.newer.file.read_bytes())
            each.current.file.unlink()
        lock(project.root, find_uv_bin(), *upgrade_of([*wheels(project.vendor)]))
    set_up(project)
    return replaced


def compare(current: Mapping[str, Wheel], folders: Sequence[Path], *, force: bool = False) -> list[Replaced]:
    """
    Say which of a service's packages get another version.

    Raises:
        NoFolder: a folder is not there.
        NoWheel: one is in no folder.
        SameVersion: one has the same version and another content.
        Older: one is older, and that is not forced.
    """
    replaced, offered = [], wheels(*(place for folder in folders for place in places(folder)))
    for name, wheel in current.items():
        if name not in offered:
            raise NoWheel(folders, name)
        newer = offered[name]
        if newer.version == wheel.version:
            if newer.file.read_bytes() != wheel.file.read_bytes():
                raise SameVersion(newer)
            continue
        if newer.version < wheel.version and not force:
            raise Older(newer, wheel)
        replaced.append(Replaced(wheel, newer))
    return replaced


def continue_by_newer(project: Project) -> int:
    """Let the installed version do what follows, and return its exit code."""
    python = project.root / ".venv" / "bin" / "python"
    command = [str(python), "-m", "sparely_toolkit", "--service", str(project.root), "upgrade", "--continued"]
    return subprocess.run(command, cwd=project.root, check=False).returncode


def follow(project: Project, say: Callable[[str], None]) -> None:
    """
    Do what follows from other packages: carry the models over, write what is generated, look at the template, test.

    Raises:
        NotRight: the template lacks something, or a test fails; all has been said before.
    """
    from sparely_toolkit.contract.regenerate import regenerate
    from sparely_toolkit.deployment.doctor.finding import PROBLEM
    from sparely_toolkit.deployment.doctor.template import template_findings
    from sparely_toolkit.upkeep.formats import carry

    for label in carry(project.models):
        say(f"{label}: manifest and golden rows carried to the newer format")
    regenerate(project)
    lacking = [finding for finding in template_findings(project) if finding.state == PROBLEM]
    for finding in lacking:
        say(f"{finding}")
    python = project.root / ".venv" / "bin" / "python"
    tests = subprocess.run([str(python), "-m", "sparely_toolkit", "--service", str(project.root), "test"], check=False)
    reasons = ["template.yaml lacks what they want"] if lacking else []
    reasons += ["the tests fail"] if tests.returncode else []
    if reasons:
        raise NotRight(reasons)


@contextmanager
def _restored_unless_done(project: Project) -> Iterator[None]:
    """Keep vendor/ and the locks as they are now, if what is done to them ends early in whatever way."""
    locks = [source.with_suffix(".txt") for source in sources(project.root)]
    before = {file: file.read_bytes() for file in [*project.vendor.iterdir(), *locks] if file.is_file()}
    try:
        yield
    except BaseException:
        for file in project.vendor.iterdir():
            if file not in before:
                file.unlink()
        for file, content in before.items():
            file.write_bytes(content)
        raise
