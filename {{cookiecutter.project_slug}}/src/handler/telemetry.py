"""What an operator sees: times for the caller, one line a request that is log and metrics at once."""

from time import perf_counter_ns
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from handler.response import Answer

logger = Logger()
_metrics = Metrics()
_environment = {"cold": True}


class Timing:
    """The steps of one request in ms, in order, as `Server-Timing` has them."""

    def __init__(self) -> None:
        self._started = self._last = perf_counter_ns()
        self.steps: dict[str, float] = {}

    def mark(self, step: str) -> None:
        """End `step` now; it began where the one before it ended."""
        now = perf_counter_ns()
        self.steps[step] = round((now - self._last) / 1e6, 3)
        self._last = now

    def finish(self) -> None:
        self.steps["total"] = round((perf_counter_ns() - self._started) / 1e6, 3)

    def header(self) -> str:
        """Source: https://www.w3.org/TR/server-timing/."""
        return ", ".join(f"{step};dur={duration_ms}" for step, duration_ms in self.steps.items())


def record(route: str, request_id: str, answer: Answer, timing: Timing) -> None:
    """
    Print the request's one line.

    CloudWatch reads the metrics out of it (embedded metric format) and Logs Insights the rest; a second
    line would double what ingestion costs.
    """
    for model, count in answer.rows.items():
        _metrics.add_metric(f"Predictions/{model}", MetricUnit.Count, count)
    _metrics.add_metric("Faults", MetricUnit.Count, int(answer.status >= 400))
    if _environment.pop("cold", False):
        _metrics.add_metric("ColdStart", MetricUnit.Count, 1)
    _describe(route=route, status=answer.status, request_id=request_id, ms=timing.steps)
    if answer.status >= 400:
        _describe(fault=answer.document["detail"])
    _metrics.flush_metrics()


def _describe(**facts: Any) -> None:
    for name, value in facts.items():
        _metrics.add_metadata(name, value)
