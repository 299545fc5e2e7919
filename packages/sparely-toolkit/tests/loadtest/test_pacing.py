"""When a user asks next."""

import random

import pytest

from sparely_toolkit.loadtest.pacing import Pacing


def test_a_user_asks_at_the_given_rate() -> None:
    """Whoever gets answers at once asks five times a second in the mean."""
    pacing, now = Pacing(random.Random(1)), 0.0

    for _ in range(5000):
        now = pacing.next(now, 5)

    assert now == pytest.approx(1000, rel=0.05)


def test_a_user_who_waited_asks_at_once_and_does_not_catch_up() -> None:
    """After an answer that took an hour comes one request, not the hundreds that were missed."""
    pacing = Pacing(random.Random(1))
    pacing.next(0, 5)

    late = [pacing.next(3600, 5), pacing.next(3600, 5)]

    assert late[0] == 3600
    assert late[1] > 3600
