"""What goes to AWS: it serves by itself, and holds nothing that it does not need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sparely_sagemaker.add_on import AddOn


@pytest.fixture
def content(built: AddOn) -> Path:
    """The image's content."""
    return built.image


@pytest.fixture
def thin(built: AddOn) -> Path:
    """The thin function's package, as `sam build` leaves it."""
    return built.thin_template.parent / "ProxyFunction"


def modules(folder: Path) -> set[str]:
    """What of this package lies in it."""
    return {path.stem for path in (folder / "sparely_sagemaker").iterdir()} - {"__pycache__"}


def test_it_starts_from_its_own_files_alone(content: Path) -> None:
    """Server, handler and engine, without this environment's packages."""
    command = [
        sys.executable,
        "-S",
        "-B",
        "-c",
        "import sparely_sagemaker.container.__main__, sparely_sagemaker.container.application, sparely.engine as engine;"
        "print(engine.library_version())",
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

    assert {"granian", "lib", "sparely", "sparely_sagemaker"} <= top
    assert top.isdisjoint({"models", "numpy", "onnxruntime", "pandas", "sklearn", "boto3", "sparely_toolkit"})
    assert modules(content) == {"__init__", "container", "forwarding"}


def test_it_stays_small(content: Path) -> None:
    """Beside its base image: 60 MiB, of which the engine's library is a third and the server half."""
    size = sum(path.stat().st_size for path in content.rglob("*") if path.is_file())

    assert size < 60 * 2**20


def test_the_thin_function_has_no_library_and_no_model(thin: Path) -> None:
    """Inference is behind the endpoint; of the models only the manifests come along."""
    assert {path.name for path in thin.glob("models/*/*/*")} == {"manifest.json"}
    assert not (thin / "lib").exists()
    assert modules(thin) == {"__init__", "forwarding", "proxy"}


def test_the_thin_function_knows_the_packed_models(thin: Path) -> None:
    """It starts from its own files and boto3, and answers which models there are."""
    command = [
        sys.executable,
        "-B",
        "-c",
        "from sparely_sagemaker.proxy import app; print(sorted(app.catalogue.areas))",
    ]
    environment = {
        "PYTHONPATH": str(thin),
        "PATH": os.defpath,
        "AWS_DEFAULT_REGION": "us-east-1",
        "ENDPOINT_NAME": "endpoint",
        "POWERTOOLS_METRICS_NAMESPACE": "x",
    }

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.stdout == "['clinic', 'winery']\n", done.stderr


def test_the_checks_lie_beside_the_thin_function(thin: Path) -> None:
    """The service's own, which its src/Makefile builds, with what every model must answer."""
    for name in ("CheckNewVersion", "CheckAlias"):
        folder = thin.with_name(name)

        assert (folder / "sparely" / "check" / "app.py").is_file()
        assert {path.name for path in folder.glob("models/*/*/*")} == {"manifest.json", "golden.json"}
