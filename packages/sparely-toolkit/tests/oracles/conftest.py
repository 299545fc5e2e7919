"""AWS' own emulators, started for the tests that compare with them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.built.conftest import artifact, free_port, wait_for_port  # noqa: F401 - one is a fixture
from tests.local.conftest import ARCHITECTURE, RUNTIME

SAM = str(Path(sys.executable).with_name("sam"))
StartApi = Callable[[Path], str]


@pytest.fixture(scope="session")
def emulator() -> Path:
    """AWS' runtime interface emulator, from the package of SAM CLI."""
    samcli = pytest.importorskip("samcli", reason="aws-sam-cli is not installed")
    path = Path(samcli.__file__).parent / "local" / "rapid" / f"aws-lambda-rie-{ARCHITECTURE}"
    if sys.platform != "linux" or not path.is_file():
        pytest.skip(f"no emulator for this machine in SAM CLI: {path.name}")
    return path


@pytest.fixture(scope="session")
def docker() -> None:
    """A Docker engine that has the runtime's image, or a skip that says what is missing."""
    if not shutil.which("docker"):
        pytest.skip("Docker is not installed")
    image = f"public.ecr.aws/lambda/python:{RUNTIME.removeprefix('python')}-{ARCHITECTURE}"
    if subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False).returncode:
        pytest.skip(f"no Docker engine answers that has the image {image}")


@pytest.fixture
def start_api(tmp_path: Path, docker: None) -> Iterator[StartApi]:
    """`sam local start-api` of a built template, with its container kept warm."""
    started: list[subprocess.Popen[bytes]] = []

    def start(template: Path) -> str:
        port = free_port()
        command = [SAM, "local", "start-api", "--template", str(template), "--port", str(port), "--skip-pull-image"]
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "SAM_CLI_TELEMETRY": "0",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "HOME": str(tmp_path),
        }
        log = tmp_path / "sam.log"
        with log.open("w") as output:
            started.append(
                subprocess.Popen(
                    [*command, "--warm-containers", "LAZY"],
                    cwd=template.parent,
                    env=environment,
                    stdout=output,
                    stderr=output,
                )
            )
        wait_for_port(port, started[-1], log)
        return f"http://127.0.0.1:{port}"

    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=60)
