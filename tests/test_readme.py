"""The README's first commands do what they say."""

import json
import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY, Bake, user_environment

README = (REPOSITORY / "README.md").read_text("utf-8")
START_LIMIT_S = 120


@pytest.fixture
def url(bake: Bake) -> Iterator[str]:
    """The baked default service behind `make run`."""
    service = bake()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with subprocess.Popen(
        ["make", "run", f"PORT={port}"], cwd=service, env=user_environment(), stdout=subprocess.DEVNULL, text=True
    ) as server:
        try:
            wait_for(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            subprocess.run(["pkill", "-TERM", "-P", str(server.pid)], check=False)
            server.wait(timeout=60)


def wait_for(port: int, server: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail("make run did not start")


def curl_of(text: str) -> tuple[str, bytes]:
    """Path and body of the first curl in a README."""
    found = re.search(r"curl http://localhost:3000(\S+) .*?-d '(.*?)'", text, re.DOTALL)
    assert found
    return found.group(1), found.group(2).encode()


def ask(url: str, body: bytes) -> Any:
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_both_readmes_curls_get_the_answer_that_the_first_one_shows(url: str, tmp_path: Path) -> None:
    """What a stranger copies first works and gives what is printed below it."""
    shown = re.search(r"```json\n(.*?)\n```", README, re.DOTALL)
    assert shown
    path, body = curl_of(README)
    service = next(tmp_path.glob("*/README.md")).read_text("utf-8")

    answers = [ask(url + path, body), ask(url + curl_of(service)[0], curl_of(service)[1])]

    expected = json.loads(shown.group(1))
    for answer in answers:
        (prediction,) = answer["predictions"]["cultivar"]
        (promised,) = expected["predictions"]["cultivar"]
        assert answer["versions"] == expected["versions"]
        assert prediction["label"] == promised["label"]
        assert prediction["probabilities"] == pytest.approx(promised["probabilities"], abs=1e-5)


def test_every_make_command_of_the_readme_exists() -> None:
    """A command that is not there cannot be documented, and one that is there is."""
    told = set(re.findall(r"^\| `make ([a-z-]+)", README, re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):.*## ", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE))

    assert told <= targets
    assert targets - told <= {"help", "fix", "lock", "update", "audit", "test-service"}
