"""MemorySize, kept by the kernel or by looking."""

import subprocess
import sys
from typing import Any

import pytest

from sparely_toolkit.local.memory import NoControlGroup, limiter
from tests.local.conftest import Serve
from tests.local.serving import FAILED, until


@pytest.fixture(params=["cgroup", "watch"])
def how(request: Any) -> str:
    """Each way that works here."""
    try:
        limiter(request.param)
    except NoControlGroup as problem:
        pytest.skip(str(problem))
    return str(request.param)


def test_environment_above_its_memory_is_ended(serve: Serve, how: str) -> None:
    """The function fails, the log names the reason and the size, and the next request gets another environment."""
    served = serve({"Memory": "128"}, memory=how)

    answer = served.order("hold", mb=400)

    assert (answer.status, answer.body) == FAILED
    assert "Runtime exited with error: signal: killed" in served.log
    assert "Memory Size: 128 MB\tMax Memory Used: 128 MB" in served.log
    assert "Status: error\tError Type: Runtime.OutOfMemory" in served.log
    assert served.order("who").status == 200


def test_environment_within_its_memory_lives(serve: Serve, how: str) -> None:
    """What fits is left alone."""
    served = serve({"Memory": "256"}, memory=how)

    assert served.order("hold", mb=128).status == 200


def test_kernel_ends_what_watching_would_not_see(serve: Serve) -> None:
    """With a control group not a page above the limit is had: the function ends inside the allocation."""
    try:
        limiter("cgroup")
    except NoControlGroup as problem:
        pytest.skip(str(problem))
    served = serve({"Memory": "128"}, memory="cgroup")

    served.order("hold", mb=4000)

    assert served.service.pool.figures.peak_memory_mb == 128


def test_groups_are_removed(serve: Serve) -> None:
    """No control group is left when its environment has ended."""
    try:
        make, _ = limiter("cgroup")
    except NoControlGroup as problem:
        pytest.skip(str(problem))
    served = serve(memory="cgroup", idle_s=0.1)
    served.order("who")
    folder = make(64)
    parent = folder._folder.parent  # type: ignore[attr-defined]
    mine = folder._folder.name.rpartition("-")[0]  # type: ignore[attr-defined]
    folder.close()

    until(lambda: not list(parent.glob(f"{mine}-*")))


def test_way_is_named(serve: Serve) -> None:
    """The first line says who keeps the limit."""
    served = serve(memory="watch")

    assert served.service.notices[0] == (
        "Memory: watched every 50 ms and at each answer; an environment above MemorySize is killed."
    )


def test_groups_of_a_killed_server_are_removed() -> None:
    """A server that was killed leaves its groups, and the next one that starts removes them."""
    try:
        make, _ = limiter("cgroup")
    except NoControlGroup as problem:
        pytest.skip(str(problem))
    mine = make(64)
    parent = mine._folder.parent  # type: ignore[attr-defined]
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = parent / f"local-environment-{gone.pid}-1"
    left.mkdir()

    limiter("cgroup")

    assert (left.exists(), mine.close()) == (False, True)
