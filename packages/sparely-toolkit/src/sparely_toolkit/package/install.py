"""Locked requirements as a folder, for any architecture, without running anything of the target."""

import hashlib
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from uv import find_uv_bin

from sparely_toolkit.package.target import PackageError, Target
from sparely_toolkit.project import Project

OURS = "sparely"
"""The package of ours that ships."""


def installed(requirements: Path, target: Target | None, cache: Path) -> Path:
    """
    Install a hash-pinned file and return the folder, the same one as long as nothing changes.

    Only wheels and only what the file names: nothing is compiled and nothing is resolved here. A path that the file
    names, such as `--find-links ../vendor`, is one from the file.

    Args:
        target: for which Lambda runtime; None is this machine and this Python.

    Raises:
        PackageError: uv refuses a requirement; its words are kept.
    """
    made_for = f"{target}" if target else f"{sys.platform} {platform.machine()} {platform.python_version()}"
    key = hashlib.sha256(made_for.encode() + requirements.read_bytes()).hexdigest()[:16]
    folder = cache / f"{requirements.stem}-{key}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        _install(requirements, target, Path(scratch) / "tree")
        _keep(Path(scratch) / "tree", folder)
    return folder


def shipped_requirements(project: Project, target: Target, cache: Path) -> Path:
    """
    Install what the function imports, and return the folder, the same one as long as nothing changes.

    Where `sparely unpack` has put our sources into the service, what ships of ours is what lies there.

    Raises:
        PackageError: uv refuses a requirement; its words are kept.
    """
    tree = installed(project.requirements / "lambda.txt", target, cache)
    source = project.unpacked / OURS / "src"
    if not source.is_dir():
        return tree
    files = sorted(file for file in source.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    digest = hashlib.sha256(b"".join(f"{file.relative_to(source)}".encode() + file.read_bytes() for file in files))
    folder = cache / f"{tree.name}-{digest.hexdigest()[:16]}"
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        changed = Path(scratch) / "tree"
        shutil.copytree(tree, changed)
        _replace(changed, source, files)
        _keep(changed, folder)
    return folder


def _replace(tree: Path, source: Path, files: Sequence[Path]) -> None:
    """Put these files in the place of our package's, also in the list of what it has installed."""
    shutil.rmtree(tree / OURS)
    for file in files:
        place = tree / file.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
    (record,) = tree.glob(f"{OURS}-*.dist-info/RECORD")
    kept = [line for line in record.read_text("utf-8").splitlines() if not line.startswith(f"{OURS}/")]
    record.write_text("\n".join([*(f"{file.relative_to(source)},," for file in files), *kept, ""]), "utf-8")


def _keep(tree: Path, folder: Path) -> None:
    """Give a finished tree its name, unless another build has put the same one there meanwhile."""
    try:
        tree.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _install(requirements: Path, target: Target | None, folder: Path) -> None:
    command = [
        find_uv_bin(),
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--only-binary",
        ":all:",
    ]
    where = ["--python-platform", target.platform, "--python-version", target.python] if target else []
    done = subprocess.run(
        [
            *command,
            *("--python", sys.executable, "--target", str(folder), *where),
            *("--link-mode", "copy", "-r", str(requirements)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        made_for = target.platform if target else "this machine"
        raise PackageError(f"{requirements.name} cannot be installed for {made_for}:\n{done.stderr.strip()}")
