"""SageMaker's multi-model contract, on the running container with two workers."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.services import MODELS

ASKED = 12
"""Enough new connections that each of two workers gets some: the chance that one gets none is 1 in 2000."""


@pytest.fixture
def server(start: Callable[..., Any]) -> Any:
    return start(SAGEMAKER_MULTI_MODEL="true")


def load(server: Any, name: str, folder: Path) -> int:
    return int(server.call("POST", "/models", {"model_name": name, "url": str(folder)}).status)


def golden(model: str) -> dict[str, Any]:
    return dict(json.loads((MODELS / model / "golden.json").read_text("utf-8")))


def test_a_loaded_archive_answers_in_every_worker(server: Any, unpacked: dict[str, Path]) -> None:
    """Whichever of them was told to load it."""
    rows = golden("winery/alcohol")["instances"][:1]

    assert load(server, "abc", unpacked["winery/alcohol"]) == 200

    statuses = {server.call("POST", "/models/abc/invoke", {"instances": rows}).status for _ in range(ASKED)}
    assert statuses == {200}


def test_loading_twice_is_409(server: Any, unpacked: dict[str, Path]) -> None:
    """Also when the other worker was asked first."""
    load(server, "abc", unpacked["clinic"])

    assert {load(server, "abc", unpacked["clinic"]) for _ in range(ASKED)} == {409}


def test_loaded_archives_are_listed_and_described(server: Any, unpacked: dict[str, Path]) -> None:
    """In camel case, with where they lie."""
    load(server, "abc", unpacked["clinic"])
    described = {"modelName": "abc", "modelUrl": str(unpacked["clinic"])}

    assert server.call("GET", "/models").document == {"models": [described]}
    assert server.call("GET", "/models/abc").document == described
    assert server.call("GET", "/models/other").status == 404


def test_an_unloaded_archive_is_gone_from_every_worker(server: Any, unpacked: dict[str, Path]) -> None:
    """Invoking and unloading it are 404, and it can be loaded again."""
    load(server, "abc", unpacked["clinic"])

    assert server.call("DELETE", "/models/abc").status == 200

    assert {server.call("POST", "/models/abc/invoke", {}).status for _ in range(ASKED)} == {404}
    assert server.call("DELETE", "/models/abc").status == 404
    assert load(server, "abc", unpacked["clinic"]) == 200


def test_no_room_is_507_until_something_is_unloaded(start: Callable[..., Any], unpacked: dict[str, Path]) -> None:
    """SageMaker takes another archive away and tries again."""
    server = start(SAGEMAKER_MULTI_MODEL="true", MODEL_MEMORY_MB="3")
    assert load(server, "one", unpacked["clinic"]) == 200

    assert load(server, "two", unpacked["winery"]) == 507
    assert server.call("DELETE", "/models/one").status == 200
    assert load(server, "two", unpacked["winery"]) == 200


def test_what_is_no_archive_of_this_service_is_refused_with_its_file(server: Any, tmp_path: Path) -> None:
    """Nothing stays behind in any worker."""
    folder = tmp_path / "area" / "model"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")

    reply = server.call("POST", "/models", {"model_name": "bad", "url": str(tmp_path)})

    assert reply.status == 500
    assert reply.document["message"] == f'{folder}/manifest.json: "features" is missing or unknown.'
    assert server.call("GET", "/models").document == {"models": []}


@pytest.mark.parametrize("body", [b"", b"[]", b'{"model_name": "x"}'])
def test_an_order_that_is_none_is_400(server: Any, body: bytes) -> None:
    """And says what was expected."""
    reply = server.call("POST", "/models", body)

    assert (reply.status, reply.document["message"]) == (400, 'Expected {"model_name": ..., "url": ...}.')


def test_a_worker_that_crashed_comes_back_with_what_is_loaded(server: Any, unpacked: dict[str, Path]) -> None:
    """SageMaker does not know that there are workers: what it loaded must be there."""
    load(server, "abc", unpacked["clinic"])
    victim = server.workers()[0]

    os.kill(victim, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and (victim in server.workers() or len(server.workers()) < 2):
        time.sleep(0.1)

    assert len(server.workers()) == 2
    assert {server.call("POST", "/models/abc/invoke", {}).status for _ in range(ASKED)} == {422}
    assert server.call("DELETE", "/models/abc").status == 200


def test_there_is_nothing_to_invoke_without_a_name(server: Any) -> None:
    """`/invocations` is a single-model endpoint's."""
    assert server.call("POST", "/invocations", {}).status == 404
