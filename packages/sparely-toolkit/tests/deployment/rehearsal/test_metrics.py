"""Two looks at the local server's counts as one minute."""

from typing import Any

from sparely_toolkit.deployment.rehearsal.metrics import minute


def version(weight: float, invocations: int, errors: int, throttles: int, p99: float | None) -> dict[str, Any]:
    counts = {"invocations": invocations, "errors": errors, "throttles": throttles}
    return {"weight": weight, **counts, "duration_ms": {"p99": p99}}


def status(requests: int, statuses: dict[str, int], live: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return {"requests": requests, "statuses": statuses, "versions": {"1": live, "2": new}}


BEFORE = status(100, {"200": 99, "502": 1}, version(0.9, 90, 0, 1, 4.0), version(0.1, 10, 1, 0, 6.0))


def test_a_minute_is_what_has_grown() -> None:
    """Of both versions together, and of the new one alone."""
    after = status(300, {"200": 290, "429": 4, "502": 6}, version(0.9, 270, 1, 5, 4.0), version(0.1, 30, 5, 0, 7.5))

    found = minute(BEFORE, after, "2", server_faults=3)

    assert (found.requests, found.server_errors, found.invocations, found.errors, found.throttles) == (
        200,
        5,
        200,
        5,
        4,
    )
    assert (found.share, found.new_invocations, found.new_errors, found.new_p99_ms) == (0.1, 20, 4, 7.5)
    assert found.new_server_faults == 3


def test_a_version_that_rests_has_no_latency() -> None:
    """The percentiles of earlier minutes are not this one's."""
    assert minute(BEFORE, BEFORE, "2", server_faults=0).new_p99_ms is None
