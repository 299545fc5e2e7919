"""Every event of events/ gets the same answer here and from AWS' runtime interface emulator."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.local import sandbox, template
from sparely_toolkit.local.settings import Deployment
from sparely_toolkit.project import Project
from support.servers import free_port, listening
from tests.local.serving import Served

pytestmark = pytest.mark.slow
INVOKE = "/2015-03-31/functions/function/invocations"


@pytest.fixture(scope="module")
def deployment(project: Project) -> Deployment:
    """The built service."""
    return template.read_built(project)


@pytest.fixture(scope="module")
def emulated(deployment: Deployment, emulator: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The emulator around the same process that an environment is here."""
    folder = tmp_path_factory.mktemp("client")
    sandbox.link_runtime_client(folder)
    prepared = sandbox.prepare(deployment.function, "1", folder)
    port, inner = free_port(), free_port()
    addresses = [
        "--runtime-interface-emulator-address",
        f"127.0.0.1:{port}",
        "--runtime-api-address",
        f"127.0.0.1:{inner}",
    ]
    command, log = [emulator, *addresses, *prepared.command], tmp_path_factory.mktemp("emulator") / "log"
    with listening(command, port, log, folder=prepared.folder, environment=prepared.variables) as url:
        yield url


@pytest.fixture(scope="module")
def served(deployment: Deployment) -> Iterator[Served]:
    """The service on this machine."""
    running = Served(deployment, quiet=True)
    yield running
    running.stop()


def invoke(url: str, event: bytes) -> Any:
    """Send an event to Lambda's Invoke."""
    with urllib.request.urlopen(urllib.request.Request(f"{url}{INVOKE}", event), timeout=60) as reply:
        return json.load(reply)


def comparable(answer: dict[str, Any]) -> Any:
    """Status, body and headers without what differs from call to call; of what is no HTTP request the answer, or the error."""
    if "errorMessage" in answer:
        return answer["errorType"], answer["errorMessage"]
    if "statusCode" not in answer:
        return answer
    headers = {
        name: value for name, value in answer["headers"].items() if name not in ("server-timing", "x-request-id")
    }
    return answer["statusCode"], json.loads(answer["body"]), headers


def test_every_event_gets_the_same_answer(served: Served, emulated: str, project: Project) -> None:
    """AWS' emulator of the Runtime API and ours lead to the same status, headers and body."""
    events = {str(file): file.read_bytes() for file in sorted(project.events.rglob("*.json"))}

    ours = {name: comparable(invoke(served.service.url, event)) for name, event in events.items()}
    theirs = {name: comparable(invoke(emulated, event)) for name, event in events.items()}

    assert events
    assert ours == theirs
