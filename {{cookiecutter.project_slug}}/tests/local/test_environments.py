"""Execution environments: when one starts, is reused, is replaced, and what its end does to requests."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.local.conftest import Serve
from tests.local.serving import InBackground, Served, until

FAILED = (500, b'{"message":"Internal Server Error"}')


def held(served: Served, folder: Path, name: str) -> tuple[InBackground, Path]:
    """Start an order that lasts until a file appears; give it, and the file, once the function has begun."""
    release, mark = folder / f"{name}-release", folder / f"{name}-mark"
    order = InBackground(served, "wait_for", path=str(release), mark=str(mark))
    until(mark.exists)
    return order, release


def alive(pid: int) -> bool:
    """Tell whether a process is there and not a zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_no_environment_starts_before_the_first_request(serve: Serve) -> None:
    """A cold start is on demand."""
    served = serve()

    assert served.service.pool.figures.environments == 0


def test_environment_is_reused(serve: Serve) -> None:
    """Requests one after the other are served by one process, which starts once."""
    served = serve()

    pids = {served.order("who").json["pid"] for _ in range(5)}

    assert len(pids) == 1
    assert served.service.pool.figures.cold_starts == 1


def test_environment_takes_one_request_at_a_time(serve: Serve, tmp_path: Path) -> None:
    """A second request at the same time starts a second environment."""
    served = serve()
    first, release = held(served, tmp_path, "first")

    second = served.order("who").json["pid"]

    release.touch()
    assert first.answer().json["pid"] != second
    assert served.service.pool.figures.environments == 2


def test_every_request_has_an_id_of_its_own(serve: Serve) -> None:
    """The context carries a new request id and the alias' ARN."""
    served = serve()

    first, second = served.order("who").json, served.order("who").json

    assert first["request"] != second["request"]
    assert first["arn"] == "arn:aws:lambda:eu-west-1:123456789012:function:tests-EchoFunction:live"


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("http", 503, b'{"message":"Service Unavailable"}'),
        ("rest", 500, b'{"message": "Internal server error"}'),
    ],
)
def test_request_above_the_limit_is_throttled(
    serve: Serve, tmp_path: Path, kind: str, status: int, body: bytes
) -> None:
    """At the concurrency limit a request is answered at once by the gateway; the running one is not touched."""
    served = serve(kind=kind, concurrency=1)
    first, release = held(served, tmp_path, "first")

    answer = served.order("who")

    release.touch()
    assert (answer.status, answer.body) == (status, body)
    assert first.answer().status == 200
    assert served.service.pool.figures.throttles == 1


def test_reserved_concurrency_is_the_limit(serve: Serve, tmp_path: Path) -> None:
    """ReservedConcurrentExecutions of the template goes before the option."""
    served = serve({"Reserved": "1"}, concurrency=10)
    first, release = held(served, tmp_path, "first")

    answer = served.order("who")

    release.touch()
    assert answer.status == 503
    assert first.answer().status == 200


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


def test_environment_killed_while_idle_costs_no_request(serve: Serve) -> None:
    """After kill -9 of an idle environment the next request gets a new one and an answer."""
    served = serve()
    before = served.order("who").json["pid"]

    os.kill(before, signal.SIGKILL)
    answer = served.order("who")

    assert answer.status == 200
    assert answer.json["pid"] != before


def test_timeout_kills_the_environment(serve: Serve) -> None:
    """The process that outlived its timeout is gone, and the next request gets another."""
    served = serve(timeout_s=1)
    before = served.order("who").json["pid"]

    served.order("hang")
    after = served.order("who").json["pid"]

    assert after != before
    until(lambda: not alive(before))


def test_idle_environment_is_ended(serve: Serve) -> None:
    """An environment without work for long enough is gone."""
    served = serve(idle_s=0.2)
    pid = served.order("who").json["pid"]

    until(lambda: not alive(pid))

    assert served.service.pool.figures.environments == 0


def test_failed_init_is_tried_once_more(serve: Serve) -> None:
    """A function that cannot be imported fails its request after two inits, and the log shows why, twice."""
    served = serve(handler="import no_such_package\n")

    answer = served.ask("GET", "/models")

    assert (answer.status, answer.body) == FAILED
    assert served.log.count("Unable to import module 'app': No module named 'no_such_package'") == 2
    assert "Phase: init\tStatus: error\tError Type: Runtime.ImportModuleError" in served.log
    assert "Phase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError" in served.log


def test_second_init_may_succeed(serve: Serve, tmp_path: Path) -> None:
    """An init that fails once costs no request: the second one counts as part of the invocation."""
    mark = tmp_path / "tried"
    served = serve(handler=FLAKY.format(mark=str(mark)))

    answer = served.ask("GET", "/models")

    assert answer.status == 200
    assert "Phase: init\tStatus: error\tError Type: Runtime.ExitError" in served.log
    assert "Init Duration" not in served.log.splitlines()[-1]


FLAKY = """
import os
from pathlib import Path
mark = Path({mark!r})
if not mark.exists():
    mark.touch()
    os._exit(7)
def handler(event, context):
    return {{"statusCode": 200}}
"""


def test_init_that_hangs_ends_with_the_functions_timeout(serve: Serve) -> None:
    """An init has its limit, its second try the function's timeout; then the request fails."""
    served = serve(handler="import time\ntime.sleep(60)\n", timeout_s=1, init_limit_s=0.3)

    answer = served.ask("GET", "/models")

    assert (answer.status, answer.body) == FAILED
    assert "Phase: init\tStatus: timeout" in served.log
    assert "Phase: invoke\tStatus: timeout" in served.log


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
