"""
A service of the models in one package: from API Gateway's event to the answer that it is given back.

The gateway has routed already; its route key chooses what happens, in `handler.routes`.
"""

import os
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sparely.collector import Paused
from sparely.handler.dispatch import respond
from sparely.handler.registry import Registry, load_models
from sparely.handler.routes import ROUTES

if TYPE_CHECKING:
    from sparely.exchange import After, Before, OwnRoute, RouteFunction

TAKES_SNAPSHOT = os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"
"""Whether this init is the one whose memory many execution environments start from."""


class Service:
    """
    What Lambda calls: `lambda_handler = Service(__file__)` in src/handler/app.py.

    What a service does around its models is added by decorators, once at init, in the order of the file:

        @service.before
        def with_segment(request: Request) -> Request: ...

        @service.after
        def with_currency(request: Request, answer: Answer) -> Answer: ...

        @service.route("GET /segments")
        def segments(request: Request) -> dict[str, Any]: ...

    A service that uses none of them pays nothing for them.

    Attributes:
        registry: the models, opened once per execution environment.
        models: the folder that they are in.
    """

    def __init__(self, app: str) -> None:
        """
        Open the models of a service.

        Args:
            app: the file of its handler, <package>/handler/app.py; the models are in <package>/models.

        Raises:
            ModelLoadError: a file of a model is missing, altered or unreadable, or two models contradict each other.
        """
        package = os.path.dirname(os.path.dirname(os.path.abspath(app)))
        self.models = os.path.join(package, "models")
        with Paused():
            self.registry: Registry = load_models(self.models)
        if TAKES_SNAPSHOT:
            from sparely.handler.snapshot import renew_after_restore

            renew_after_restore()
        self._routes: Mapping[str, Any] = ROUTES
        self._before: tuple[Before, ...] = ()
        self._after: tuple[After, ...] = ()
        self._own: dict[str, OwnRoute] = {}

    def __call__(self, event: Any, context: Any) -> Any:
        """
        Answer one event.

        Requests of API Gateway, payload format 1.0 or 2.0, of a function URL or of a load balancer; a direct call with
        `{"area": ..., "model": ..., "instances": [...]}`; messages of a queue where the template has one;
        `{"warmup": true}` and a schedule's at once.

        Raises:
            UnknownEvent: it is none of them.
        """
        return respond(event, context, self._routes, self.registry)

    @property
    def own_routes(self) -> "Mapping[str, OwnRoute]":
        """The owner's routes by their keys."""
        return MappingProxyType(self._own)

    @property
    def has_own_steps(self) -> bool:
        """Whether requests go through functions of the owner's before or after the models."""
        return bool(self._before or self._after)

    def before(self, function: "Before") -> "Before":
        """
        Have a function see every request before its route does, own routes among them.

        It returns the request, `request.with_document(...)` for another body, or an `Answer` that ends it there. It
        may raise `Refused`, which is a 422; what else it raises is a 500 that the log has with file and line.
        """
        self._before += (function,)
        self._renew()
        return function

    def after(self, function: "After") -> "After":
        """
        Have a function see every answer that is no fault, and return it or another.

        What it raises is a 500 that the log has with file and line.
        """
        self._after += (function,)
        self._renew()
        return function

    def route(
        self,
        key: str,
        *,
        response: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        example: Mapping[str, str] | None = None,
    ) -> "Callable[[RouteFunction], RouteFunction]":
        """
        Have a function answer a route of one's own; `make contract` brings it into the contract and the gateway.

        The function's docstring describes it there. It takes the `Request` and returns what becomes the body of a 200,
        or an `Answer`, such as one of another status or without a body; it may raise `Refused`, which is a 422; what
        else it raises is a 500 that the log has with file and line.

        Args:
            key: method and path, such as `GET /segments` or `POST /segments/{name}`.
            response: JSON schema of the body of a 200, for the contract.
            body: JSON schema of the body that it takes, for the contract; nothing is checked against it here. Its
                `example`, where it has one, is sent by the event in events/ of a route that is not GET.
            example: a good value for each name in the path, for the contract and the event in events/.

        Raises:
            ValueError: the key is no route, or there is that route already.
        """
        from sparely.exchange import OwnRoute
        from sparely.handler.own_routes import check_key

        def add(function: "RouteFunction") -> "RouteFunction":
            check_key(key, {**ROUTES, **self._own})
            self._own[key] = OwnRoute(key, function, response, body, example or {})
            self._renew()
            return function

        return add

    def restored(self, function: "Callable[[], object]") -> "Callable[[], object]":
        """
        Have a function called in every execution environment that starts from a snapshot, before its first request.

        For what was made at init and may not be the same everywhere, or gets old: a connection, a token, a table of a
        day. Without SnapStart it is never called. What it raises ends the environment; it has 10 s with all others.
        """
        if TAKES_SNAPSHOT:
            from sparely.handler.snapshot import call_after_restore

            call_after_restore(function)
        return function

    def _renew(self) -> None:
        from sparely.handler.own_routes import with_own

        self._routes = with_own(self.registry, self._before, self._after, self._own)
