"""Locked requirements as a folder, for any architecture, without running anything of the target."""

import hashlib
import subprocess
import tempfile
from pathlib import Path

from uv import find_uv_bin

from sparely_toolkit.package.target import PackageError, Target


def installed(requirements: Path, target: Target, cache: Path) -> Path:
    """
    Install a hash-pinned file for the target and return the folder, the same one as long as nothing changes.

    Only wheels and only what the file names: nothing is compiled and nothing is resolved here.

    Raises:
        PackageError: uv refuses a requirement; its words are kept.
    """
    key = hashlib.sha256(f"{target}".encode() + requirements.read_bytes()).hexdigest()[:16]
    folder = cache / f"{requirements.stem}-{key}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        _install(requirements, target, Path(scratch) / "tree")
        try:
            (Path(scratch) / "tree").rename(folder)
        except OSError:  # another build has put the same tree there meanwhile
            if not folder.is_dir():
                raise
    return folder


def _install(requirements: Path, target: Target, folder: Path) -> None:
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
    where = ["--target", str(folder), "--python-platform", target.platform, "--python-version", target.python]
    done = subprocess.run(
        [*command, *where, "--link-mode", "copy", "-r", str(requirements)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PackageError(f"{requirements.name} cannot be installed for {target.platform}:\n{done.stderr.strip()}")
