"""The sample events of other ways in than the API, each in the function."""

import json
from pathlib import Path
from typing import Any

import pytest

from sparely.bundle import read_bundles
from sparely_toolkit.contract.description import ServiceDescription
from sparely_toolkit.contract.other_events import is_of_object
from sparely_toolkit.contract.sample_events import event_files
from sparely_toolkit.problems import ExitCode
from support.command_line import Sparely, sparely  # noqa: F401  # pytest finds the fixture here
from support.sample_service import SERVICE
from support.services import MODELS, baked


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


def test_a_table_of_s3_lies_in_the_folder_of_its_model(events: dict[str, Any]) -> None:
    """Where the function that scores it looks for the model's name."""
    (message,) = events["object"]["Records"]
    (told,) = json.loads(message["body"])["Records"]

    assert told["s3"]["object"]["key"] == f"in/{events['direct']['area']}/{events['direct']['model']}/rows.csv"


def test_what_tells_of_an_object_is_known(events: dict[str, Any]) -> None:
    """As the bucket says it, and as the queue hands it on."""
    told = json.loads(events["object"]["Records"][0]["body"])

    assert [name for name, event in events.items() if is_of_object(event)] == ["object"]
    assert is_of_object(told)


def test_on_this_machine_a_table_of_s3_is_scored_by_another_command(
    events: dict[str, Any],
    tmp_path: Path,
    sparely: Sparely,  # noqa: F811
) -> None:
    """There is no bucket here; one sentence says what to do."""
    file = tmp_path / "object.json"
    file.write_text(json.dumps(events["object"]), "utf-8")

    outcome = sparely("invoke", file, service=baked().root)

    assert outcome.exit_code == ExitCode.WRONG_CALL
    assert outcome.err == (
        f"{file} tells of a table in a bucket, which is on AWS alone, as BatchFunction is that scores it there; "
        "make score MODEL=area/name FILE=rows.csv scores a table here.\n"
    )
