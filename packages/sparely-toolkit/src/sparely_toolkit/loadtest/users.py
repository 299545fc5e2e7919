"""
The users of a load test, for the service's locustfile.py: `Client` asks every model and area, `Offered` says when.

What they are told comes from `sparely load`, in one variable. Nothing else of the toolkit imports Locust: it replaces
parts of the standard library as it loads.
"""

import json
import random
import time
from collections.abc import Callable, Mapping
from typing import Any

import locust.stats
from locust import FastHttpUser, LoadTestShape, events
from locust.runners import WorkerRunner

from sparely_toolkit.loadtest import authorization
from sparely_toolkit.loadtest.answers import failure
from sparely_toolkit.loadtest.generator import RunSettings
from sparely_toolkit.loadtest.instances import Target, targets
from sparely_toolkit.loadtest.shapes import Pacing

locust.stats.CSV_STATS_INTERVAL_SEC = 1
locust.stats.CSV_STATS_FLUSH_INTERVAL_SEC = 1
locust.stats.CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW = 5

SETTINGS = RunSettings.from_environment()
SHAPE = SETTINGS.shape
_source = random.Random(SETTINGS.seed)
_began: dict[str, float] = {}


@events.test_start.add_listener  # type: ignore[untyped-decorator]
def _begin(environment: Any, **_: Any) -> None:
    _began["s"] = time.monotonic()


@events.quitting.add_listener  # type: ignore[untyped-decorator]
def _write_distribution(environment: Any, **_: Any) -> None:
    """Keep what Locust's tables leave out: how often each response time was seen, in ms."""
    if not isinstance(environment.runner, WorkerRunner):
        counts = {str(ms): count for ms, count in sorted(environment.stats.total.response_times.items())}
        SETTINGS.distribution.write_text(json.dumps(counts), encoding="utf-8")


class Offered(LoadTestShape):
    """The stages, as Locust wants them: users, and how many may start in a second."""

    def tick(self) -> tuple[int, float] | None:
        stage = SHAPE.stage_at(self.get_run_time())  # type: ignore[no-untyped-call]
        if stage is None:
            return None
        users = SHAPE.users_at(stage)
        return users, users


def _task(target: Target) -> Callable[["Client"], None]:
    def ask(client: "Client") -> None:
        client.ask(target)

    ask.__name__ = target.name
    return ask


class Client(FastHttpUser):
    """One client of the service, which asks all routes by their weights; a subclass may have tasks of its own too."""

    tasks = {_task(target): target.weight for target in targets(SETTINGS.models, SETTINGS.weights)}  # type: ignore[assignment]  # noqa: RUF012
    connection_timeout = 30.0
    network_timeout = 30.0

    def on_start(self) -> None:
        self._headers = authorization.headers(SETTINGS.authorization, str(self.host), SETTINGS.region)
        self._pacing = Pacing(_source)
        # Otherwise all users of a stage would begin with one voice.
        self.wait()  # type: ignore[no-untyped-call]

    def wait_time(self) -> float:
        now = time.monotonic()
        stage = SHAPE.stage_at(now - _began["s"]) or SHAPE.stages[-1]
        return self._pacing.next(now, stage.rate / SHAPE.users_at(stage)) - now

    def headers(self, path: str, body: bytes) -> Mapping[str, str]:
        """What the API asks of a POST to a path: content type, and signature, token or key."""
        return self._headers(f"{self.host}{path}", body)

    def ask(self, target: Target) -> None:
        """Put one question, and call the answer a failure unless it is the golden one."""
        question = _source.choice(target.questions)
        with self.client.post(
            target.path,
            data=question.body.decode(),
            headers=dict(self.headers(target.path, question.body)),
            name=target.name,
            catch_response=True,
        ) as response:
            fault = failure(question, response.status_code, response.content or b"")
            if fault is None:
                response.success()
            else:
                response.failure(fault)
