"""When a user asks next: at random moments of a given mean rate, never twice at once."""

import random


class Pacing:
    """
    The moments at which one user begins its requests.

    They are drawn as a Poisson process has them, for arrivals that keep in step collide either always or never.
    A user who waited longer for an answer than for its next moment asks at once and does not catch up: this is
    why a report compares what was offered with what was asked.
    """

    def __init__(self, source: random.Random) -> None:
        self._source = source
        self._next: float | None = None

    def next(self, now_s: float, rate: float) -> float:
        """Give the moment of the next request, at or after `now_s`, for `rate` requests a second of this user."""
        earlier = now_s if self._next is None else self._next
        self._next = max(now_s, earlier + self._source.expovariate(rate))
        return self._next
