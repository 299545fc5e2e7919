"""How execution environments end, wanted or not, and what that does to requests."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.local.conftest import Serve
from tests.local.function import HANDLER
from tests.local.serving import FAILED, InBackground, alive, held, stopped, until


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ({"do": "crash", "code": 3}, "exit status 3"),
        ({"do": "crash", "code": 0}, "Runtime exited without providing a reason"),
    ],
)
def test_crashed_environment_is_replaced(serve: Serve, order: dict[str, Any], reason: str) -> None:
    """The request that ends its environment fails, the log says how, and the next gets a new one."""
    served = serve()
    before = served.order("who").json["pid"]

    crashed = served.order(**order)
    after = served.order("who").json["pid"]

    assert (crashed.status, crashed.body) == FAILED
    assert after != before
    assert reason in served.log
    assert "Status: error\tError Type: Runtime.ExitError" in served.log


def test_killed_environment_fails_its_request_alone(serve: Serve, tmp_path: Path) -> None:
    """After kill -9 of one busy environment its request fails and the other's does not."""
    served = serve()
    pid = served.order("who").json["pid"]
    first, release_first = held(served, tmp_path, "first")
    second, release_second = held(served, tmp_path, "second")

    os.kill(pid, signal.SIGKILL)
    failed = first.answer()
    release_first.touch()
    release_second.touch()

    assert (failed.status, failed.body) == FAILED
    assert second.answer().status == 200
    assert "Runtime exited with error: signal: killed" in served.log


@pytest.mark.parametrize("waitid", [True, False], ids=["waitid", "as on macOS before Python 3.13"])
def test_environment_killed_while_idle_costs_no_request(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, waitid: bool
) -> None:
    """After kill -9 of an idle environment the next request gets a new one and an answer."""
    if not waitid:
        monkeypatch.delattr(os, "waitid", raising=False)
    served = serve()
    before = served.order("who").json["pid"]

    os.kill(before, signal.SIGKILL)
    until(lambda: not alive(before))  # what it reads while it dies is lost with it
    answer = served.order("who")

    assert answer.status == 200
    assert answer.json["pid"] != before


@pytest.mark.skipif(sys.platform != "linux", reason="Linux resets a connection that is closed with bytes unread")
def test_environment_killed_before_it_reads_the_event_costs_no_request(serve: Serve) -> None:
    """An event that the runtime never read is not lost with it: another environment takes it, once."""
    served = serve()
    pid = served.order("who").json["pid"]
    until(lambda: served.service.pool.figures.idle)
    os.kill(pid, signal.SIGSTOP)
    until(lambda: stopped(pid))
    first = InBackground(served, "who")
    until(lambda: served.log.count("START") == 2)

    os.kill(pid, signal.SIGKILL)

    assert first.answer().json["pid"] != pid
    assert served.service.pool.figures.errors == 0


def test_timeout_kills_the_environment(serve: Serve) -> None:
    """The process that outlived its timeout is gone, and the next request gets another."""
    served = serve(timeout_s=1)
    before = served.order("who").json["pid"]

    served.order("hang")
    after = served.order("who").json["pid"]

    assert after != before
    until(lambda: not alive(before))


def test_runtime_that_asks_for_no_more_is_ended_by_the_timeout(serve: Serve) -> None:
    """An answered invocation goes on until the runtime asks again; whoever waits for the environment gets another."""
    served = serve(handler=LOST, timeout_s=1)
    first = served.ask("GET", "/models")

    second = served.ask("GET", "/models")

    assert (first.status, second.status) == (200, 200)
    assert first.json["pid"] != second.json["pid"]
    until(lambda: not alive(first.json["pid"]))


LOST = """
import json, os, time
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient
def handler(event, context):
    LambdaRuntimeClient.wait_next_invocation = lambda self: time.sleep(600)
    return {"statusCode": 200, "body": json.dumps({"pid": os.getpid()})}
"""


def test_idle_environment_is_ended(serve: Serve) -> None:
    """An environment without work for long enough is gone."""
    served = serve(idle_s=0.2)
    pid = served.order("who").json["pid"]

    until(lambda: not alive(pid))

    assert served.service.pool.figures.environments == 0


def test_requests_in_flight_finish_before_the_end(serve: Serve, tmp_path: Path) -> None:
    """Stopping waits for what runs, refuses what comes, and leaves no process."""
    served = serve()
    first, release = held(served, tmp_path, "first")

    stopping = served.begin_stop()
    until(lambda: not served.service.listening)
    with pytest.raises(ConnectionRefusedError):
        served.order("who")
    release.touch()
    answer = first.answer()
    stopping.result(20)

    assert answer.status == 200
    assert not alive(answer.json["pid"])


def test_functions_children_end_with_their_environment(serve: Serve, tmp_path: Path) -> None:
    """What a function starts lives no longer than its environment."""
    served = serve(handler=PARENT, idle_s=0.2)

    child = served.ask("GET", "/models").json["child"]

    until(lambda: not alive(child))


PARENT = """
import json, subprocess
child = subprocess.Popen(["sleep", "600"])
def handler(event, context):
    return {"statusCode": 200, "body": json.dumps({"child": child.pid})}
"""


def test_one_long_line_is_shown_in_pieces(serve: Serve) -> None:
    """Of about what CloudWatch takes as one event, so that no part of 30 MB is joined to all before it."""
    own = """
def long_line(event, context, size):
    os.write(1, b"z" * size + b"\\n")
    return json_answer(None)
"""
    served = serve(handler=f"{HANDLER}\n{own}")

    assert served.order("long_line", size=30_000_000).status == 200

    lines = [line for line in served.log.splitlines() if set(line) == {"z"}]
    assert sum(map(len, lines)) == 30_000_000
    assert max(map(len, lines)) <= 2**18 + 2**16
