"""The local endpoint does what SageMaker's does: loading on demand, least recently used, limits, faults."""

import asyncio
import itertools
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sparely_sagemaker.runtime.endpoint import Endpoint, Fleet
from sparely_sagemaker.runtime.faults import InvokeFault
from sparely_toolkit.package.engine_library import installed_library
from sparely_toolkit.package.target import PackageError
from support.services import MODELS

JSON = {"content-type": "application/json"}


def body(model: str) -> bytes:
    golden = json.loads((MODELS / model / "golden.json").read_text("utf-8"))
    return json.dumps({"instances": golden["instances"][:1]}).encode()


def test_an_archive_is_loaded_when_it_is_first_asked_for(running: Any, run: Callable[..., Any]) -> None:
    """And asked again without loading."""

    async def act() -> list[str]:
        async with running() as endpoint:
            for _ in range(2):
                assert (await endpoint.invoke("winery/alcohol.tar.gz", JSON, body("winery/alcohol"))).status == 200
            return list(endpoint.instances[0].held)

    assert run(act()) == ["winery/alcohol.tar.gz"]


def test_the_least_recently_used_archive_makes_room(running: Any, run: Callable[..., Any]) -> None:
    """With memory for three of four: the one that was not asked for lately goes."""
    alcohol, risk, cultivar = "winery/alcohol.tar.gz", "clinic/high-risk.tar.gz", "winery/cultivar.tar.gz"
    progression = "clinic/progression.tar.gz"

    async def act() -> list[str]:
        async with running(model_memory_mb=2, workers=1) as endpoint:
            for target in (alcohol, risk, cultivar, alcohol, progression):
                await endpoint.invoke(target, JSON, body(target.removesuffix(".tar.gz")))
            return list(endpoint.instances[0].held)

    assert run(act()) == [cultivar, alcohol, progression]


def test_every_instance_is_asked_in_turn_and_a_dead_one_is_left_out(running: Any, run: Callable[..., Any]) -> None:
    """Both hold the archive after two requests; with one killed all go to the other."""

    async def act() -> list[int]:
        async with running(instances=2, workers=1) as endpoint:
            for _ in range(2):
                await endpoint.invoke("winery/alcohol.tar.gz", JSON, body("winery/alcohol"))
            assert [len(instance.held) for instance in endpoint.instances] == [1, 1]
            os.killpg(endpoint.instances[0].pid, signal.SIGKILL)
            while endpoint.instances[0].alive:
                await asyncio.sleep(0)
            return [
                (await endpoint.invoke("winery/alcohol.tar.gz", JSON, body("winery/alcohol"))).status for _ in range(4)
            ]

    assert run(act()) == [200] * 4


def refused(running: Any, run: Callable[..., Any], target: str, sent: bytes, **how: Any) -> InvokeFault:
    """The fault of one request."""

    async def act() -> None:
        async with running(workers=1, **how) as endpoint:
            await endpoint.invoke(target, JSON, sent)

    with pytest.raises(InvokeFault) as caught:
        run(act())
    return caught.value


def test_an_unknown_archive_is_a_validation_error(running: Any, run: Callable[..., Any]) -> None:
    """400, as SageMaker says that it could not download it."""
    fault = refused(running, run, "nothing.tar.gz", b"{}")

    assert (fault.status, fault.kind) == (400, "ValidationError")
    assert fault.message.startswith("Failed to download model data")


def test_no_archive_outside_the_prefix_can_be_named(running: Any, run: Callable[..., Any]) -> None:
    """The service's whole archive lies one folder up."""
    assert refused(running, run, "../service.tar.gz", b"{}").kind == "ValidationError"


def test_the_containers_fault_is_a_model_error(running: Any, run: Callable[..., Any]) -> None:
    """424 with the container's own status and body."""
    fault = refused(running, run, "clinic.tar.gz", b"{}")

    assert (fault.status, fault.kind, fault.more["OriginalStatusCode"]) == (424, "ModelError", 422)
    assert json.loads(fault.more["OriginalMessage"])["type"] == "urn:problem-type:does-not-fit"


def test_a_body_above_6_mb_is_refused(running: Any, run: Callable[..., Any]) -> None:
    """By SageMaker, before the container."""
    assert refused(running, run, "clinic.tar.gz", b" " * (6 * 1024 * 1024 + 1)).kind == "ValidationError"


def test_a_container_that_does_not_answer_in_time_is_a_model_error(running: Any, run: Callable[..., Any]) -> None:
    """After 60 s there, less here: status 0 and SageMaker's sentence."""

    async def act() -> None:
        async with running(single=True, workers=1, limit_s=1.0) as endpoint:
            os.killpg(endpoint.instances[0].pid, signal.SIGSTOP)
            try:
                await endpoint.invoke("", JSON, b"{}")
            finally:
                os.killpg(endpoint.instances[0].pid, signal.SIGCONT)

    with pytest.raises(InvokeFault) as caught:
        run(act())
    assert (caught.value.kind, caught.value.more["OriginalStatusCode"]) == ("ModelError", 0)
    assert "timed out" in caught.value.more["OriginalMessage"]


def test_where_one_container_does_not_come_up_none_is_left(
    archives: Path, tmp_path: Path, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the sentence of the one that did not: of two instances the second finds no engine."""
    library, calls = installed_library(), itertools.count()

    def once() -> Path:
        if next(calls):
            raise PackageError("no engine here")
        return library

    monkeypatch.setattr("sparely_sagemaker.runtime.instance.installed_library", once)
    endpoint = Endpoint(Fleet("e", prefix=archives / "models", instances=2), tmp_path / "log")

    with pytest.raises(PackageError, match="no engine here"):
        run(endpoint.start())

    assert not endpoint.instances[0].alive
