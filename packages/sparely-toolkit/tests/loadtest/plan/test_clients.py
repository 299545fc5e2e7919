"""Users who wait for their answers."""

import pytest

from sparely_toolkit.loadtest.plan import clients
from sparely_toolkit.loadtest.plan.environments import Limits
from sparely_toolkit.loadtest.plan.quantiles import Quantiles
from sparely_toolkit.loadtest.shapes import Shape, Stage

TWENTY = Quantiles(20, 20, 20)


def _steps(rates: list[float], *, users: int, concurrency: int) -> list[float]:
    shape = Shape("s", tuple(Stage(60, rate) for rate in rates), users)
    limits = Limits(concurrency, requests_an_environment=None)
    return [step.answered for step in clients.follow(shape, TWENTY, limits)]


def test_light_load_is_answered_as_it_is_offered() -> None:
    """Users with time between their requests ask as often as they should."""
    assert _steps([10], users=10, concurrency=10) == [pytest.approx(10, rel=0.1)]


def test_one_user_asks_no_more_than_answers_come() -> None:
    """One who waits 20 ms for each answer gets fifty a second at most, whatever is offered."""
    assert _steps([1000], users=1, concurrency=1) == [pytest.approx(50, rel=0.06)]


def test_two_environments_answer_twice_as_much() -> None:
    """Two users with an environment each do not meet."""
    one, two = _steps([500], users=1, concurrency=1), _steps([1000], users=2, concurrency=2)

    assert two[0] == pytest.approx(2 * one[0], rel=0.02)


def test_more_users_than_environments_are_throttled() -> None:
    """A step's failures are what found no environment."""
    shape = Shape("s", (Stage(60, 100),), users=50)

    (step,) = clients.follow(shape, TWENTY, Limits(1, requests_an_environment=None))

    assert step.failed_percent == pytest.approx(66, abs=3)  # Erlang: 2 / (1 + 2) of a load of two


def test_users_leave_when_the_load_falls() -> None:
    """After a peak only as many ask as the lower rate has."""
    shape = Shape("s", (Stage(20, 200), Stage(40, 20)))

    steps = clients.follow(shape, TWENTY, Limits(1000, requests_an_environment=None))

    assert steps[1].answered == pytest.approx(20, rel=0.15)
