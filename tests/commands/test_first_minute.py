"""The first commands of both READMEs, typed as they stand there, give what is printed below them."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.emulator import free_port
from tests.commands.documents import README, SERVICE_README, as_written
from tests.conftest import APIS, REPOSITORY, Bake, Equip, run, user_environment, wait_for_port

# What a service's README says that callers need, by the API that it was made with.
KEY = re.compile(r"`(-H 'x-api-key: \w+')`")
TOKEN = re.compile(r'`(-H "authorization: Bearer TOKEN")`')


@contextmanager
def serving(command: str, folder: Path, log: Path) -> Iterator[int]:
    """Run a `make run` on a free port until the block ends, and give the port."""
    port = free_port()
    words, environment = [*command.split(), f"PORT={port}"], user_environment()
    with (
        log.open("w") as output,
        subprocess.Popen(
            words, cwd=folder, env=environment, stdout=output, stderr=output, start_new_session=True
        ) as server,
    ):
        try:
            wait_for_port(port, server, log)
            yield port
        finally:
            os.killpg(server.pid, signal.SIGINT)
            server.wait(timeout=60)


def typed(curl: str, port: int, headers: str, folder: Path) -> Any:
    """What a curl of a document is answered, with headers added."""
    command = f"{curl.replace('localhost:3000', f'127.0.0.1:{port}')} {headers} --silent --show-error"
    return json.loads(run("bash", "-c", command, cwd=folder))


def test_the_first_two_commands_and_the_curl_give_the_answer_that_is_shown(published: Path, tmp_path: Path) -> None:
    """In a clone, from nothing: what a stranger copies first works."""
    run("git", "clone", "--quiet", str(published), str(tmp_path / "clone"), cwd=tmp_path)
    bake = as_written(README, "cookiecutter . --no-input")
    run("bash", "-c", f"{REPOSITORY}/.venv/bin/{bake}", cwd=tmp_path / "clone")
    with serving(as_written(README, "make -C prediction-service run"), tmp_path / "clone", tmp_path / "log") as port:
        answer = typed(as_written(README, "curl http://localhost:3000/predict/winery/cultivar"), port, "", tmp_path)

    shown = re.search(r"```json\n(.*?)\n```", README.read_text("utf-8"), re.DOTALL)
    assert shown
    expected = json.loads(shown.group(1))
    (prediction,), (promised,) = answer["predictions"]["cultivar"], expected["predictions"]["cultivar"]
    assert answer["versions"] == expected["versions"]
    assert prediction["label"] == promised["label"]
    assert prediction["probabilities"] == pytest.approx(promised["probabilities"], abs=1e-5)


@pytest.mark.parametrize("api", APIS)
def test_a_services_curl_is_answered_with_what_its_readme_says_that_callers_need(
    bake: Bake, equip: Equip, api: str, tmp_path: Path
) -> None:
    """Signatures are not asked for on this machine; keys and tokens are, and the README says where they come from."""
    service = bake(api=api)
    equip(service)
    curl = as_written(SERVICE_README, "curl http://localhost:3000/predict/winery/cultivar")
    with serving(as_written(SERVICE_README, "make run"), service, tmp_path / "log") as port:
        without = typed(curl, port, "", service)
        answer = typed(curl, port, credentials(service), service)

    assert ("predictions" in without) is (api == "http-iam")
    assert answer["predictions"]["cultivar"][0]["label"] == "grignolino"


def credentials(service: Path) -> str:
    """The headers that the baked README tells, with a token made as it tells."""
    text = (service / "README.md").read_text("utf-8")
    if key := KEY.search(text):
        return key.group(1)
    if token := TOKEN.search(text):
        issued = run("bash", "-c", as_written(SERVICE_README, ".venv/bin/python -m sparely_toolkit.local.issuer"), cwd=service)
        return token.group(1).replace("TOKEN", issued.strip())
    return ""
