"""An event that only keeps an execution environment started; loaded where an event is no gateway's."""

from collections.abc import Mapping
from typing import Any

from sparely.handler.telemetry import forget_cold_start

SCHEDULED = "Scheduled Event"


def is_warm_up(event: Mapping[str, Any]) -> bool:
    """
    Whether an event asks for nothing: `{"warmup": true}`, or a schedule's own of EventBridge.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html (read 2026-11-28).
    """
    return event.get("warmup") is True or event.get("detail-type") == SCHEDULED


def answer_warm_up() -> dict[str, Any]:
    """Answer at once: nothing is logged and counted; who calls next has met no cold start."""
    forget_cold_start()
    return {"warmup": True}
