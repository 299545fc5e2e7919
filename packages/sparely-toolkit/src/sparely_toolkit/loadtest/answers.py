"""Whether an answer is right: the status is not enough, the predictions are compared with the golden ones."""

import json
from typing import Any

from sparely.agreement import answer_differences
from sparely_toolkit.loadtest.instances import OK, Question

NO_ANSWER = "no answer"
THROTTLED = "throttled"
WRONG = "wrong answer"

# What API Gateway answers when the function may not run once more. An HTTP API says the same of its own timeout;
# a REST API the same of some failures: no client can tell them apart.
# Source: local/faults.py, which names AWS' pages.
_THROTTLES: tuple[tuple[int, str], ...] = ((503, "Service Unavailable"), (500, "Internal server error"))


def failure(question: Question, status: int, body: bytes) -> str | None:
    """
    Name what is wrong with an answer; the same fault always gets the same name, so that failures can be counted.

    Args:
        status: the HTTP status; 0 where there was no answer.
    """
    if status == 0:
        return NO_ANSWER
    if status == 429 or _is_gateways_throttle(status, body):
        return THROTTLED
    if status != OK:
        return f"status {status}"
    return None if _is_right(question, body) else WRONG


def _is_gateways_throttle(status: int, body: bytes) -> bool:
    document = _document(body)
    return isinstance(document, dict) and (status, document.get("message")) in _THROTTLES and len(document) == 1


def _is_right(question: Question, body: bytes) -> bool:
    differences = answer_differences(question.expected, OK, _document(body), question.tolerances)
    return next(differences, None) is None


def _document(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
