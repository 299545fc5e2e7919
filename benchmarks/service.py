"""The service itself, baked with the default answers and built as a user builds it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from cookiecutter.main import cookiecutter

from benchmarks import CACHE, REPOSITORY

KEPT = (".venv", ".aws-sam")


def build_service(cache: Path = CACHE) -> Path:
    """Bake and build, doing again only what has changed; return the artifact's folder."""
    baked = cache / "service"
    _bake(baked)
    done = subprocess.run(
        ["make", "--no-print-directory", "build"],
        cwd=baked,
        env=user_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"The service does not build:\n{done.stdout[-4_000:]}")
    return baked / ".aws-sam" / "build" / "PredictFunction"


def user_environment() -> dict[str, str]:
    """A user's environment, without what make and this repository's Makefile set for themselves."""
    ours = ("MAKE", "MFLAGS", "PYTHON", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {"AWS_DEFAULT_REGION": "us-east-1", **kept, "SAM_CLI_TELEMETRY": "0"}


def _bake(target: Path) -> None:
    """Write only files that differ and delete what is gone, so that `make` sees what has changed."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(cookiecutter(str(REPOSITORY), no_input=True, output_dir=scratch))
        wanted = {file.relative_to(fresh) for file in fresh.rglob("*") if file.is_file()}
        for name in wanted:
            kept = target / name
            if not (kept.is_file() and kept.read_bytes() == (fresh / name).read_bytes()):
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(fresh / name, kept)
    for file in [each for each in target.rglob("*") if each.is_file()]:
        name = file.relative_to(target)
        if name.parts[0] not in KEPT and name not in wanted:
            file.unlink()
