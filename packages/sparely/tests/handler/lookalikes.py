"""Events that look like a gateway's request, or a queue's batch, and are none: what no service of AWS sends."""

import copy
import random
from collections.abc import Iterator, Mapping
from typing import Any

from sparely_toolkit.contract.sample_events import event

BODY = '{"instances": [{}]}'
PATH = "/predict/clinic/high-risk"
HTTP, REST, URL = (event("POST", PATH, BODY, payload=payload) for payload in ("2.0", "1.0", "url"))
BALANCER = {
    "requestContext": {
        "elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/a/1"}
    },
    "httpMethod": "POST",
    "path": PATH,
    "multiValueQueryStringParameters": {"a": ["1", "2"]},
    "multiValueHeaders": {"content-type": ["application/json"], "host": ["a"]},
    "body": BODY,
    "isBase64Encoded": False,
}
QUEUE = {
    "Records": [
        {
            "messageId": f"m{place}",
            "body": '{"area": "clinic", "model": "high-risk", "instances": [{}]}',
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:q",
        }
        for place in range(2)
    ]
}
DIRECT = {"area": "clinic", "model": "high-risk", "instances": [{}]}

WHOLE: Mapping[str, dict[str, Any]] = {
    "http": HTTP,
    "rest": REST,
    "url": URL,
    "balancer": BALANCER,
    "queue": QUEUE,
    "direct": DIRECT,
}
JUNK: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, float("nan"), 10**30, "", "x", "%", "\ud800", "a\nb", "\0"),
    *([], [None], ["x"], [{}], {}, {"a": None}, {"": []}, {"\n": 1}),
)


def lookalikes(seed: int, count: int) -> Iterator[Any]:
    """Give whole events, each with one to three members lost or replaced."""
    choose = random.Random(seed)
    for _ in range(count):
        changed = copy.deepcopy(choose.choice(list(WHOLE.values())))
        for _ in range(choose.choice((1, 1, 1, 2, 3))):
            _change(changed, choose)
        yield changed


def _change(event: dict[str, Any], choose: random.Random) -> None:
    """Lose or replace one member, at whatever depth."""
    holder: Any = event
    key: Any = choose.choice(list(holder) or [""])
    while (
        isinstance(holder.get(key) if isinstance(holder, dict) else holder[key], dict | list) and choose.random() < 0.6
    ):
        inner = holder[key]
        if not inner:
            break
        holder, key = inner, choose.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
    if isinstance(holder, dict) and choose.random() < 0.4:
        holder.pop(key, None)
    else:
        holder[key] = copy.deepcopy(choose.choice(JUNK))  # which the next change may change too
