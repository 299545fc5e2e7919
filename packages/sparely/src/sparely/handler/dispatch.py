"""From a routed request to its answer: the table of routes chooses who is asked and which step answers."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sparely.handler.errors import InternalError, MethodNotAllowed, ServiceError, UnknownRoute
from sparely.handler.request import Request
from sparely.handler.response import Answer, problem
from sparely.handler.telemetry import Timing, log_exception

# Not of Python 3.12's syntax: an arm64 package is tried out under Python 3.11, the newest there is to emulate.
Models = TypeVar("Models")
Given = TypeVar("Given")

Finder = Callable[[Models, Mapping[str, str]], Any]
"""Whom a route asks, by the parameters of its path: something with `versions`, or None."""
Responder = Callable[[Request, Any, Models, Timing], Given]


def answer(
    request: Request,
    routes: Mapping[str, tuple[Finder[Models], Responder[Models, Given]]],
    models: Models,
    timing: Timing,
) -> tuple[Given | Answer, str]:
    """
    Answer one request; a fault is an answer too.

    Returns:
        The answer, and the versions of the models that were asked, such as `high-risk=b8f13997e954`; empty where
        none was.
    """
    versions = ""
    try:
        find, respond = _chosen(request, routes)
        asked = find(models, request.parameters)
        if asked:
            versions = asked.versions
        return respond(request, asked, models, timing), versions
    except Exception as error:
        return fault(error, request.id), versions


def fault(error: Exception, request_id: str) -> Answer:
    """What was raised, as the caller is told; the cause of what nobody foresaw goes to the log."""
    if isinstance(error, ServiceError):
        return problem(error)
    log_exception("The request failed", request_id=request_id)
    return problem(InternalError())


def of_no_model(models: Any, parameters: Mapping[str, str]) -> None:
    """The finder of a route that asks no model."""


def _chosen(request: Request, routes: Mapping[str, tuple[Any, Any]]) -> tuple[Any, Any]:
    if request.route in routes:
        return routes[request.route]
    template = request.route.partition(" ")[2]
    allowed = [route.partition(" ")[0] for route in routes if route.partition(" ")[2] == template]
    if allowed:
        raise MethodNotAllowed(request.method, request.path, allowed)
    raise UnknownRoute(request.method, request.path)
