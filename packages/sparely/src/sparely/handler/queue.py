"""Messages of a queue, each a direct call's document: what fails comes back, the answers go to a queue of their own."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from sparely.handler.body import read_json
from sparely.handler.direct import JSON, answered, refuse
from sparely.handler.dispatch import Ask
from sparely.handler.errors import DoesNotFit, Fault, ServiceError
from sparely.handler.request import Request
from sparely.handler.response import encode
from sparely.handler.telemetry import Timing, log_exception
from sparely.handler.validation import show

FAULT = 400
SENT_AT_ONCE = 10
# A batch may hold as much as one message. Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
# API_SendMessageBatch.html, "1 MiB (1,048,576 bytes)" (read 2026-11-28); attributes count too.
MOST_BYTES = 2**20 - 2**14


def takes_messages() -> bool:
    """Whether the template has a queue in front of the function."""
    return bool(os.environ.get("ANSWER_QUEUE"))


def is_queue(event: Mapping[str, Any]) -> bool:
    """Whether an event is a batch of a queue's messages."""
    records = event.get("Records")
    return isinstance(records, list) and bool(records) and all(map(_is_message, records))


def _is_message(record: Any) -> bool:
    return (
        isinstance(record, dict)
        and record.get("eventSource") == "aws:sqs"
        and isinstance(record.get("messageId"), str)
        and isinstance(record.get("body", ""), str)
    )


def answer_messages(event: Mapping[str, Any], ask: Ask) -> dict[str, Any]:
    """
    Answer each message, and name those that failed, which the queue gives again and then keeps as dead letters.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html (read 2026-11-28).
    """
    failed: list[str] = []
    answers: list[tuple[str, str]] = []
    for message in event["Records"]:
        name = message["messageId"]
        if failed and str(message.get("eventSourceARN")).endswith(".fifo"):
            failed.append(name)  # or it would overtake the one that failed
            continue
        status, document = _answer(message, ask)
        if status >= FAULT:
            failed.append(name)
        else:
            answers.append((name, encode(document)))
    failed += _send(os.environ["ANSWER_QUEUE"], answers)
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


def _answer(message: Mapping[str, Any], ask: Ask) -> tuple[int, Any]:
    name = message["messageId"]
    timing = Timing()
    try:
        document = read_json(_request(message), most_parts=MOST_BYTES)  # no message is larger
        if not isinstance(document, dict):
            raise DoesNotFit(
                [Fault("", f"The message is {show(document)}; expected an object with area and instances.")]
            )
    except ServiceError as error:
        return refuse(error, name, timing)
    return answered(document, name, ask)


def _request(message: Mapping[str, Any]) -> Request:
    return Request("", "POST", "", {}, JSON, message.get("body") or "", is_base64=False, id=message["messageId"])


def _send(queue: str, answers: Sequence[tuple[str, str]]) -> list[str]:
    """Send the answers on; the names of those that could not be sent, so that their messages come again."""
    if not queue.startswith("https://"):  # this machine: there is no queue behind the name
        for name, body in answers:
            print(encode({"answer to": name, "body": body}))  # noqa: T201
        return []
    failed = []
    for batch in _batches(answers):
        entries = [
            {
                "Id": str(place),
                "MessageBody": body,
                "MessageAttributes": {"request": {"DataType": "String", "StringValue": name}},
            }
            for place, (name, body) in enumerate(batch)
        ]
        try:
            refused = _client().send_message_batch(QueueUrl=queue, Entries=entries).get("Failed", ())
        except Exception:
            log_exception("Answers could not be sent", messages=[name for name, _ in batch])
            refused = entries
        failed += [batch[int(each["Id"])][0] for each in refused]
    return failed


def _batches(answers: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Parts of at most ten answers that fit into one call; one that is too large alone is its own part."""
    batches: list[list[tuple[str, str]]] = []
    room = 0
    for name, body in answers:
        size = len(body.encode())
        if not batches or size > room or len(batches[-1]) == SENT_AT_ONCE:
            batches.append([])
            room = MOST_BYTES
        batches[-1].append((name, body))
        room -= size
    return batches


def _client() -> Any:
    # The runtime's own; no request loads it, and it takes a third of a second.
    import boto3

    return boto3.client("sqs")
