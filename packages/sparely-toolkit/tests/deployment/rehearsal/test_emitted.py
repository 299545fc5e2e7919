"""Metrics are read from a log as CloudWatch reads them."""

from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.deployment.rehearsal.emitted import EmittedMetrics, metrics
from sparely.handler import telemetry
from sparely.handler.errors import InternalError
from sparely.handler.response import Answer, problem

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
    """What handler/telemetry.py prints of a 500, and of nothing else, is what the alarm looks at."""
    monkeypatch.setattr(telemetry, "FUNCTION_VERSION", "2")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "service")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Predictions")

    telemetry.record("GET /models", "id", answer, telemetry.Timing())

    (tmp_path / "log").write_text(capsys.readouterr().out)
    assert EmittedMetrics(tmp_path / "log").total("Predictions", "ServerFaults", DIMENSIONS) == counted
