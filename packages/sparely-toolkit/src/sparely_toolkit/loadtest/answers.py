"""Whether an answer is right: the status is not enough, the predictions are compared with the golden ones."""

import json
from collections.abc import Mapping
from typing import Any

from sparely.agreement import answer_differences
from sparely_toolkit.loadtest.instances import OK, Question

NO_ANSWER = "no answer"
THROTTLED = "throttled"
WRONG = "wrong answer"
FAILED = "no answer from the function"
FAILED_OR_THROTTLED = "throttled or no answer from the function"

# What API Gateway answers when the function may not run once more. An HTTP API says the same of its own timeout;
# a REST API the same of some failures: no client can tell them apart.
# Source: local/faults.py, which names AWS' pages.
_THROTTLES: tuple[tuple[int, str], ...] = ((503, "Service Unavailable"), (500, "Internal server error"))
# A REST API of this template words all of its failures so, throttled calls too: contract/gateway_faults.py.
_NO_ANSWER = (502, "urn:problem-type:no-answer")


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
    if status == _NO_ANSWER[0] and _is_no_answer(body):
        return FAILED_OR_THROTTLED
    if status != OK:
        return f"status {status}"
    return None if _is_right(question, body) else WRONG


def _is_gateways_throttle(status: int, body: bytes) -> bool:
    document = _document(body)
    return isinstance(document, dict) and (status, document.get("message")) in _THROTTLES and len(document) == 1


def _is_no_answer(body: bytes) -> bool:
    document = _document(body)
    return isinstance(document, dict) and document.get("type") == _NO_ANSWER[1]


def told_apart(failures: Mapping[str, int], throttled: int) -> dict[str, int]:
    """Failures by kind, those that one answer stands for told apart by how many the server throttled."""
    unclear = failures.get(FAILED_OR_THROTTLED, 0)
    of_these = max(0, min(unclear, throttled - failures.get(THROTTLED, 0)))
    counts = {kind: count for kind, count in failures.items() if kind != FAILED_OR_THROTTLED}
    found = {THROTTLED: counts.get(THROTTLED, 0) + of_these, FAILED: unclear - of_these}
    return counts | {kind: count for kind, count in found.items() if count}


def _is_right(question: Question, body: bytes) -> bool:
    differences = answer_differences(question.expected, OK, _document(body), question.tolerances)
    return next(differences, None) is None


def _document(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
