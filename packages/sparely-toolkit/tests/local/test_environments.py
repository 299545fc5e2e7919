"""Execution environments: when one starts, is reused, and how many there are."""

from pathlib import Path

import pytest

from tests.local.conftest import Serve
from tests.local.serving import held


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
