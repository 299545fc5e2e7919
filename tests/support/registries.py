"""The clients of registries, in a folder of their own that may be added to what an interpreter finds."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from uv import find_uv_bin

REPOSITORY = Path(__file__).resolve().parents[2]
LOCK = REPOSITORY / "requirements" / "registries.txt"


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
