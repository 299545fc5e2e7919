"""Load over time: how many requests a second are offered, stage by stage, and when a user asks next."""

import math
import random
from dataclasses import dataclass

from sparely_toolkit.problems import ExitCode, Problem

REQUESTS_A_USER = 1.0
"""
Requests a second of one simulated user; more load is more users, as with real clients.

A user waits for its answer, and so asks less of a slow service: at once a second, and 300 ms an answer, 4 % less.
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of time with one offered rate, in requests a second."""

    seconds: float
    rate: float


@dataclass(frozen=True, slots=True)
class Shape:
    """Stages in order; `users` fixes the population, otherwise it grows with the rate."""

    name: str
    stages: tuple[Stage, ...]
    users: int | None = None

    @property
    def seconds(self) -> float:
        return sum(stage.seconds for stage in self.stages)

    @property
    def peak(self) -> float:
        return max(stage.rate for stage in self.stages)

    def users_at(self, stage: Stage) -> int:
        """How many users ask during a stage."""
        return self.users or max(1, math.ceil(stage.rate / REQUESTS_A_USER))

    def stage_at(self, elapsed_s: float) -> Stage | None:
        """The stage that runs after `elapsed_s`, or None after the last."""
        for stage in self.stages:
            if elapsed_s < stage.seconds:
                return stage
            elapsed_s -= stage.seconds
        return None


@dataclass(frozen=True, slots=True)
class Table:
    """A shape before it is scaled: stages as seconds and share of the peak rate."""

    description: str
    peak: float
    stages: tuple[tuple[float, float], ...]


TABLES: dict[str, Table] = {
    "smoke": Table("30 s of light load: does it answer, and rightly?", 20, ((30, 1.0),)),
    "constant": Table("ten minutes at one rate, as in the story", 200, ((600, 1.0),)),
    # A hundredth first: environments start before many ask at once, as they would have long before a peak.
    "steps": Table(
        "ten stairs up to the peak: where does it break?", 1000, ((10, 0.01), *((30, n / 10) for n in range(1, 11)))
    ),
    "spike": Table("a sudden tenfold of the usual, then back", 500, ((60, 0.1), (30, 1.0), (60, 0.1))),
    "soak": Table("four hours at one rate: does anything grow?", 100, ((4 * 3600, 1.0),)),
}


class UnknownShape(Problem):
    """There is no such shape."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, name: str) -> None:
        super().__init__(f'No shape "{name}". Available: {", ".join(TABLES)}.')


def require_shape(name: str) -> str:
    """
    Look whether there is such a shape, and give its name.

    Raises:
        UnknownShape: `name` is not in TABLES.
    """
    if name not in TABLES:
        raise UnknownShape(name)
    return name


def shape(name: str, *, rate: float | None = None, pace: float = 1.0) -> Shape:
    """
    Scale a table.

    Args:
        rate: peak in requests a second, instead of the table's.
        pace: 2 runs every stage in half its time.

    Raises:
        UnknownShape: `name` is not in TABLES.
    """
    require_shape(name)
    table = TABLES[name]
    peak = table.peak if rate is None else rate
    return Shape(name, tuple(Stage(seconds / pace, share * peak) for seconds, share in table.stages))


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
