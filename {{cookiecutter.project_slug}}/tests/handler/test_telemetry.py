"""One line a request that is log and metrics at once."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from handler import telemetry
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
    assert line["route"] == "POST /predict/{area}"
    assert line["status"] == 422
    assert line["request_id"] == context.aws_request_id
    assert line["fault"] == "instances is missing; expected a list of one object or more."
    assert line["Faults"] == [1.0]
    assert set(line["ms"]) == {"total"}


def test_only_the_first_request_is_a_cold_start(
    call: Callable[..., Reply], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An execution environment counts its cold start once."""
    monkeypatch.setattr(telemetry, "_environment", {"cold": True})

    call("GET", "/models")
    first = line_of(capsys)
    call("GET", "/models")
    second = line_of(capsys)

    assert first["ColdStart"] == [1.0]
    assert "ColdStart" not in second
