"""What an operator sees: times for the caller, one line a request that is log and metrics at once."""

import json
import os
from _thread import _local  # threading's, without threading
from collections.abc import Mapping
from functools import cache
from time import perf_counter_ns
from typing import Any

from aws_lambda_powertools.metrics import Metrics, MetricUnit, single_metric

from sparely.handler.response import Answer

SAMPLE_RATE = float(os.environ.get("LOG_SAMPLE_RATE", "1"))
ALARMS_ONLY = os.environ.get("METRICS") == "alarms"
"""Whether only what an alarm looks at becomes a custom metric, each of which is paid for by the month."""

CALLERS = os.environ.get("LOG_CALLERS")
"""Set where nothing but the function logs who called, as behind a URL: "on" names them, "off" their account alone."""
FUNCTION_VERSION = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
SERVER_FAULT = 500
FOR_ALARM = "Outside"
"""The count of a request that an alarm looks at."""

_metrics = Metrics()
_environment = {"cold": True}
_current = _local()


class Timing:
    """
    The steps of one request in ms, in order, as `Server-Timing` has them.

    Attributes:
        opened: models that it had to open first.
    """

    opened = 0

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


def begin(request_id: str) -> None:
    """Take note of the request that this thread answers: what is logged until `end` names it."""
    _current.id = request_id


def end() -> None:
    """Forget it: what is logged between requests is no request's."""
    _current.id = ""
    if CALLERS:
        _current.caller = None


def note_caller(context: Mapping[str, Any]) -> None:
    """
    Take note of who signed the request that this thread is about to answer, for its line.

    Args:
        context: `requestContext` of the event of a function URL.
    """
    iam = (context.get("authorizer") or {}).get("iam") or {}
    caller = {"account": iam.get("accountId")}
    if CALLERS == "on":
        caller |= {"caller": iam.get("userArn"), "ip": (context.get("http") or {}).get("sourceIp")}
    _current.caller = {name: value for name, value in caller.items() if value}


def log_exception(message: str, **facts: Any) -> None:
    """Log the exception being handled with its traceback; the request's own line has no room for one."""
    _logger().exception(message, request_id=getattr(_current, "id", ""), **facts)


def log_failure(message: str, error: BaseException, function: Any, **facts: Any) -> None:
    """Log the exception being handled, with the innermost line that ran in the file of an owner's function."""
    code = getattr(function, "__code__", None)
    file, line = getattr(code, "co_filename", None), getattr(code, "co_firstlineno", None)
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    log_exception(message, **facts, file=file, line=line)


@cache
def _logger() -> Any:
    # Loaded by the first failure: most environments have none, and it takes a fifth of the init.
    from aws_lambda_powertools.logging import Logger

    return Logger()


def record(route: str, request_id: str, answer: Answer, timing: Timing, is_golden: bool = False) -> None:
    """
    Print the request's line, if there is something to count.

    CloudWatch reads the metrics out of it (embedded metric format) and Logs Insights the rest; a second
    line would double what ingestion costs. Of predictions only the share LOG_SAMPLE_RATE is printed, each
    counted for those that are not, so that sums stay true; faults, cold starts and what opened a model are always
    printed. What is this side's fault has a second line. With METRICS=alarms, counts that no alarm looks at stay in the
    line and are no metrics.

    Args:
        is_golden: a check asked. Its counts stand in the line under `golden` and are no metrics, so that nothing that
            looks at callers' requests sees a deployment; a fault of this side is counted for the version all the same.
    """
    is_fault = answer.status >= 400
    is_cold = _environment.pop("cold", False)
    opened = timing.opened
    share = 1.0 if is_fault or is_cold or opened else SAMPLE_RATE
    if not (answer.rows or is_fault or answer.is_own or opened) or (share < 1 and _chance() >= share):
        return
    counts = {f"Predictions/{model}": count / share for model, count in answer.rows.items()}
    if answer.is_own:
        counts[f"Requests/{route}"] = 1 / share
    outside = sum(answer.outside.values())
    if outside:
        counts |= {f"Outside/{model}": count / share for model, count in answer.outside.items() if count}
        counts[FOR_ALARM] = outside / share
    if is_fault:
        counts["Faults"] = 1
    if is_cold:
        counts["ColdStart"] = 1
    if opened:
        counts["ModelsOpened"] = opened
    facts = {"route": route, "status": answer.status, "id": request_id, "ms": timing.steps}
    if CALLERS:
        facts |= getattr(_current, "caller", None) or {}
    if is_fault:
        facts["fault"] = _detail(answer.document)
    _print_line({"golden": counts} if is_golden else counts, facts, is_golden=is_golden)
    if answer.status >= SERVER_FAULT:
        count_server_fault()


def _chance() -> float:
    """
    Draw a number from 0 up to, not including, 1.

    From the kernel: loading `random` takes a hundredth of the init, and copies of one snapshot would all draw the same.
    """
    return int.from_bytes(os.urandom(6)) / 2**48


def _print_line(counts: Mapping[str, Any], facts: Mapping[str, Any], *, is_golden: bool) -> None:
    """Print counts as metrics, or as plain members of the line where they are to be none."""
    if is_golden or (ALARMS_ONLY and FOR_ALARM not in counts):
        line = {"service": _metrics.service, **counts, "request": facts}
        print(json.dumps(line, separators=(",", ":")))  # noqa: T201 the log is what a function prints
        return
    for name, count in counts.items():
        if ALARMS_ONLY and name != FOR_ALARM:
            _metrics.add_metadata(name, count)
        else:
            _metrics.add_metric(name, MetricUnit.Count, count)
    _metrics.add_metadata("request", facts)
    _metrics.flush_metrics()


def forget_cold_start() -> None:
    """Count none for this execution environment: what started it was no caller's request."""
    _environment.pop("cold", None)


def _detail(document: Any) -> str:
    """What a fault says; an owner's may say it in another form."""
    detail = document.get("detail") if isinstance(document, dict) else None
    return detail if isinstance(detail, str) else "The service's own code answered so."


def count_server_fault() -> None:
    """Print a metric of the function's version, which tells an alarm which of two fails: its dimensions take a line."""
    with single_metric("ServerFaults", MetricUnit.Count, 1, default_dimensions={"version": FUNCTION_VERSION}):
        pass
