"""API Gateway's choice of a route for a method and a path, from an OpenAPI body."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
EVERY = {method.upper() for method in METHODS}
"""What a route for ANY method takes: API Gateway knows no TRACE and no CONNECT."""

ANY_METHOD = "x-amazon-apigateway-any-method"
INTEGRATION = "x-amazon-apigateway-integration"


@dataclass(frozen=True)
class Route:
    """One method of one path of the API, and the integration behind it."""

    method: str
    path: str
    integration: Mapping[str, Any]
    operation: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The HTTP API's route key, such as `POST /predict/{area}`."""
        return "$default" if self.path == "$default" else f"{self.method} {self.path}"

    @cached_property
    def refuses(self) -> bool:
        """Whether it is there to say no: for any method, or with responses of which none is a success."""
        statuses = self.operation.get("responses", ())
        return self.method == "ANY" or (bool(statuses) and not any(str(each).startswith("2") for each in statuses))


@dataclass(frozen=True)
class Match:
    """A route with the values of its path parameters, percent-encoded as the client sent them."""

    route: Route
    path_parameters: Mapping[str, str]


def read(body: Mapping[str, Any]) -> tuple[Route, ...]:
    """List the routes of an OpenAPI body in its own order."""
    return tuple(
        Route(
            method="ANY" if name == ANY_METHOD else name.upper(),
            path=path,
            integration=operation.get(INTEGRATION, {}),
            operation=operation,
        )
        for path, item in body["paths"].items()
        for name, operation in item.items()
        if name == ANY_METHOD or name in METHODS
    )


class RouteTable:
    """
    Finds the route of a request.

    The most specific route wins: a literal segment before a variable one, a variable before a greedy one
    (`{proxy+}`), a method before ANY, and `$default` last. The order in the document does not matter.

    Source: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
    """

    def __init__(self, routes: tuple[Route, ...], *, trailing_slash_matters: bool) -> None:
        self.routes = routes
        self._trailing_slash_matters = trailing_slash_matters
        ordered = sorted(routes, key=_specificity)
        self._ordered = [
            (route, EVERY if route.method == "ANY" else {route.method}, _segments(route.path)) for route in ordered
        ]

    def find(self, method: str, raw_path: str) -> Match | None:
        """
        Find the route for a request.

        Args:
            raw_path: as the client sent it, still percent-encoded, so that `%2F` stays inside a segment.
        """
        segments = _segments(raw_path)
        # A REST API takes /models/ for /models; an HTTP API answers 404.
        if not self._trailing_slash_matters and len(segments) > 1 and segments[-1] == "":
            segments = segments[:-1]
        for route, methods, pattern in self._ordered:
            if method not in methods or not _may_match(pattern, segments):
                continue
            values = _values(pattern, segments) if route.path != "$default" else {}
            if values is not None:
                return Match(route, values)
        return None

    def has_path(self, raw_path: str) -> bool:
        """Tell whether any method has a route for a path."""
        return any(self.find(method, raw_path) for method in EVERY)


def _may_match(pattern: list[str], segments: list[str]) -> bool:
    """Rule out by length at once: every request asks every route."""
    return len(pattern) == len(segments) or pattern[-1].endswith("+}") or pattern == ["$default"]


def _segments(path: str) -> list[str]:
    return path.removeprefix("/").split("/")


def _specificity(route: Route) -> tuple[list[int], bool]:
    if route.path == "$default":
        return ([3], route.method == "ANY")
    ranks = [2 if part.endswith("+}") else 1 if part.startswith("{") else 0 for part in _segments(route.path)]
    return (ranks, route.method == "ANY")


def _values(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    values: dict[str, str] = {}
    for index, part in enumerate(pattern):
        if part.endswith("+}"):
            rest = segments[index:]
            if not rest or rest == [""]:
                return None
            values[part[1:-2]] = "/".join(rest)
            return values
        if index >= len(segments):
            return None
        if part.startswith("{"):
            if segments[index] == "":
                return None
            values[part[1:-1]] = segments[index]
        elif part != segments[index] and ("%" not in segments[index] or part != unquote(segments[index])):
            return None
    return values if len(pattern) == len(segments) else None
