"""Request rates: the bucket by a clock of the test's own, and the routes' settings."""

from datetime import UTC, datetime

import pytest

from sparely_toolkit.local.api_keys import UsagePlan
from sparely_toolkit.local.faults import Refusal
from sparely_toolkit.local.throttling import TokenBucket
from tests.local.changes import with_properties
from tests.local.conftest import Serve


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_bucket_gives_a_burst_and_then_a_rate() -> None:
    """Three at once, then two a second."""
    clock = Clock()
    bucket = TokenBucket(rate=2.0, burst=3, clock=clock)

    burst = [bucket.take() for _ in range(4)]
    clock.now = 0.5
    refilled = [bucket.take() for _ in range(2)]

    assert burst == [True, True, True, False]
    assert refilled == [True, False]


def test_bucket_holds_no_more_than_a_burst() -> None:
    """A long pause saves up no more than the burst."""
    clock = Clock()
    bucket = TokenBucket(rate=100.0, burst=2, clock=clock)

    clock.now = 3600.0

    assert [bucket.take() for _ in range(3)] == [True, True, False]


def test_quota_begins_anew_in_the_next_period() -> None:
    """At midnight UTC the day's count is forgotten."""
    time = datetime(2026, 1, 1, 23, 59, tzinfo=UTC)
    plan = UsagePlan(quota=1, now=lambda: time)
    plan.use()
    with pytest.raises(Refusal):
        plan.use()

    time = datetime(2026, 1, 2, 0, 0, tzinfo=UTC)

    plan.use()


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("http", {"DefaultRouteSettings": {"ThrottlingRateLimit": 0.001, "ThrottlingBurstLimit": 1}}),
        (
            "rest",
            {
                "MethodSettings": [
                    {"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingRateLimit": 0.001, "ThrottlingBurstLimit": 1}
                ]
            },
        ),
    ],
)
def test_request_above_a_routes_rate_is_refused(serve: Serve, kind: str, properties: dict[str, object]) -> None:
    """With --enforce-throttling each route has its own bucket; the request too many gets 429."""
    served = serve(kind=kind, change=with_properties(**properties), throttle_routes=True)

    answers = [served.ask("GET", "/models") for _ in range(2)]

    assert [answer.status for answer in answers] == [200, 429]
    assert answers[1].body == b'{"message":"Too Many Requests"}'
    assert served.order("who").status == 200


def test_rates_are_not_kept_unless_asked(serve: Serve) -> None:
    """Without the option every rate passes, and the start says which rate is not kept."""
    settings = {"ThrottlingRateLimit": 0.001, "ThrottlingBurstLimit": 1}
    served = serve(change=with_properties(DefaultRouteSettings=settings))

    assert [served.ask("GET", "/models").status for _ in range(2)] == [200, 200]
    assert (
        "Not kept: 0.001 requests a second on a route with bursts of 1; --enforce-throttling keeps them."
        in served.service.notices
    )
