"""AWS' own emulators, started for the tests that compare with them."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sparely_toolkit.package.sam_build import sam_environment
from sparely_toolkit.project import Project
from support.servers import free_port, listening
from tests.built.conftest import project as project
from tests.built.conftest import require_image
from tests.local.conftest import ARCHITECTURE, RUNTIME

StartApi = Callable[[Path], str]


@pytest.fixture(scope="session")
def emulator() -> Path:
    """AWS' runtime interface emulator, from the package of SAM CLI."""
    samcli = pytest.importorskip("samcli", reason="aws-sam-cli is not installed")
    path = Path(samcli.__file__).parent / "local" / "rapid" / f"aws-lambda-rie-{ARCHITECTURE}"
    if sys.platform != "linux" or not path.is_file():
        pytest.skip(f"no emulator for this machine in SAM CLI: {path.name}")
    return path


@pytest.fixture
def start_api(tmp_path: Path) -> Iterator[StartApi]:
    """`sam local start-api` of a built template, with its container kept warm."""
    require_image(RUNTIME, ARCHITECTURE)
    with contextlib.ExitStack() as running:

        def start(template: Path) -> str:
            port = free_port()
            command = [Project(template.parent).program("sam"), "local", "start-api", "--template", str(template)]
            options = ["--port", str(port), "--skip-pull-image", "--warm-containers", "LAZY"]
            environment = {**sam_environment(), "AWS_DEFAULT_REGION": "eu-west-1", "HOME": str(tmp_path)}
            return running.enter_context(
                listening(
                    [*command, *options], port, tmp_path / "sam.log", folder=template.parent, environment=environment
                )
            )

        yield start
