"""Locks: requirements/*.in, written by hand, compiled to *.txt with every version and its hashes."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from sparely_toolkit.problems import Problem

OURS = ("sparely", "sparely-export", "sparely-sagemaker", "sparely-toolkit")
"""Our packages by the names of their distributions; they lie in vendor/, and in no registry."""
FOLDERS = ("requirements", "sagemaker")
"""Where a service, and the add-on in it, keep requirements; vendor/ lies beside both."""
FIRST = ("lambda", "dev", "export", "requirements", "container")
"""In this order: what is tested is held to what ships, and the container to what the add-on is tested with."""
OPTIONS = (
    *("--universal", "--python-version", "3.12", "--generate-hashes"),
    *("--no-emit-index-url", "--emit-find-links", "--no-header", "--no-annotate"),
)


class LockProblem(Problem):
    """Requirements cannot be locked; the resolver's own words say why."""

    def __init__(self, source: Path, reason: str) -> None:
        super().__init__(f"{source.parent.name}/{source.name} cannot be locked: {reason.strip()}")


def sources(root: Path) -> list[Path]:
    """What a service has written by hand about its requirements, in the order in which it is compiled."""
    found = [file for folder in FOLDERS for file in sorted((root / folder).glob("*.in"))]
    return sorted(found, key=lambda file: FIRST.index(file.stem) if file.stem in FIRST else len(FIRST))


def lock(root: Path, uv: str, *arguments: str) -> list[Path]:
    """
    Compile all that is locked in a service, and return the locks.

    Args:
        root: the service's folder.
        uv: the program.
        arguments: uv's own, such as `--upgrade`.

    Raises:
        LockProblem: no set of versions fits.
    """
    return [_compile(source, uv, arguments) for source in sources(root)]


def upgrade_of(names: Sequence[str]) -> list[str]:
    """
    The arguments that move these packages to what lies in vendor/.

    A lock keeps the hash of a version that it knows, so what was replaced must be named.
    """
    return [argument for name in names for argument in ("--upgrade-package", name)]


def _compile(source: Path, uv: str, arguments: Sequence[str]) -> Path:
    """
    Compile one file.

    uv writes the path of vendor/ as it is given, and installing resolves it from the lock's folder: so it runs there.
    """
    vendor = ("--find-links", "../vendor") if (source.parent.parent / "vendor").is_dir() else ()
    target = source.with_suffix(".txt")
    command = [
        uv,
        "pip",
        "compile",
        "--quiet",
        *OPTIONS,
        *vendor,
        *arguments,
        source.name,
        "--output-file",
        target.name,
    ]
    done = subprocess.run(command, cwd=source.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LockProblem(source, done.stderr)
    return target
