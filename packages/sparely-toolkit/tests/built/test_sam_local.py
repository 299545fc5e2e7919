"""SAM's own local Lambda, in Docker, gives the bodies that the handler gives here, for every event."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sparely.service import lambda_handler
from tests.built.conftest import PROJECT, free_port, running

EVENTS = sorted((PROJECT / "events").glob("*/*.json"))
SAM = str(Path(sys.executable).with_name("sam"))

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("artifact", "docker")]


def outcome(answer: dict[str, Any]) -> tuple[int, Any]:
    """Status and body, without what differs from call to call."""
    return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture(scope="module")
def lambda_url(artifact: Path, docker: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`sam local start-lambda`, which is what `sam local invoke` runs, with its container kept warm."""
    port = free_port()
    options = ["--port", str(port), "--skip-pull-image", "--warm-containers", "LAZY"]
    log = tmp_path_factory.mktemp("sam") / "log"
    with running([SAM, "local", "start-lambda", *options], f"http://127.0.0.1:{port}", log) as url:
        yield url


@pytest.mark.parametrize("file", EVENTS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_event_gets_the_same_body(lambda_url: str, file: Path, context: Any) -> None:
    """The container and this interpreter answer alike."""
    event = file.read_bytes()
    url = f"{lambda_url}/2015-03-31/functions/PredictFunction/invocations"

    with urllib.request.urlopen(urllib.request.Request(url, event), timeout=120) as reply:
        answer = json.load(reply)

    assert outcome(answer) == outcome(lambda_handler(json.loads(event), context))


def test_sam_local_invoke_takes_an_event_file(context: Any) -> None:
    """The command that the README names works as it stands there."""
    file = PROJECT / "events" / "2.0" / "predict-clinic.json"
    command = [SAM, "local", "invoke", "--skip-pull-image", "-e", str(file), "PredictFunction"]
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}

    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)

    answer = json.loads(done.stdout.splitlines()[-1])
    assert outcome(answer) == outcome(lambda_handler(json.loads(file.read_text("utf-8")), context))
