"""What the gateway counts."""

import json

import pytest

from sparely_toolkit.local.figures import HISTORY_S, Traffic


class Clock:
    """Seconds, as the test sets them."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def traffic(clock: Clock) -> Traffic:
    return Traffic(clock=clock)


def test_seconds_are_kept_with_what_was_answered_in_them(traffic: Traffic, clock: Clock) -> None:
    """How long ago, answers, failures and their mean time: a page that is opened later has them."""
    traffic.count(200, 2.0)
    traffic.count(500, 4.0)
    clock.now = 1003.5
    traffic.count(200, 1.0)

    assert traffic.history() == [(3, 2, 1, 3.0), (0, 1, 0, 1.0)]


def test_old_seconds_are_forgotten(traffic: Traffic, clock: Clock) -> None:
    """A server that runs for days keeps minutes."""
    traffic.count(200, 2.0)
    clock.now += HISTORY_S + 1

    assert traffic.history() == []


def test_each_route_is_counted_by_itself(traffic: Traffic) -> None:
    """With its failures and times."""
    traffic.count(200, 2.0, "POST /predict/a/b")
    traffic.count(422, 1.0, "POST /predict/a/b")
    traffic.count(200, 9.0, "GET /models")

    assert {name: (each.requests, each.failures) for name, each in traffic.routes.items()} == {
        "POST /predict/a/b": (2, 1),
        "GET /models": (1, 0),
    }
    assert traffic.routes["GET /models"].latencies.percentiles().p50 == 9.0


def test_made_up_routes_cost_no_memory(traffic: Traffic) -> None:
    """Beyond two hundred they are counted together."""
    for number in range(1000):
        traffic.count(200, 1.0, f"GET /{number}")

    assert len(traffic.routes) == 201
    assert traffic.routes["other paths"].requests == 800


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"title": "Not found", "detail": "No model a/b."}, "No model a/b."),
        ({"message": "Forbidden"}, "Forbidden"),
        ({"title": "Too large"}, "Too large"),
        (["a list"], ""),
        ({"detail": "x" * 400}, f"{'x' * 300}..."),
    ],
)
def test_a_fault_is_kept_with_its_sentence(traffic: Traffic, body: object, said: str) -> None:
    """Of a problem document, or of the gateway's own body; shortened, as it may quote what was sent."""
    traffic.count(404, 1.0, "no route", asked="GET /a", body=json.dumps(body).encode())

    assert [(each.route, each.status, each.said) for each in traffic.faults] == [("GET /a", 404, said)]


def test_the_latest_faults_come_first(traffic: Traffic) -> None:
    """Twenty of them."""
    for status in range(400, 430):
        traffic.count(status, 1.0, body=b"<no JSON>")

    assert [each.status for each in traffic.faults] == [*range(429, 409, -1)]
