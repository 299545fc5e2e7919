"""What invokes a service's functions beside the API: a direct call, messages of a queue, a table of S3, a warm-up."""

import json
from collections.abc import Mapping
from typing import Any

from sparely.bundle import Bundle

DIRECT, MESSAGES, OBJECT, WARM_UP = "direct", "messages", "object", "warm-up"


def other_events(model: Bundle) -> dict[str, Any]:
    """
    An event for each other way in, by the names of their files.

    The queue's has a message that is answered and one that fails, which comes back. The object's is for the function
    that scores tables: what its queue hands on of a table that was uploaded.
    """
    call = {"area": model.area, "model": model.name, "instances": list(model.instances[:1])}
    return {
        DIRECT: call,
        MESSAGES: {"Records": [_message(1, call), _message(2, {**call, "instances": []})]},
        OBJECT: {"Records": [_told_of(f"in/{model.area}/{model.name}/rows.csv")]},
        WARM_UP: {"warmup": True},
    }


def is_of_object(event: Any) -> bool:
    """Whether an event tells of an object of S3, as the bucket does or the queue behind it."""
    records = event.get("Records") if isinstance(event, Mapping) else None
    if not isinstance(records, list) or not records or not isinstance(records[0], Mapping):
        return False
    if records[0].get("eventSource") != "aws:sqs":
        return records[0].get("eventSource") == "aws:s3"
    try:
        return is_of_object(json.loads(records[0].get("body", "")))
    except (TypeError, ValueError):
        return False


def _told_of(key: str) -> dict[str, Any]:
    """
    A table, as the queue behind its bucket tells of it.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html (read 2026-11-29).
    """
    told = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-11-29T00:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": "service-batchbucket-1", "arn": "arn:aws:s3:::service-batchbucket-1"},
            "object": {"key": key, "size": 1024, "eTag": "d41d8cd98f00b204e9800998ecf8427e", "sequencer": "0"},
        },
    }
    return _message(1, {"Records": [told]})


def _message(number: int, call: Mapping[str, Any]) -> dict[str, Any]:
    """Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html (read 2026-11-28)."""
    return {
        "messageId": f"00000000-0000-4000-8000-{number:012}",
        "receiptHandle": "receipt",
        "body": json.dumps(call, ensure_ascii=False),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:requests",
        "awsRegion": "us-east-1",
    }
