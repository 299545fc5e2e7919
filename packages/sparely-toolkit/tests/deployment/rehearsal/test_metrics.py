"""Two looks at the local server's counts as one minute, and metrics read from a log as CloudWatch reads them."""

from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.metrics import Metrics

from sparely.handler import telemetry
from sparely.handler.errors import InternalError
from sparely.handler.response import Answer, problem
from sparely_toolkit.deployment.rehearsal.metrics import EmittedMetrics, metrics, minute


def version(weight: float, invocations: int, errors: int, throttles: int, p99: float | None) -> dict[str, Any]:
    counts = {"invocations": invocations, "errors": errors, "throttles": throttles}
    return {"weight": weight, **counts, "duration_ms": {"p99": p99}}


def status(requests: int, statuses: dict[str, int], live: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return {"requests": requests, "statuses": statuses, "versions": {"1": live, "2": new}}


BEFORE = status(100, {"200": 99, "502": 1}, version(0.9, 90, 0, 1, 4.0), version(0.1, 10, 1, 0, 6.0))


def test_a_minute_is_what_has_grown() -> None:
    """Of both versions together, and of the new one alone."""
    after = status(300, {"200": 290, "429": 4, "502": 6}, version(0.9, 270, 1, 5, 4.0), version(0.1, 30, 5, 0, 7.5))

    found = minute(BEFORE, after, "2", server_faults=3)

    assert (found.requests, found.server_errors, found.invocations, found.errors, found.throttles) == (
        200,
        5,
        200,
        5,
        4,
    )
    assert (found.share, found.new_invocations, found.new_errors, found.new_p99_ms) == (0.1, 20, 4, 7.5)
    assert found.new_server_faults == 3


def test_a_version_that_rests_has_no_latency() -> None:
    """The percentiles of earlier minutes are not this one's."""
    assert minute(BEFORE, BEFORE, "2", server_faults=0).new_p99_ms is None


def test_few_durations_are_those_of_the_minute() -> None:
    """A slow one of the minute before is not this one's, where a thousand are not there to hide it."""
    before = status(100, {}, version(0.9, 90, 0, 0, 4.0), version(0.1, 10, 0, 0, 6.0))
    new = {**version(0.1, 13, 0, 0, 900.0), "last_ms": [900.0, 5.0, 7.0, 6.0]}

    assert minute(before, status(103, {}, version(0.9, 90, 0, 0, 4.0), new), "2", server_faults=0).new_p99_ms == 7.0


DIMENSIONS = {"service": "service", "version": "2"}
LINE = (
    b'{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"Predictions","Dimensions":[["service","version"]],'
    b'"Metrics":[{"Name":"ServerFaults","Unit":"Count"}]}]},"service":"service","version":"2","ServerFaults":[1.0]}\n'
)


def record(**values: Any) -> dict[str, Any]:
    directive = {
        "Namespace": "Predictions",
        "Dimensions": [["service"], ["service", "version"]],
        "Metrics": [{"Name": "Rows"}],
    }
    return {"_aws": {"CloudWatchMetrics": [directive]}, **DIMENSIONS, **values}


def test_a_metric_counts_once_for_each_set_of_dimensions() -> None:
    """The values of a list are summed."""
    assert dict(metrics(record(Rows=[2, 3]))) == {
        ("Predictions", "Rows", frozenset({("service", "service")})): 5,
        ("Predictions", "Rows", frozenset(DIMENSIONS.items())): 5,
    }


def test_other_dimensions_are_another_metric(tmp_path: Path) -> None:
    """One too few, or another value, and CloudWatch has nothing."""
    (tmp_path / "log").write_bytes(LINE)
    emitted = EmittedMetrics(tmp_path / "log")

    assert emitted.total("Predictions", "ServerFaults", DIMENSIONS) == 1
    assert emitted.total("Predictions", "ServerFaults", {"service": "service"}) == 0
    assert emitted.total("Predictions", "ServerFaults", {**DIMENSIONS, "version": "1"}) == 0


def test_a_log_that_grows_is_read_on(tmp_path: Path) -> None:
    """Lines between are passed over, and a line that is half there waits for its end."""
    log = tmp_path / "log"
    log.write_bytes(b"START RequestId: 1 Version: 2\n" + LINE + LINE[:40])
    emitted = EmittedMetrics(log)
    before = emitted.total("Predictions", "ServerFaults", DIMENSIONS)

    with log.open("ab") as more:
        more.write(LINE[40:] + b"{}\nREPORT\n")

    assert (before, emitted.total("Predictions", "ServerFaults", DIMENSIONS)) == (1, 2)


@pytest.mark.parametrize(("answer", "counted"), [(problem(InternalError()), 1), (Answer(200, {}), 0)])
def test_the_functions_own_line_is_read(
    answer: Answer, counted: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What sparely.handler.telemetry prints of a 500, and of nothing else, is what the alarm looks at."""
    monkeypatch.setattr(telemetry, "FUNCTION_VERSION", "2")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "service")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Predictions")
    monkeypatch.setattr(telemetry, "_metrics", Metrics())  # reads both when it is made

    telemetry.record("GET /models", "id", answer, telemetry.Timing())

    (tmp_path / "log").write_text(capsys.readouterr().out)
    assert EmittedMetrics(tmp_path / "log").total("Predictions", "ServerFaults", DIMENSIONS) == counted
