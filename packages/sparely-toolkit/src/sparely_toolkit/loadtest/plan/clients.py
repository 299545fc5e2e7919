"""Users who wait for their answers, as Locust's do, against the same model of Lambda's scaling."""

import heapq
import random
from collections import Counter

from sparely_toolkit.loadtest.measurements import Step
from sparely_toolkit.loadtest.plan.environments import Environments, Limits
from sparely_toolkit.loadtest.plan.quantiles import Quantiles, bucket, quantile
from sparely_toolkit.loadtest.shapes import Pacing, Shape, Stage


def follow(
    shape: Shape,
    times_ms: Quantiles,
    limits: Limits,
    *,
    init_ms: float = 0.0,
    throttled_ms: float = 2.0,
    seed: int = 1,
) -> list[Step]:
    """
    Predict what a run of a shape will show, step by step.

    Args:
        times_ms: response times at the client of a service without load and inits.
        throttled_ms: how long a refusal takes.
    """
    population = _Population(times_ms, limits, init_ms / 1000, throttled_ms / 1000, random.Random(seed))
    steps = []
    began = 0.0
    for stage in shape.stages:
        steps.append(population.live_through(stage, began, shape.users_at(stage)))
        began += stage.seconds
    return steps


class _Population:
    """The users, the moments of their next requests, and the environments that answer."""

    def __init__(
        self, times_ms: Quantiles, limits: Limits, init_s: float, throttled_s: float, source: random.Random
    ) -> None:
        self._times_ms = times_ms
        self._environments = Environments(limits)
        self._init_s = init_s
        self._throttled_s = throttled_s
        self._source = source
        self._pacings: dict[int, Pacing] = {}
        self._next: list[tuple[float, int]] = []

    def live_through(self, stage: Stage, began: float, users: int) -> Step:
        """Let so many users ask for a stage."""
        self._join_or_leave(users, began, stage.rate / users)
        requests = failures = 0
        times_ms: Counter[float] = Counter()
        while self._next and self._next[0][0] < began + stage.seconds:
            now, user = heapq.heappop(self._next)
            start = self._environments.invoke(now, self._times_ms.draw(self._source) / 1000, self._init_s)
            finish = start.finish_s if start else now + self._throttled_s
            requests += 1
            failures += start is None
            times_ms[bucket((finish - now) * 1000)] += 1
            heapq.heappush(self._next, (self._pacings[user].next(finish, stage.rate / users), user))
        return Step(stage.rate, requests / stage.seconds, requests, failures, quantile(times_ms, 0.95))

    def _join_or_leave(self, users: int, now: float, rate: float) -> None:
        self._next = [(moment, user) for moment, user in self._next if user < users]
        for user in set(range(users)) - {user for _, user in self._next}:
            self._pacings[user] = Pacing(self._source)
            self._next.append((self._pacings[user].next(now, rate), user))
        heapq.heapify(self._next)
