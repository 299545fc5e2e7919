"""Events that only keep an execution environment started."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from sparely.handler import telemetry
from support.sample_service import SERVICE
from tests.handler.conftest import Reply
from tests.handler.test_telemetry import RISK, line_of

SCHEDULED = {
    "version": "0",
    "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "123456789012",
    "time": "2026-11-28T17:00:00Z",
    "region": "us-east-1",
    "resources": ["arn:aws:events:us-east-1:123456789012:rule/warm-up"],
    "detail": {},
}
EVENTS = {
    "a ping": {"warmup": True},
    "a rule's": SCHEDULED,
    "a scheduler's": {**SCHEDULED, "source": "aws.scheduler", "detail": "{}"},
}


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_it_is_answered_at_once_and_counted_nowhere(
    event: Mapping[str, Any], context: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """No line, so no metric, no cost of a log and no fault of the function's version."""
    assert SERVICE(event, context) == {"warmup": True}

    assert capsys.readouterr().out == ""


def test_who_calls_after_it_has_met_no_cold_start(
    call: Callable[..., Reply], context: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The metric ColdStart counts callers who waited for a start."""
    monkeypatch.setattr(telemetry, "_environment", {"cold": True})

    SERVICE({"warmup": True}, context)

    call("POST", "/predict/clinic/high-risk", {"instances": [RISK]})
    assert "ColdStart" not in line_of(capsys)
