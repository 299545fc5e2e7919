"""The clients of registries, in a folder of their own that may be added to what an interpreter finds."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from uv import find_uv_bin

from .servers import free_port, listening

REPOSITORY = Path(__file__).resolve().parents[2]
LOCK = REPOSITORY / "requirements" / "registries.txt"
SERVER = "mlflow@3.17.2"


@cache
def clients() -> Path:
    """
    The folder with what requirements/registries.txt locks: MLflow's client and that of the Hugging Face Hub.

    It is to come behind all else on the path: what this repository's environment has, of other versions in part, counts.
    """
    digest = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = REPOSITORY / ".cache" / f"registries-{digest}"
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / "registries.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            making = folder.with_name(f"{folder.name}.making")
            shutil.rmtree(making, ignore_errors=True)
            command = ["pip", "install", "--quiet", "--no-deps", "--require-hashes", "--target", str(making)]
            subprocess.run([find_uv_bin(), *command, "--python", sys.executable, "-r", str(LOCK)], check=True)
            making.rename(folder)
    return folder


def environment(folder: Path) -> dict[str, str]:
    """
    Variables by which an interpreter finds the clients behind all that it has itself.

    Args:
        folder: of the test, for the module that adds them to the path.
    """
    (folder / "sitecustomize.py").write_text(f"import sys\n\nsys.path.append({str(clients())!r})\n", "utf-8")
    return {"PYTHONPATH": str(folder), "MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_ALLOW_FILE_STORE": "true"}


@contextmanager
def mlflow_server(folder: Path) -> Iterator[str]:
    """
    The address of MLflow's own server on loopback, in an environment of its own; it ends with the block.

    Args:
        folder: where it keeps its database and its artifacts.
    """
    command, port = [find_uv_bin(), "tool", "run", SERVER], free_port()
    # First the installation, which may take longer than a server may take to start.
    subprocess.run([*command, "--version"], check=True, capture_output=True)
    options = ["server", "--host", "127.0.0.1", "--port", port, "--workers", "1"]
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "PYTHONPATH"):
        environment.pop(name, None)
    log = folder / "log"
    with listening(
        [*command, *options], port, log, folder=folder, environment=environment, health="/health"
    ) as address:
        yield address
