"""The route of a request by its path, where no gateway has found it: a function URL's, a load balancer's."""

from collections.abc import Mapping
from typing import Any, cast

from sparely.handler.request import NotRouted, Request
from sparely.handler.telemetry import CALLERS, note_caller
from sparely.record import Record

NO_ROUTE = "/{proxy+}"
"""What a gateway's last route is called, which takes every other path."""


class Template(Record):
    """A path's template, by its segments: the text of each, None for those that have a name."""

    path: str
    texts: tuple[str | None, ...]
    names: tuple[str, ...]


class _Table:
    """The templates of the routes that were asked for last, by their count of segments; made once."""

    def __init__(self) -> None:
        self.routes: Mapping[str, Any] | None = None
        self.templates: dict[int, list[Template]] = {}

    def of(self, routes: Mapping[str, Any], length: int) -> list[Template]:
        if routes is not self.routes:
            self.routes, self.templates = routes, _templates(routes)
        return self.templates.get(length, [])


_table = _Table()


def routed_url(request: Request, event: Mapping[str, Any], routes: Mapping[str, Any]) -> Request:
    """
    A request of payload 2.0 that names no route, with its route, decoded path and parameters.

    A function URL passes paths as they were sent, an HTTP API's `$default` route decodes them. Source:
    https://github.com/middleapi/standard-server/pull/93, which cites captures of both (read 2026-11-28).
    """
    context = event.get("requestContext")
    domain = context.get("domainName") if isinstance(context, dict) else None
    is_url = isinstance(domain, str) and ".lambda-url." in domain
    if is_url and CALLERS:
        note_caller(cast(dict[str, Any], context))
    return routed(request, routes, is_encoded=is_url)


def routed(request: Request, routes: Mapping[str, Any], *, is_encoded: bool) -> Request:
    """
    A request with its route, decoded path and parameters, found by its path; a last slash does not matter.

    Args:
        is_encoded: whether the path is as it was sent, so that `%2F` is no slash.

    Raises:
        NotRouted: there is no path.
    """
    if not isinstance(request.path, str):
        raise NotRouted
    segments = request.path.split("/")[1:]
    if is_encoded and "%" in request.path:
        from urllib.parse import unquote

        segments = [unquote(segment) for segment in segments]
    path = "/" + "/".join(segments)
    if len(segments) > 1 and not segments[-1]:
        del segments[-1]
    for template in _table.of(routes, len(segments)):
        values = [segment for text, segment in zip(template.texts, segments, strict=True) if text != segment]
        # A named segment is never empty, and of the others each must be the template's.
        if len(values) == len(template.names) and all(values):
            parameters = dict(zip(template.names, values, strict=True))
            return request._replace(route=f"{request.method} {template.path}", path=path, parameters=parameters)
    return request._replace(route=f"{request.method} {NO_ROUTE}", path=path)


def _templates(routes: Mapping[str, Any]) -> dict[int, list[Template]]:
    """By count of segments, those with a text before those with a name at the first place where they differ."""
    templates: dict[int, list[Template]] = {}
    for path in dict.fromkeys(key.partition(" ")[2] for key in routes):
        parts = path.split("/")[1:]
        texts = tuple(None if part.startswith("{") else part for part in parts)
        names = tuple(part[1:-1] for part in parts if part.startswith("{"))
        templates.setdefault(len(parts), []).append(Template(path, texts, names))
    for each in templates.values():
        each.sort(key=lambda template: [text is None for text in template.texts])
    return templates
