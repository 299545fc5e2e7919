"""From an event to the reply: the table of routes chooses who is asked and which step answers."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from sparely.handler.errors import InternalError, MethodNotAllowed, ServiceError, UnknownRoute
from sparely.handler.request import NotRouted, Request, read_event
from sparely.handler.response import JSON, Answer, check_size, problem, to_gateway
from sparely.handler.telemetry import Timing, begin, end, log_exception, record

PROTOCOL = "/v2/"
"""Where the Open Inference Protocol's paths begin."""
HEALTH = ("/live", "/ready")
"""How the paths end that monitors ask, also without wanting a body."""

# Not of Python 3.12's syntax: an arm64 package is tried out under Python 3.11, the newest there is to emulate.
Models = TypeVar("Models", bound="Opening")
Result = TypeVar("Result")


class Opening(Protocol):
    """
    What routes ask: models, of which those that a request has opened are told once.

    Attributes:
        opened: their paths; emptied when they have been counted.
    """

    @property
    def opened(self) -> list[str]: ...


Finder = Callable[[Models, Mapping[str, str]], Any]
"""Whom a route asks, by the parameters of its path: something with `versions`, or None."""
Responder = Callable[[Request, Any, Models, Timing], Result]
Routes = Mapping[str, tuple[Finder[Models], Responder[Models, Result]]]
Writer = Callable[[Any, Mapping[str, str]], dict[str, Any]]
"""Makes what the gateway is given back, of what a route's step gave and the headers that all answers have."""
Ask = Callable[[Request], tuple[Any, dict[str, Any]]]
"""Answers and records one request: the answer, and the same as a gateway is given it."""


def respond(
    event: Any,
    context: Any,
    routes: Routes[Models, Result],
    models: Models,
    write: Writer = to_gateway,
) -> Any:
    """
    Answer one event: a gateway's request, payload format 1.0 or 2.0, or what else `other_events` takes.

    Args:
        write: for routes whose answers are more than `Answer`; such others are logged and counted where they were made.

    Raises:
        UnknownEvent: it is none of them, so nobody waits for an HTTP answer.
    """
    try:
        return _respond(event, context, routes, models, write)
    finally:
        end()


def _respond(event: Any, context: Any, routes: Routes[Models, Result], models: Models, write: Writer) -> Any:
    timing = Timing()
    try:
        request = read_event(event, context.aws_request_id)
        if not request.route:
            from sparely.handler.paths import routed_url

            request = routed_url(request, event, routes)
        return reply_to(request, routes, models, write, timing)[1]
    except NotRouted as error:
        lookalike = str(error)
    from sparely.handler.other_events import answer_other  # no request of a gateway needs it

    def ask(request: Request) -> tuple[Result | Answer, dict[str, Any]]:
        return reply_to(request, routes, models, write, Timing())

    return answer_other(event, context, routes, ask, lookalike)


def reply_to(
    request: Request, routes: Routes[Models, Result], models: Models, write: Writer, timing: Timing
) -> tuple[Result | Answer, dict[str, Any]]:
    """
    Answer one request and record it; a fault is an answer too.

    Returns:
        The answer, and the same as the gateway is given it.

    Raises:
        NotRouted: the event only looks like a gateway's request.
    """
    headers = {"x-request-id": request.id}
    try:
        result, versions = answer(request, routes, models, timing)
        if versions:
            headers["x-model-version"] = versions
        reply = write(result, headers)
        check_size(reply)
    except Exception as error:
        result = _fault_of(error, request)
        reply = to_gateway(result, headers)
    timing.finish()
    if isinstance(result, Answer):
        record(request.route, request.id, result, timing, request.is_golden)
    reply["headers"]["server-timing"] = timing.header()
    return result, reply


def answer(
    request: Request,
    routes: Routes[Models, Result],
    models: Models,
    timing: Timing,
) -> tuple[Result | Answer, str]:
    """
    Answer one request; a fault is an answer too.

    Returns:
        The answer, and the versions of the models that were asked, such as `churn=b8f13997e954`; empty where
        none was.
    """
    versions = ""
    begin(request.id)
    try:
        if request.path.startswith(PROTOCOL) and request.path.endswith("/"):
            from sparely.handler.paths import routed  # a client that asks for `/v2/`, which is no route of a gateway's

            request = routed(request, routes, is_encoded=False)
        find, step = _chosen(request, routes)
        target = find(models, request.parameters)
        if models.opened:
            timing.mark("load")
            timing.opened = len(models.opened)
            models.opened.clear()
        if target:
            versions = target.versions
        return step(request, target, models, timing), versions
    except Exception as error:
        return _fault_of(error, request), versions


def _fault_of(error: Exception, request: Request) -> Answer:
    """
    What was raised, as the caller is told; the cause of what nobody foresaw goes to the log.

    In the media type of the request's dialect: clients of `/v2` read a fault only where it is JSON's own.
    """
    if isinstance(error, ServiceError):
        answered = problem(error)
    else:
        from sparely.handler.other_events import misfit

        if found := misfit(request):  # what no gateway sends is looked for only where it did harm
            raise NotRouted(found) from None
        log_exception("The request failed")
        answered = problem(InternalError())
    return answered._replace(media_type=JSON) if f"{request.path}/".startswith(PROTOCOL) else answered


def of_no_model(models: Any, parameters: Mapping[str, str]) -> None:
    """The finder of a route that asks no model."""


def _chosen(request: Request, routes: Mapping[str, tuple[Any, Any]]) -> tuple[Any, Any]:
    if request.route in routes:
        return routes[request.route]
    template = request.route.partition(" ")[2]
    allowed = [route.partition(" ")[0] for route in routes if route.partition(" ")[2] == template]
    if "GET" in allowed and template.startswith(PROTOCOL) and template.endswith(HEALTH):
        if request.method == "HEAD":
            find, step = routes[f"GET {template}"]
            return find, lambda *asked: step(*asked)._replace(document=None)
        allowed.append("HEAD")
    if allowed:
        raise MethodNotAllowed(request.method, request.path, allowed)
    raise UnknownRoute(request.method, request.path)
