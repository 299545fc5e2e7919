"""CORS as each kind of API does it: an HTTP API by itself, a REST API by routes that answer preflight requests."""

from collections.abc import Mapping
from typing import Any, Protocol

from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.responses import HttpResponse
from sparely_toolkit.local.routes import Match, RouteTable
from sparely_toolkit.local.settings import ApiSettings

_OWN = "access-control-"


class Cors(Protocol):
    """What an API's CORS setting does."""

    def preflight(self, request: HttpRequest, match: Match | None) -> HttpResponse | None:
        """Answer a preflight request that goes by this route, or by none; None when it is none, or the route's."""

    def add(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Give the answer as another origin's page may read it."""


class NoCors:
    """The template sets none."""

    def preflight(self, request: HttpRequest, match: Match | None) -> HttpResponse | None:
        """Leave it to the routes."""
        return None

    def add(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Leave the function's headers alone."""
        return response


class HttpCors:
    """
    CorsConfiguration of an HTTP API: it answers preflights and replaces the function's own CORS headers.

    A route that matches OPTIONS, also one for ANY method, gets the preflight instead, with its authorization.
    An origin that is not allowed gets an answer without the headers, not an error.
    Sources: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html; of routes for ANY method
    repost.aws/questions/QUa05IJrBaSGKwB16CI_IcBw and github.com/anomalyco/sst/issues/5493 (read 2026-11-22).
    """

    def __init__(self, configuration: Mapping[str, Any]) -> None:
        self._origins = [str(origin).lower() for origin in configuration.get("AllowOrigins", [])]
        self._credentials = bool(configuration.get("AllowCredentials"))
        self._exposed = ",".join(configuration.get("ExposeHeaders", []))
        lists = {"methods": "AllowMethods", "headers": "AllowHeaders"}
        self._preflight = [
            (f"access-control-allow-{name}", ",".join(configuration[key]))
            for name, key in lists.items()
            if configuration.get(key)
        ]
        if configuration.get("MaxAge") is not None:
            self._preflight.append(("access-control-max-age", str(configuration["MaxAge"])))

    def preflight(self, request: HttpRequest, match: Match | None) -> HttpResponse | None:
        """Answer OPTIONS with an origin and a method asked for: 204."""
        if match is not None or request.method != "OPTIONS":
            return None
        if not request.header("origin") or not request.header("access-control-request-method"):
            return None
        origin = self._origin(request)
        return HttpResponse(204, (*origin, *self._preflight) if origin else (), b"")

    def add(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Replace the function's CORS headers by the configuration's."""
        kept = tuple(pair for pair in response.headers if not pair[0].lower().startswith(_OWN))
        origin = self._origin(request)
        exposed = (("access-control-expose-headers", self._exposed),) if origin and self._exposed else ()
        return HttpResponse(response.status, (*kept, *origin, *exposed), response.body)

    def _origin(self, request: HttpRequest) -> tuple[tuple[str, str], ...]:
        origin = request.header("origin")
        if origin is None or not ("*" in self._origins or origin.lower() in self._origins):
            return ()
        shown = "*" if "*" in self._origins else origin
        allowed = ("access-control-allow-origin", shown)
        return (allowed, ("access-control-allow-credentials", "true")) if self._credentials else (allowed,)


class UrlCors(HttpCors):
    """
    Cors of a function URL: as an HTTP API's, and no route gets a preflight.

    Source: docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html (read 2026-11-28).
    """

    def preflight(self, request: HttpRequest, match: Match | None) -> HttpResponse | None:
        """Answer it, though the URL's one route takes every request."""
        return super().preflight(request, None)


class RestCors:
    """
    Cors of SAM's REST API: an OPTIONS route with a mock integration on every path; the rest is the function's.

    Source: what SAM's own translator makes of the property (a test compares).
    """

    def __init__(self, setting: str | Mapping[str, Any], table: RouteTable) -> None:
        settings = {"AllowOrigin": setting} if isinstance(setting, str) else setting
        names = {
            "AllowHeaders": "Access-Control-Allow-Headers",
            "AllowMethods": "Access-Control-Allow-Methods",
            "AllowOrigin": "Access-Control-Allow-Origin",
            "MaxAge": "Access-Control-Max-Age",
        }
        # Values are in quotes of their own: they are constants of a mapping expression.
        headers = [(header, str(settings[name]).strip("'")) for name, header in names.items() if settings.get(name)]
        if settings.get("AllowCredentials"):
            headers.append(("Access-Control-Allow-Credentials", "true"))
        self._headers = (*headers, ("Content-Type", "application/json"))
        self._table = table

    def preflight(self, request: HttpRequest, match: Match | None) -> HttpResponse | None:
        """Answer OPTIONS of a path that has routes, whatever the origin."""
        known = request.method == "OPTIONS" and self._table.has_path(request.raw_path)
        return HttpResponse(200, self._headers, b"{}\n") if known else None

    def add(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Leave the function's headers alone: a REST API adds none to its answers."""
        return response


def read(api: ApiSettings, table: RouteTable) -> Cors:
    """Read the API's CORS setting."""
    if api.kind == "url":
        return UrlCors(api.properties["CorsConfiguration"]) if api.properties.get("CorsConfiguration") else NoCors()
    if api.kind == "http":
        setting = api.properties.get("CorsConfiguration")
        if setting is True:
            return HttpCors({"AllowOrigins": ["*"]})
        return HttpCors(setting) if setting else NoCors()
    rest = api.properties.get("Cors")
    return RestCors(rest, table) if rest else NoCors()
