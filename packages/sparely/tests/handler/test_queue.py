"""Messages of a queue: what fails comes back, the others are answered once."""

import json
from typing import Any

import boto3
import moto
import pytest

from support.sample_service import SERVICE
from tests.handler.test_telemetry import RISK

GOOD = {"area": "clinic", "model": "high-risk", "instances": [RISK]}


def batch(*bodies: Any, queue: str = "q") -> dict[str, Any]:
    """A batch of messages m0, m1 and so on; a body that is not text is sent as JSON."""
    return {
        "Records": [
            {
                "messageId": f"m{place}",
                "body": body if isinstance(body, str) else json.dumps(body),
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{queue}",
            }
            for place, body in enumerate(bodies)
        ]
    }


def failed(answer: dict[str, Any]) -> list[str]:
    """The messages that come back."""
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on this machine: the answers' queue has a name and no address."""
    monkeypatch.setenv("ANSWER_QUEUE", "AnswerQueue")


@pytest.mark.usefixtures("queue")
def test_of_ten_messages_exactly_the_two_bad_ones_come_back(context: Any) -> None:
    """One that is no JSON, one that does not fit."""
    bodies = [GOOD] * 10
    bodies[3:4], bodies[7:8] = ["no JSON"], [{**GOOD, "instances": [{}]}]  # type: ignore[list-item]

    assert failed(SERVICE(batch(*bodies), context)) == ["m3", "m7"]


@pytest.mark.usefixtures("queue")
@pytest.mark.parametrize(
    "body",
    ["", "[]", "5", '"text"', "null", '{"area": "clinic"}', '{"area": "x", "area": "y"}', '{"area": NaN}', "[" * 9999],
)
def test_a_bad_message_costs_the_others_nothing(body: str, context: Any) -> None:
    """Whatever it is."""
    assert failed(SERVICE(batch(GOOD, body, GOOD), context)) == ["m1"]


@pytest.mark.usefixtures("queue")
def test_of_a_queue_with_order_nothing_overtakes_what_failed(context: Any) -> None:
    """What comes after it comes again too."""
    assert failed(SERVICE(batch(GOOD, {}, GOOD, queue="q.fifo"), context)) == ["m1", "m2"]


@pytest.mark.usefixtures("queue")
def test_on_this_machine_answers_are_printed(context: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """There is no queue to send them to."""
    SERVICE(batch(GOOD), context)

    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert line["answer to"] == "m0"
    assert json.loads(line["body"]) == SERVICE(GOOD, context)


@moto.mock_aws
def test_answers_go_to_their_queue(context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with the name of the message that it answers, more than fit into one call too."""
    client = boto3.client("sqs", region_name="us-east-1")
    url = client.create_queue(QueueName="answers")["QueueUrl"]
    monkeypatch.setenv("ANSWER_QUEUE", url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    came_back = failed(SERVICE(batch(*[GOOD] * 12), context))

    received = []
    while found := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get(
        "Messages"
    ):
        received += found
    names = {each["MessageAttributes"]["request"]["StringValue"] for each in received}
    assert (came_back, names) == ([], {f"m{place}" for place in range(12)})
    assert {each["Body"] for each in received} == {json.dumps(SERVICE(GOOD, context), separators=(",", ":"))}


@moto.mock_aws
def test_messages_whose_answers_cannot_be_sent_come_back(
    context: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says why."""
    monkeypatch.setenv("ANSWER_QUEUE", "https://sqs.us-east-1.amazonaws.com/123456789012/none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    assert failed(SERVICE(batch(GOOD, GOOD), context)) == ["m0", "m1"]
    assert "Answers could not be sent" in caplog.text
