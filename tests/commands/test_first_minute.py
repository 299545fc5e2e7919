"""The first commands of both READMEs, typed as they stand there, give what is printed below them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks.stopwatch import first_curl
from sparely_toolkit.local.serving import serving, started
from tests.commands.documents import DOCUMENTS, README, SERVICE_README, as_written, commands, is_plain_curl
from tests.conftest import APIS, run, user_environment
from tests.support.services import built

ANSWER = re.compile(r"```json\n(.*?)\n```", re.DOTALL)
# What the curl of a service's README has for callers to be let in, by the API that it was made with.
CREDENTIALS = re.compile(r"""( -H 'x-api-key: \w+'| -H "authorization: Bearer [^"]+")""")
FROM_NOTHING_S = 300


def typed(curl: str, port: int, headers: str, folder: Path) -> Any:
    """What a curl of a document is answered, with headers added."""
    command = f"{curl.replace('localhost:3000', f'127.0.0.1:{port}')} {headers} --silent --show-error"
    return json.loads(run("bash", "-c", command, cwd=folder))


def shown(document: Path) -> Any:
    """The answer that a document promises, below its first curl."""
    answer = ANSWER.search(document.read_text("utf-8"))
    assert answer, f"{document.name} shows no answer"
    return json.loads(answer.group(1))


def test_the_first_two_commands_and_the_curls_give_the_answers_that_are_shown(published: Path, tmp_path: Path) -> None:
    """In a clone, from nothing, with enter pressed at every question: what a stranger copies first works."""
    clone = tmp_path / "clone"
    run("git", "clone", "--quiet", str(published), str(clone), cwd=tmp_path)
    run("bash", "-c", f"yes '' | {as_written(README, 'make new')}", cwd=clone)
    command = [*as_written(README, "make -C ../prediction-service run").split(), "PORT=0"]
    environment = user_environment()
    with started(
        command, tmp_path / "log", folder=clone, environment=environment, start_limit_s=FROM_NOTHING_S
    ) as server:
        answer = typed(
            as_written(README, "curl http://localhost:3000/predict/winery/cultivar"), server.port, "", tmp_path
        )
        own = typed(first_curl(tmp_path / "prediction-service" / "README.md"), server.port, "", tmp_path)

    promised = shown(README)
    (prediction,), (expected,) = answer["predictions"]["cultivar"], promised["predictions"]["cultivar"]
    assert answer["versions"] == promised["versions"]
    assert prediction["label"] == expected["label"]
    assert prediction["probabilities"] == pytest.approx(expected["probabilities"], abs=1e-5)
    assert_shown(own, tmp_path / "prediction-service" / "README.md")


def assert_shown(answer: Any, readme: Path) -> None:
    """The versions and labels are those that a service's README shows."""
    promised = shown(readme)
    assert answer["versions"] == promised["versions"]
    assert {name: [each["label"] for each in rows] for name, rows in answer["predictions"].items()} == {
        name: [each["label"] for each in rows] for name, rows in promised["predictions"].items()
    }


# http-iam's is asked above, and to this command a function URL's service is http-iam's: neither's README names credentials.
OPEN = ("http-iam", "function-url")
WITH_CREDENTIALS = "rest-key"
"""The one of those with credentials that `make test` asks."""


@pytest.mark.parametrize(
    "api", [each if each == WITH_CREDENTIALS else pytest.param(each, marks=pytest.mark.soak) for each in APIS]
)
def test_a_services_curl_is_answered_with_what_its_readme_says_that_callers_need(api: str, tmp_path: Path) -> None:
    """Signatures are not asked for on this machine; keys and tokens are, and the curl has them."""
    service = built(api).root
    readme = service / "README.md"
    command = [*as_written(SERVICE_README, "make run").split(), "PORT=0"]
    with started(command, tmp_path / "log", folder=service, environment=user_environment()) as server:
        without = typed(CREDENTIALS.sub("", first_curl(readme)), server.port, "", service)
        answer = typed(first_curl(readme), server.port, "", service)

    assert ("predictions" in without) is (api in OPEN)
    assert_shown(answer, readme)


def test_every_plain_curl_of_a_document_is_answered(tmp_path: Path) -> None:
    """What needs neither data nor credentials is typed as it stands, wherever it stands."""
    curls = {each for document in DOCUMENTS for each in commands(document) if is_plain_curl(each)}
    service = built()
    with serving(service.built_template, tmp_path / "log", project=service) as server:
        for curl in curls:
            typed(curl, server.port, "--fail", tmp_path)

    assert curls
