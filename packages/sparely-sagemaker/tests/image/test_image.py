"""The image's content: it serves by itself, and holds nothing that it does not need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def content(added: Path) -> Path:
    folder = added / ".build" / "image"
    if not folder.is_dir():
        pytest.skip("nothing is built; `make -C sagemaker test` builds first")
    return folder


def test_it_starts_from_its_own_files_alone(content: Path) -> None:
    """Server, handler and engine, without this environment's packages."""
    command = [
        sys.executable,
        "-S",
        "-B",
        "-c",
        "import container.__main__, container.application, engine; print(engine.library_version())",
    ]

    done = subprocess.run(
        command,
        env={"PYTHONPATH": str(content), "PATH": os.defpath, "POWERTOOLS_METRICS_NAMESPACE": "x"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout.strip()


def test_no_model_and_no_numpy_is_in_it(content: Path) -> None:
    """SageMaker brings the models; the engine needs no arrays of another library."""
    top = {path.name for path in content.iterdir()}

    assert {"container", "engine", "forwarding", "granian", "handler", "lib"} <= top
    assert top.isdisjoint({"models", "numpy", "onnxruntime", "pandas", "sklearn", "boto3", "proxy"})


def test_it_stays_small(content: Path) -> None:
    """Beside its base image: 60 MiB, of which the engine's library is a third and the server half."""
    size = sum(path.stat().st_size for path in content.rglob("*") if path.is_file())

    assert size < 60 * 2**20
