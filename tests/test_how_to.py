"""The how-to pages, followed to the letter in a service: the owner's own code around its models."""

import json
import os
import runpy
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from sparely_toolkit.local.serving import serving, started
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import read_stage
from sparely_toolkit.testing.asking import sender
from sparely_toolkit.upkeep.pages import page
from tests.conftest import run
from tests.support.mock_aws import mock_aws
from tests.support.pages import HOW_TO, SETTINGS, follow, questions, steps, unbuilt, wrong_answers
from tests.support.services import baked

ASKED = {"look-up", "own-route"}
"""Pages whose answers are asked whenever tests run, beside the one that changes something later; all are in the long runs."""
LATER = " later"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
ROW = {"sex": "2", "bmi": 27.7, "bp": 95, "hdl": 41, "tch": 5, "ltg": 5.4638}
TABLE = "patients"


@pytest.fixture
def service(tmp_path: Path) -> Project:
    """A service of the default choices that a test may change."""
    root = tmp_path / "prediction-service"
    shutil.copytree(baked().root, root, symlinks=True, ignore=shutil.ignore_patterns(".aws-sam", "__pycache__"))
    return Project(root)


@pytest.fixture
def dynamodb() -> Iterator[str]:
    """The address of a mock that has the page's table, with one patient in it."""
    with mock_aws() as endpoint:
        session: Any = boto3.Session("testing", "testing", region_name="us-east-1")
        client = session.client("dynamodb", endpoint_url=endpoint)
        client.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "patient", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "patient", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        client.put_item(TableName=TABLE, Item={"patient": {"S": "p-17"}, "glu": {"N": "124"}})
        yield endpoint


@pytest.fixture
def silent() -> Iterator[str]:
    """An address that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def typed(service: Project) -> Callable[[str], str]:
    """Runs what a page says as its reader does."""
    return lambda lines: run("bash", "-ec", lines, cwd=service.root, environment=os.environ)


def predicted(service: Project, folder: Path, endpoint: str, *rows: dict[str, Any]) -> list[Any]:
    """What the service answers for rows of the clinic, with AWS at an address."""
    template = unbuilt(service, folder, {**CREDENTIALS, "AWS_ENDPOINT_URL": endpoint})
    with serving(template, folder / "log", "--no-auth", project=service) as server:
        answer = sender(server.url)("POST", "/predict/clinic/high-risk", {"instances": rows})
    assert answer.status == 200, answer.document
    return list(answer.document["predictions"]["high-risk"])


@pytest.mark.parametrize(
    "name", [name if name in ASKED else pytest.param(name, marks=pytest.mark.soak) for name in HOW_TO]
)
def test_what_a_page_asks_is_answered_as_it_shows(service: Project, tmp_path: Path, name: str) -> None:
    """Its files and changes as they stand there, its commands, then its questions, at the local API."""
    follow(page(name), service.root, typed(service))

    template = unbuilt(service, tmp_path)
    with serving(template, tmp_path / "log", "--no-auth", project=service) as server:
        assert wrong_answers(page(name), server.url) == []


@pytest.mark.soak  # what is built, checked and tested with changes of an owner's is in test_owner.py
@pytest.mark.parametrize("name", HOW_TO)
def test_a_page_goes_all_the_way(service: Project, tmp_path: Path, name: str) -> None:
    """Built, served, asked, checked, and tested by its own tests."""
    follow(page(name), service.root, typed(service))
    typed(service)("make build")

    with serving(service.built_template, tmp_path / "log", "--no-auth", project=service) as server:
        wrong = wrong_answers(page(name), server.url)
    follow(page(name), service.root, typed(service), kinds=("run in the end",))

    assert wrong == []


@pytest.mark.soak  # other versions roll out in tests/deployment
@pytest.mark.parametrize("name", HOW_TO)
def test_a_page_rolls_out(service: Project, name: str) -> None:
    """Over what was there before, without a failed request."""
    follow(page(name), service.root, typed(service))

    typed(service)("make build")
    typed(service)('make rehearse ARGS="--rollout AllAtOnce --minute-s 1"')

    outcome = json.loads((service.reports / "rehearsal" / "the-built-package.json").read_text("utf-8"))
    assert (outcome["ending"], outcome["failed"]) == ("promoted", 0)


@pytest.mark.parametrize("name", [name for name in HOW_TO if any(questions(page(name), LATER))])
def test_what_is_changed_later_is_answered_at_once(service: Project, tmp_path: Path, name: str) -> None:
    """
    By `make run`, with the sentence that golden answers are stale; nothing has been recorded for it.

    The page's own tests hold for it too, as the page changes them.
    """
    follow(page(name), service.root, typed(service), kinds=("file", "change", "run", f"change{LATER}"))

    command = [sys.executable, "-m", "sparely_toolkit", "--service", str(service.root), "run", "--no-reload"]
    with started([*command, "--port", "0", "--no-auth"], tmp_path / "log") as server:
        assert wrong_answers(page(name), server.url, LATER) == []
        for file in {each.name for each in steps(page(name)) if each.name.startswith("tests/")}:
            for title, test in runpy.run_path(str(service.root / file)).items():
                if title.startswith("test_"):
                    test(ask=sender(server.url))

    assert (tmp_path / "log").read_text("utf-8").startswith("Golden answers of ")


def test_a_service_is_renamed_as_the_page_says(service: Project) -> None:
    """In its moved folder: no file has the old name any more, and what is written is current."""
    moved = Project(service.root.rename(service.root.with_name("wine-service")))
    kinds = (f"change{LATER}", f"run{LATER}")

    follow(page(SETTINGS), moved.root, typed(moved), kinds=kinds)

    files = (each for each in moved.root.rglob("*") if each.is_file() and ".venv" not in each.parts)
    texts = {each.relative_to(moved.root).as_posix(): each.read_bytes().lower() for each in files}
    old = {name for name, text in texts.items() if b"prediction-service" in text or b"prediction service" in text}
    assert old == set()
    assert b'title: "wine service"' in texts["openapi.yaml"]
    assert {read_stage(moved.root / "samconfig.toml", stage).stack_name for stage in ("default", "prod")} == {
        "wine-service-dev",
        "wine-service-prod",
    }


def test_what_the_table_has_is_looked_up(service: Project, tmp_path: Path, dynamodb: str) -> None:
    """For who names a patient; others in the same request have what they send, and who is not in the table the default."""
    follow(page("look-up"), service.root, typed(service))

    named, sent, stranger, unknown = predicted(
        service, tmp_path, dynamodb, {"patient": "p-17", **ROW}, {"glu": 124, **ROW}, {"patient": "p-0", **ROW}, ROW
    )

    assert named == sent
    assert stranger == unknown != named


def test_a_table_that_does_not_answer_leaves_the_default(service: Project, tmp_path: Path, silent: str) -> None:
    """The time limit ends the wait; the answer is that for an unknown value, and the log says why."""
    follow(page("look-up"), service.root, typed(service))

    named, unknown = predicted(service, tmp_path, silent, {"patient": "p-17", **ROW}, ROW)

    assert named == unknown
    assert "ReadTimeoutError" in (tmp_path / "log").read_text("utf-8")
