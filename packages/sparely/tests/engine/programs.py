"""Runs a module of this folder in an interpreter of its own, so that a crash is a failing test."""

import os
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[2]


def run_program(*arguments: str, **variables: str) -> str:
    """What `python -m ARGUMENTS` prints; fails with its last error lines where it does not exit with 0."""
    environ = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(PACKAGE), str(PACKAGE / "src")]),
        "PYTHONDONTWRITEBYTECODE": "1",
        **variables,
    }
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, env=environ, cwd=PACKAGE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout
