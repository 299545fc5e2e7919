"""
The load itself, for Locust: `locust -f loadtest/locustfile.py` with what `python -m sparely_toolkit.loadtest` puts in place.

Nothing else of this project imports Locust: it replaces parts of the standard library as it loads.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

if str(Path(__file__).resolve().parents[1]) not in sys.path:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import locust.stats
from locust import FastHttpUser, LoadTestShape, events
from locust.runners import WorkerRunner

from sparely_toolkit.loadtest import authorization
from sparely_toolkit.loadtest.answers import failure
from sparely_toolkit.loadtest.instances import Target, targets
from sparely_toolkit.loadtest.pacing import Pacing
from sparely_toolkit.loadtest.run_settings import RunSettings

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
    """One client of the service, which asks all routes by their weights."""

    tasks = {_task(target): target.weight for target in targets(SETTINGS.models)}  # type: ignore[assignment]  # noqa: RUF012
    connection_timeout = 30.0
    network_timeout = 30.0

    def on_start(self) -> None:
        self._headers = authorization.headers(SETTINGS.authorization, str(self.host))
        self._pacing = Pacing(_source)
        # Otherwise all users of a stage would begin with one voice.
        self.wait()  # type: ignore[no-untyped-call]

    def wait_time(self) -> float:
        now = time.monotonic()
        stage = SHAPE.stage_at(now - _began["s"]) or SHAPE.stages[-1]
        return self._pacing.next(now, stage.rate / SHAPE.users_at(stage)) - now

    def ask(self, target: Target) -> None:
        """Put one question, and call the answer a failure unless it is the golden one."""
        question = _source.choice(target.questions)
        given = self._headers(f"{self.host}{target.path}", question.body)
        with self.client.post(
            target.path,
            data=question.body.decode(),
            headers=dict(given),
            name=target.name,
            catch_response=True,
        ) as response:
            fault = failure(question, response.status_code, response.content or b"")
            if fault is None:
                response.success()
            else:
                response.failure(fault)
