"""Every event of events/ gets the same answer here and from AWS' runtime interface emulator."""

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.local import samconfig, sandbox, template
from sparely_toolkit.local.template import Deployment
from tests.built.conftest import BUILT, PROJECT, free_port, wait_for_port
from tests.local.serving import Served

EVENTS = sorted((PROJECT / "events").glob("*/*.json"))
INVOKE = "/2015-03-31/functions/function/invocations"


@pytest.fixture(scope="module")
def deployment(artifact: Path) -> Deployment:
    """The built service."""
    return template.read(BUILT / "template.yaml", samconfig.read(PROJECT / "samconfig.toml", "default"))


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
    log = tmp_path_factory.mktemp("emulator") / "log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [str(emulator), *addresses, *prepared.command],
            cwd=prepared.folder,
            env=dict(prepared.environment),
            stdout=output,
            stderr=output,
        ) as process,
    ):
        wait_for_port(port, process, log)
        yield f"http://127.0.0.1:{port}"
        process.kill()


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


def comparable(answer: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
    """Status, body and headers without what differs from call to call."""
    headers = {
        name: value for name, value in answer["headers"].items() if name not in ("server-timing", "x-request-id")
    }
    return answer["statusCode"], json.loads(answer["body"]), headers


@pytest.mark.parametrize("file", EVENTS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_event_gets_the_same_answer(served: Served, emulated: str, file: Path) -> None:
    """AWS' emulator of the Runtime API and ours lead to the same status, headers and body."""
    event = file.read_bytes()

    assert comparable(invoke(served.service.url, event)) == comparable(invoke(emulated, event))
