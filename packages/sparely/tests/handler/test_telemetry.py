"""One line a request that is log and metrics at once."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sparely.bundle import GOLDEN_MARK
from sparely.check.events import event
from sparely.handler import telemetry
from support.lambda_context import Context
from support.sample_service import SERVICE
from tests.handler.conftest import Reply

RISK = {"sex": "1", "bmi": 32.1, "bp": 101.0, "hdl": 38.0, "tch": 4.0, "ltg": 4.8598}


def line_of(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The one line that the last request printed."""
    (line,) = capsys.readouterr().out.splitlines()
    return dict(json.loads(line))


def test_a_prediction_is_counted_under_its_model(
    call: Callable[..., Reply], capsys: pytest.CaptureFixture[str]
) -> None:
    """The metric counts rows, not requests."""
    call("POST", "/predict/clinic/high-risk", {"instances": [RISK] * 3})

    line = line_of(capsys)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert line["Predictions/high-risk"] == [3.0]
    assert {"Name": "Predictions/high-risk", "Unit": "Count"} in directive["Metrics"]
    assert directive["Namespace"] == "Predictions"


def test_the_line_tells_what_happened(
    call: Callable[..., Reply], capsys: pytest.CaptureFixture[str], context: Any
) -> None:
    """Route, status, request id and the times of the steps can be searched for."""
    call("POST", "/predict/clinic", {})

    line = line_of(capsys)
    assert line["Faults"] == [1.0]
    assert line["request"] == {
        "route": "POST /predict/{area}",
        "status": 422,
        "id": context.aws_request_id,
        "ms": {"total": line["request"]["ms"]["total"]},
        "fault": "instances is missing; expected a list of one object or more.",
    }


def test_what_is_this_sides_fault_is_counted_for_the_functions_version(
    call: Callable[..., Reply], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While two versions share the traffic an alarm can look at the new one alone; the request's line is as ever."""
    monkeypatch.setattr(SERVICE, "registry", None)
    monkeypatch.setattr(telemetry, "FUNCTION_VERSION", "7")

    reply = call("GET", "/models")

    # The logger's own line comes here too where this test is the first of its process to log.
    lines = map(json.loads, capsys.readouterr().out.splitlines())
    request, counted = (line for line in lines if "_aws" in line)
    (directive,) = counted.pop("_aws")["CloudWatchMetrics"]
    assert reply.status == 500
    assert request["Faults"] == [1.0]
    assert directive == {
        "Namespace": "Predictions",
        "Dimensions": [["version", "service"]],
        "Metrics": [{"Name": "ServerFaults", "Unit": "Count"}],
    }
    assert counted == {"version": "7", "service": "tests", "ServerFaults": [1.0]}


@pytest.mark.parametrize(
    ("target", "document", "status"),
    [
        ("/predict/clinic/high-risk", {"instances": [RISK]}, 200),
        ("/predict/clinic/high-risk", {}, 422),
        ("/predict/nowhere", {}, 404),
    ],
)
def test_what_the_caller_can_mend_is_no_fault_of_the_functions_version(
    call: Callable[..., Reply], capsys: pytest.CaptureFixture[str], target: str, document: Any, status: int
) -> None:
    """No alarm rolls a version back for what clients send."""
    assert call("POST", target, document).status == status

    assert "ServerFaults" not in capsys.readouterr().out


def golden_call(document: Any, *, mark: Any = True) -> None:
    """The check of a new version asks."""
    route, parameters = "/predict/{area}/{model}", {"area": "clinic", "model": "high-risk"}
    SERVICE({**event(route, parameters, document, payload="2.0"), GOLDEN_MARK: mark}, Context())


def test_a_golden_call_is_counted_apart(capsys: pytest.CaptureFixture[str]) -> None:
    """A deployment asks every model hundreds of times; what callers ask is not to be told from it otherwise."""
    golden_call({"instances": [{**RISK, "bmi": 1000.0}]})

    line = line_of(capsys)
    line["golden"].pop("ColdStart", None)
    assert line["golden"] == {"Predictions/high-risk": 1, "Outside/high-risk": 1, "Outside": 1}
    assert {*line} == {"service", "golden", "request"}


def test_a_golden_row_that_is_refused_is_no_fault_of_callers(capsys: pytest.CaptureFixture[str]) -> None:
    """The service's own steps may refuse one, and its 422 is right."""
    golden_call({})

    line = line_of(capsys)
    assert "_aws" not in line
    assert line["golden"]["Faults"] == 1


def test_a_golden_call_that_fails_is_counted_for_the_version(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While traffic moves the alarm has to see it, whoever asked."""
    monkeypatch.setattr(SERVICE, "registry", None)

    golden_call({"instances": [RISK]})

    assert capsys.readouterr().out.count('"Name":"ServerFaults"') == 1


def test_a_start_for_a_golden_call_is_no_callers_cold_start(
    call: Callable[..., Reply], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller who comes next waits for none."""
    monkeypatch.setattr(telemetry, "_environment", {"cold": True})

    golden_call({"instances": [RISK]})
    golden = line_of(capsys)
    call("POST", "/predict/clinic/high-risk", {"instances": [RISK]})

    assert golden["golden"]["ColdStart"] == 1
    assert "ColdStart" not in line_of(capsys)


@pytest.mark.parametrize("place", ["header", "query", "body"])
def test_no_caller_can_have_a_request_counted_apart(
    call: Callable[..., Reply], capsys: pytest.CaptureFixture[str], place: str
) -> None:
    """The mark is a member of the event, which the gateway makes: what a caller sends lands in other members."""
    target = f"/predict/clinic/high-risk{'?golden=true' if place == 'query' else ''}"
    headers = {"golden": "true", "user-agent": "deployment-check"} if place == "header" else {}
    document = {"instances": [RISK], **({"golden": True} if place == "body" else {})}

    call("POST", target, document, headers=headers)

    assert "golden" not in line_of(capsys)


def test_only_the_first_request_is_a_cold_start(
    call: Callable[..., Reply], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An execution environment counts its cold start once."""
    monkeypatch.setattr(telemetry, "_environment", {"cold": True})

    call("POST", "/predict/clinic/high-risk", {"instances": [RISK]})
    first = line_of(capsys)
    call("POST", "/predict/clinic/high-risk", {"instances": [RISK]})
    second = line_of(capsys)

    assert first["ColdStart"] == [1.0]
    assert "ColdStart" not in second


def test_what_counts_nothing_prints_nothing(call: Callable[..., Reply], capsys: pytest.CaptureFixture[str]) -> None:
    """Health checks and catalogue reads are in the gateway's access log and cost no second line."""
    call("GET", "/v2/health/live")

    assert capsys.readouterr().out == ""


def test_a_sample_counts_for_all(
    call: Callable[..., Reply], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one line in four, a line that is printed counts four times its rows."""
    monkeypatch.setattr(telemetry, "SAMPLE_RATE", 0.25)
    monkeypatch.setattr(telemetry, "_environment", {})
    draws = iter([0.3, 0.2])
    monkeypatch.setattr(telemetry, "_chance", lambda: next(draws))

    call("POST", "/predict/clinic/high-risk", {"instances": [RISK] * 3})
    call("POST", "/predict/clinic/high-risk", {"instances": [RISK] * 3})

    assert line_of(capsys)["Predictions/high-risk"] == [12.0]


def test_a_fault_is_never_left_out_of_the_sample(
    call: Callable[..., Reply], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sampling saves on what went well."""
    monkeypatch.setattr(telemetry, "SAMPLE_RATE", 0.0)

    call("POST", "/predict/clinic", {})

    assert line_of(capsys)["Faults"] == [1.0]


def test_with_metrics_for_alarms_alone_a_prediction_is_logged_and_no_metric(
    call: Callable[..., Reply], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each custom metric is paid for by the month; the line has the count all the same."""
    monkeypatch.setattr(telemetry, "ALARMS_ONLY", True)

    call("POST", "/predict/clinic/high-risk", {"instances": [RISK] * 3})

    line = line_of(capsys)
    assert line["Predictions/high-risk"] == 3
    assert line["service"] == "tests"
    assert "_aws" not in line


def test_with_metrics_for_alarms_alone_what_an_alarm_looks_at_stays_one(
    call: Callable[..., Reply], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drift looks at the service's sum, and nobody at each model's."""
    monkeypatch.setattr(telemetry, "ALARMS_ONLY", True)

    call("POST", "/predict/clinic/high-risk", {"instances": [{**RISK, "bmi": 1000.0}]})

    line = line_of(capsys)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Metrics"] == [{"Name": "Outside", "Unit": "Count"}]
    assert (line["Outside"], line["Outside/high-risk"]) == ([1.0], 1)


def test_with_metrics_for_alarms_alone_a_failure_is_counted_for_its_version(
    call: Callable[..., Reply], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The alarm that rolls a version back sees it, whatever the share of lines."""
    monkeypatch.setattr(telemetry, "ALARMS_ONLY", True)
    monkeypatch.setattr(telemetry, "SAMPLE_RATE", 0.001)
    monkeypatch.setattr(SERVICE, "registry", None)

    call("GET", "/models")

    assert '"Metrics":[{"Name":"ServerFaults","Unit":"Count"}]' in capsys.readouterr().out


def test_a_draw_is_a_share_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """From 0 for the least that the kernel gives to almost 1 for the most, and never 1."""
    monkeypatch.setattr("os.urandom", lambda count: b"\x00" * count)
    least = telemetry._chance()
    monkeypatch.setattr("os.urandom", lambda count: b"\xff" * count)

    assert least == 0
    assert 0.999 < telemetry._chance() < 1
