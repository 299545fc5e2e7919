"""What invokes the function beside the API: the same predictions by a direct call and by a queue, and a warm-up."""

import json
from collections.abc import Mapping
from typing import Any

from sparely.bundle import Bundle

DIRECT, MESSAGES, WARM_UP = "direct", "messages", "warm-up"


def other_events(model: Bundle) -> dict[str, Any]:
    """
    An event for each other way in, by the names of their files.

    The queue's has a message that is answered and one that fails, which comes back.
    """
    call = {"area": model.area, "model": model.name, "instances": list(model.instances[:1])}
    return {
        DIRECT: call,
        MESSAGES: {"Records": [_message(1, call), _message(2, {**call, "instances": []})]},
        WARM_UP: {"warmup": True},
    }


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
