"""The service's routes with its owner's: own steps around them, own routes among them; loaded where there are some."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sparely.exchange import NOTHING, After, Before, OwnRoute
from sparely.exchange import Answer as OwnersAnswer
from sparely.exchange import Request as OwnersRequest
from sparely.handler.dispatch import of_no_model
from sparely.handler.errors import DoesNotFit, Fault, InternalError, ServiceError
from sparely.handler.registry import Registry
from sparely.handler.request import Request
from sparely.handler.response import Answer, encode
from sparely.handler.routes import ROUTES, Finder, Responder, most_parts
from sparely.handler.telemetry import Timing, log_failure
from sparely.steps import Refused

KEY = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/|(/[A-Za-z0-9._~-]+|/\{[A-Za-z0-9_]+\})+)")
FAULT = 400
OF_MODELS = ("predict", "v2")
LEAST_STATUS, LARGEST_STATUS = 200, 599

Routes = dict[str, tuple[Finder, Responder]]


class Unanswerable(Exception):
    """An owner's function gave what is no request and no answer; the sentence is for the log."""


def check_key(key: str, known: Mapping[str, Any]) -> None:
    """
    Look whether a route can be added.

    Raises:
        ValueError: it is not written as a method and a path, is there already, or lies where a gateway or the models
            have something else.
    """
    if not KEY.fullmatch(key):
        raise ValueError(f'"{key}" is no route; write it as "GET /segments" or "POST /segments/{{name}}".')
    if key in known:
        raise ValueError(f'There is a route "{key}" already; choose another path.')
    parts = _parts(key)
    if parts[0] in OF_MODELS:
        raise ValueError(f'"{key}" lies below /{parts[0]}, which is the models\'; choose another path.')
    names = [part for part in parts if part[:1] == "{"]
    if len({*names}) < len(names):
        raise ValueError(f'"{key}" has a name twice; write each once.')
    for other in known:
        # At one place a REST API takes a name of one kind.
        for mine, theirs in zip(parts, _parts(other), strict=False):
            if mine != theirs:
                if mine[:1] == theirs[:1] == "{":
                    raise ValueError(f'"{key}" has {mine} where "{other}" has {theirs}; write the same name in both.')
                break


def _parts(key: str) -> list[str]:
    return key.partition(" ")[2][1:].split("/")


def with_own(
    registry: Registry, before: Sequence[Before], after: Sequence[After], own: Mapping[str, OwnRoute]
) -> Routes:
    """
    The route table of a service with its owner's code.

    `before` runs in the order in which it was given, once the route is known, and may end it with an answer; `after`
    runs on answers that are no faults.
    """
    limit = most_parts(registry.most_columns)
    routes: Routes = {**ROUTES, **{key: (of_no_model, _route(each, limit)) for key, each in own.items()}}
    if not before and not after:
        return routes
    return {key: (find, _around(step, before, after, limit)) for key, (find, step) in routes.items()}


def _route(own: OwnRoute, limit: int) -> Responder:
    def answer(request: Request, target: None, registry: Registry, timing: Timing) -> Answer:
        result = _called(own.function, OwnersRequest(request, limit))
        timing.mark("route")
        if isinstance(result, OwnersAnswer):
            return _checked(own.function, Answer(200, None, is_own=True), result)
        if result is None:
            raise _unanswerable(own.function, "returned nothing; where there is no body, return Answer(None)")
        if type(result) is tuple:
            raise _unanswerable(
                own.function, "returned a tuple; for a status or headers, return Answer(document, status)"
            )
        return _checked(own.function, Answer(200, None, is_own=True), OwnersAnswer(result))

    return answer


def _around(step: Responder, before: Sequence[Before], after: Sequence[After], limit: int) -> Responder:
    def answer(request: Request, target: Any, registry: Registry, timing: Timing) -> Answer:
        received = OwnersRequest(request, limit)
        for function in before:
            result = _called(function, received)
            if isinstance(result, OwnersAnswer):
                return _checked(function, Answer(200, None, is_own=True), result)
            if not isinstance(result, OwnersRequest):
                raise _unanswerable(function, "returned neither the request nor an Answer")
            received = result
        if before:
            timing.mark("before")
        answered = step(received.received, target, registry, timing)
        if answered.status >= FAULT or not after:
            return answered
        for function_after in after:
            given = OwnersAnswer(answered.document, answered.status, answered.headers)
            result = _called(function_after, received, given)
            if not isinstance(result, OwnersAnswer):
                raise _unanswerable(function_after, "returned no Answer")
            answered = _checked(function_after, answered, result)
            if answered.status >= FAULT:
                break
        timing.mark("after")
        return answered

    return answer


def _called(function: Callable[..., Any], *arguments: Any) -> Any:
    """What an owner's function gave; what it raised is the caller's fault where it says so, else the service's."""
    try:
        return function(*arguments)
    except Refused as refused:
        raise DoesNotFit([Fault("", f"{refused.reason.rstrip('.')}.")]) from None
    except ServiceError:
        raise
    except (Exception, SystemExit) as error:
        log_failure("The service's own code failed", error, function)
        raise InternalError from error


def _checked(function: Callable[..., Any], answer: Answer, result: OwnersAnswer) -> Answer:
    """The answer with what an owner's function made of it, which JSON and HTTP must carry; it is encoded once, here."""
    document, status, headers = result
    if not isinstance(status, int) or not LEAST_STATUS <= status <= LARGEST_STATUS:
        raise _unanswerable(function, f"gave an Answer of status {status!r}; expected a number from 200 to 599")
    if headers is not answer.headers and headers is not NOTHING:
        headers = _headers(function, headers)
    try:
        text = encode(document)
        text.encode()  # half of a character outside of the basic plane is no text
    except Exception as error:
        log_failure("The service's own code answers no JSON", error, function)
        raise InternalError from error
    _, _, _, media_type, rows, outside, is_own, _ = answer
    return Answer(status, document, headers, media_type, rows, outside, is_own, text)


def _headers(function: Callable[..., Any], headers: Any) -> Mapping[str, str]:
    """By their names in lower case, as the gateway sends them on."""
    if not isinstance(headers, Mapping):
        raise _unanswerable(function, f"gave an Answer with headers {headers!r}; expected a dictionary")
    for name, value in headers.items():
        if not (isinstance(name, str) and isinstance(value, str) and value.isprintable()):
            raise _unanswerable(function, f"gave an Answer with header {name}: {value!r}; expected text of one line")
    return {name.lower(): value for name, value in headers.items()}


def _unanswerable(function: Callable[..., Any], problem: str) -> InternalError:
    name = getattr(function, "__name__", "a function")
    try:
        raise Unanswerable(f"{name} {problem}.")
    except Unanswerable as error:
        log_failure("The service's own code failed", error, function)
    return InternalError()
