"""The sample events of other ways in than the API, each in the function."""

import json
from typing import Any

import pytest

from sparely.bundle import read_bundles
from sparely_toolkit.contract.description import ServiceDescription
from sparely_toolkit.contract.sample_events import event_files
from support.sample_service import SERVICE
from support.services import MODELS


@pytest.fixture(scope="module")
def events() -> dict[str, Any]:
    """All sample events of the template's service."""
    files = event_files(ServiceDescription(read_bundles(MODELS)))
    return {name.removesuffix(".json"): json.loads(text) for name, text in files.items()}


def test_a_direct_call_is_answered(events: dict[str, Any], context: Any) -> None:
    """With the predictions of the first model."""
    answer = SERVICE(events["direct"], context)

    assert list(answer["predictions"]) == [events["direct"]["model"]]


def test_of_the_messages_the_second_comes_back(
    events: dict[str, Any], context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is answered."""
    monkeypatch.setenv("ANSWER_QUEUE", "AnswerQueue")

    answer = SERVICE(events["messages"], context)

    failed = [each["itemIdentifier"] for each in answer["batchItemFailures"]]
    assert failed == [events["messages"]["Records"][1]["messageId"]]


def test_a_warm_up_is_answered(events: dict[str, Any], context: Any) -> None:
    """At once."""
    assert SERVICE(events["warm-up"], context) == {"warmup": True}
