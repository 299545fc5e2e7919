"""
Services baked from the template as it stands, for tests of the packages; kept from run to run, so that little is built anew.

They share this repository's environment, in which our packages are editable.
"""

import fcntl
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sparely_toolkit.project import Project

REPOSITORY = Path(__file__).resolve().parents[2]
TEMPLATE = REPOSITORY / "{{cookiecutter.project_slug}}"
MODELS = TEMPLATE / "src" / "models"
"""The sample models; they are copied into a service unrendered."""
APIS: tuple[str, ...] = tuple(json.loads((REPOSITORY / "cookiecutter.json").read_text("utf-8"))["api"])
KEPT = REPOSITORY / ".cache" / "services"
NEVER_OLDER = 2**32  # seconds: in the year 2106
# What a build or a run leaves in a service, and what a bake does not know.
OWN = {".venv", ".venv-export", ".aws-sam", ".build", "reports", ".rehearsal"}


@functools.cache
def baked(api: str = APIS[0], *, add_on: str | None = None) -> Project:
    """
    A service of this api choice, as the template stands; files that have not changed keep their time.

    Args:
        add_on: a folder of addons/ that is added to it; services with and without lie apart.
    """
    with alone(kept := f"{api}-{add_on}" if add_on else api):
        return _bake(api, KEPT / kept, add_on)


@functools.cache
def built(api: str = APIS[0]) -> Project:
    """The same with its Lambda package built, if anything in it has changed."""
    with alone(api):
        project = _bake(api, KEPT / api)
        # Without what a `make` that runs this hands on: a service's own reads ARGS too.
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "ARGS"))}
        environment = {**kept, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}
        command = ["make", "--no-print-directory", "build"]
        done = subprocess.run(
            command,
            cwd=project.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-5_000:]
        return project


def _bake(api: str, folder: Path, add_on: str | None = None) -> Project:
    from cookiecutter.main import cookiecutter  # takes a second, and most tests need the samples alone

    root = folder / "prediction-service"
    with tempfile.TemporaryDirectory() as scratch:
        answers = {"api": api, "python_version": f"{sys.version_info.major}.{sys.version_info.minor}"}
        fresh = Path(cookiecutter(str(REPOSITORY), no_input=True, extra_context=answers, output_dir=scratch))
        if add_on:
            source = str(REPOSITORY / "addons" / add_on)
            cookiecutter(source, no_input=True, extra_context=answers, output_dir=scratch, overwrite_if_exists=True)
        names = {file.relative_to(fresh) for file in fresh.rglob("*") if file.is_file()}
        for name in names:
            kept = root / name
            if not (kept.is_file() and kept.read_bytes() == (fresh / name).read_bytes()):
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(fresh / name, kept)
    for file in [*root.rglob("*")]:
        name = file.relative_to(root)
        if file.is_file() and OWN.isdisjoint(name.parts) and name not in names:
            file.unlink()
    share_environment(root)
    return Project(root)


def share_environment(root: Path) -> None:
    """Let a service have this repository's environment, in which our packages are editable."""
    environment = root / ".venv"
    if not environment.exists():
        environment.symlink_to(REPOSITORY / ".venv")
    # To `make`, this environment is never older than any service's requirements: it must not be synced to them.
    (environment / "installed").write_text("")
    os.utime(environment / "installed", (NEVER_OLDER, NEVER_OLDER))


@contextmanager
def alone(kept: str) -> Iterator[None]:
    """Hold a lock on a kept service: tests run side by side in several processes."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{kept}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
