"""A prediction without HTTP: `lambda:Invoke` with `{"area": ..., "model": ..., "instances": [...]}`."""

import json
from collections.abc import Mapping
from typing import Any

from sparely.handler.dispatch import Ask
from sparely.handler.errors import DoesNotFit, Fault, NotJson, ServiceError
from sparely.handler.request import Request
from sparely.handler.response import Answer, encode, problem
from sparely.handler.telemetry import Timing, record
from sparely.handler.validation import show

NAMES = ("area", "model")
JSON = {"content-type": "application/json"}
TOO_LARGE = 10**400
"""A number that no float holds, and JSON does."""


def is_direct(event: Mapping[str, Any]) -> bool:
    """Whether an event asks models for predictions by itself: by two of its three names, what lacks is told."""
    return ("instances" in event) + ("area" in event) + ("model" in event) > 1


def answer_direct(event: Mapping[str, Any], request_id: str, ask: Ask) -> Any:
    """
    Answer with the body that HTTP's answer has, predictions or problem document, as a plain object.

    It is recorded as HTTP's is.
    """
    return answered(event, request_id, ask)[1]


def answered(document: Mapping[str, Any], request_id: str, ask: Ask) -> tuple[int, Any]:
    """The status and the body of the answer to `POST /predict/{area}` or `/predict/{area}/{model}`."""
    timing = Timing()
    try:
        request = _request(document, request_id)
    except (DoesNotFit, NotJson) as error:
        return refuse(error, request_id, timing)
    result, reply = ask(request)
    return reply["statusCode"], result.document if isinstance(result, Answer) else json.loads(reply["body"])


def refuse(error: ServiceError, request_id: str, timing: Timing) -> tuple[int, Any]:
    """Record the fault of a document that makes no request, as that of one would be; its status and body."""
    fault = problem(error)
    timing.finish()
    record("POST /predict/{area}/{model}", request_id, fault, timing)
    return fault.status, fault.document


def _request(document: Mapping[str, Any], request_id: str) -> Request:
    names = {name: document[name] for name in NAMES if name in document}
    faults = [
        Fault(f"/{name}", f"{name} is {show(value)}; expected a string.")
        for name, value in names.items()
        if not isinstance(value, str)
    ]
    if "area" not in names:
        faults.append(Fault("", "area is missing; expected a string."))
    if faults:
        raise DoesNotFit(faults)
    body = _written({name: value for name, value in document.items() if name not in NAMES})
    return Request(
        route="POST /predict/" + "/".join(f"{{{name}}}" for name in NAMES if name in names),
        method="POST",
        path="/predict/" + "/".join(names[name] for name in NAMES if name in names),
        parameters=names,
        headers=JSON,
        body=body,
        is_base64=False,
        id=request_id,
    )


def _written(document: Mapping[str, Any]) -> str:
    """
    The document as the JSON that it was read from.

    A number such as 1e999 has become infinite on the way; it is written as one that is as much too large.

    Raises:
        NotJson: there is NaN in it, which Python's parser takes and JSON has not.
    """
    try:
        return encode(document)
    except ValueError:
        return encode(json.loads(json.dumps(document), parse_constant=_too_large))


def _too_large(name: str) -> int:
    if name == "NaN":
        raise NotJson("NaN and Infinity are not JSON numbers")
    return TOO_LARGE if name == "Infinity" else -TOO_LARGE
