"""Requests to the service that runs here, and what they are answered."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sparely.bundle import Bundle
from sparely.check.dialects import Question
from sparely.check.dialects import wrong_answers as wrong_answers_of
from sparely.check.target import Reply

TIMEOUT_S = 60
FUNCTION_ERROR = "x-amz-function-error"


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What came back.

    Attributes:
        headers: by their names in lower case.
        document: the body as JSON, or as text where it is none.
    """

    status: int
    headers: Mapping[str, str]
    document: Any


Ask = Callable[..., Answer]
"""`ask(method, path, document=None)`."""
Invoke = Callable[[Mapping[str, Any]], Answer]
"""`invoke(event)`."""


def sender(url: str) -> Ask:
    """What sends requests there."""

    def ask(method: str, path: str, document: Any = None) -> Answer:
        body = None if document is None else json.dumps(document).encode()
        headers = {} if body is None else {"content-type": "application/json"}
        request = urllib.request.Request(f"{url}{path}", body, headers, method=method)  # noqa: S310  # loopback
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as reply:  # noqa: S310
                return _answer(reply.status, dict(reply.headers), reply.read())
        except urllib.error.HTTPError as error:
            with error:
                return _answer(error.code, dict(error.headers), error.read())

    return ask


def invoker(ask: Ask, function: str) -> Invoke:
    """What hands the function of a service its events, by Lambda's own Invoke."""

    def invoke(event: Mapping[str, Any]) -> Answer:
        reply = ask("POST", f"/2015-03-31/functions/{function}/invocations", event)
        if reply.status != 200 or FUNCTION_ERROR in reply.headers:
            raise AssertionError(f"The function failed: {reply.document}")
        answer = reply.document
        if "statusCode" not in answer:  # no request of a gateway: a plain object, which says a fault's status itself
            return Answer(answer.get("status", 200), {}, answer)
        return _answer(answer["statusCode"], answer["headers"], answer["body"].encode())

    return invoke


def wrong_answers(ask: Ask, model: Bundle) -> list[str]:
    """
    Ask a model its golden rows, at /predict and in tensors at /v2, and say what is not the golden answer.

    It is the estimator's, with what the model's and the service's own steps make of it at /predict, as the check of a
    new version asks it. The tolerance is the model's own, that of the gate by which it came in.
    """

    def asked(question: Question) -> Reply:
        answer = ask("POST", question.path, question.document)
        return Reply(0.0, answer.status, answer.document)

    return wrong_answers_of(model, asked)


def _answer(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    named = {name.lower(): value for name, value in headers.items()}
    try:
        return Answer(status, named, json.loads(body) if body else None)
    except ValueError:
        return Answer(status, named, body.decode())
