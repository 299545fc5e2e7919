"""What other clients of the Open Inference Protocol get; each in an environment of its own, for their pins are not ours."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.api import Api
from support.services import REPOSITORY

pytestmark = pytest.mark.soak  # installing them takes minutes

KEPT = REPOSITORY / ".cache" / "clients"
PYTHON = "3.12"
"""The newest that both are released for."""


def told(distribution: str, program: str, url: str) -> dict[str, Any]:
    """What a program prints with a distribution installed, which is kept from run to run."""
    python = KEPT / distribution / "bin" / "python"
    if not python.is_file():
        uv = str(Path(sys.executable).with_name("uv"))  # the environment's own, wherever else there is one
        found = subprocess.run([uv, "python", "find", PYTHON], capture_output=True, check=False)
        if found.returncode:
            pytest.skip(f"There is no Python {PYTHON} here, nor one to download.")
        folder = str(KEPT / distribution)
        subprocess.run([uv, "venv", "--quiet", "--python", PYTHON, folder], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", str(python), distribution], check=True)
    file = Path(REPOSITORY, "tests", "support", program)
    done = subprocess.run([str(python), str(file), url], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_kserves_client_is_answered(api: Api) -> None:
    """Health, a prediction, and the sentence of a fault, which it reads in JSON's own media type alone."""
    found = told("kserve", "kserve_client.py", api.url)

    assert (found["live"], found["ready"], found["model ready"], found["id"]) == (True, True, True, "7")
    assert found["outputs"]["label"] == ["grignolino"]
    assert 'inputs["features"].shape is [1, 6]; expected [rows, 7].' in found["fault"]


def test_mlservers_types_are_read_and_written(api: Api) -> None:
    """Every member written, null among them; metadata at `/v2/` and of a model."""
    found = told("mlserver", "mlserver_types.py", api.url)

    assert found == {"label": ["grignolino"], "probabilities": [1, 3], "server": [], "inputs": ["features"]}
