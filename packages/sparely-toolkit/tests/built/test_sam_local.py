"""SAM's own local Lambda, in Docker, gives the bodies that the handler gives here, for every event."""

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from sparely_toolkit.names import FUNCTION
from sparely_toolkit.package.sam_build import sam_environment
from sparely_toolkit.project import Project
from support.sample_service import SERVICE
from support.servers import free_port, listening

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.usefixtures("docker")]


def outcome(answer: dict[str, Any]) -> Any:
    """Status and body, without what differs from call to call; of a call without HTTP the whole answer."""
    return (answer["statusCode"], json.loads(answer["body"])) if "statusCode" in answer else answer


def events_of(project: Project) -> dict[str, bytes]:
    """All sample events by their name, but for messages, which a service without a queue refuses."""
    events = {str(file.relative_to(project.events)): file.read_bytes() for file in project.events.rglob("*.json")}
    return {name: event for name, event in sorted(events.items()) if "Records" not in json.loads(event)}


@pytest.fixture(scope="module")
def lambda_url(project: Project, docker: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`sam local start-lambda`, which is what `sam local invoke` runs, with its container kept warm."""
    port, log = free_port(), tmp_path_factory.mktemp("sam") / "log"
    options = ["--port", str(port), "--skip-pull-image", "--warm-containers", "LAZY"]
    command = [project.program("sam"), "local", "start-lambda", *options]
    with listening(command, port, log, folder=project.root, environment=sam_environment()) as url:
        yield url


def test_every_event_gets_the_same_body(lambda_url: str, project: Project, context: Any) -> None:
    """The container and this interpreter answer alike."""
    url = f"{lambda_url}/2015-03-31/functions/{FUNCTION}/invocations"

    def invoke(event: bytes) -> Any:
        with urllib.request.urlopen(urllib.request.Request(url, event), timeout=120) as reply:
            return json.load(reply)

    events = events_of(project)

    assert {name: outcome(invoke(event)) for name, event in events.items()} == {
        name: outcome(SERVICE(json.loads(event), context)) for name, event in events.items()
    }


def test_sam_local_invoke_takes_an_event_file(project: Project, context: Any) -> None:
    """The command that the README names works as it stands there."""
    (file,) = project.events.glob("**/predict-clinic.json")
    command = [str(project.program("sam")), "local", "invoke", "--skip-pull-image", "-e", str(file), FUNCTION]

    done = subprocess.run(command, cwd=project.root, env=sam_environment(), capture_output=True, text=True, check=True)

    answer = json.loads(done.stdout.splitlines()[-1])
    assert outcome(answer) == outcome(SERVICE(json.loads(file.read_text("utf-8")), context))
