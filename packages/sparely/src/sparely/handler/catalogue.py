"""GET /models: what is served, page by page where there are many models."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from sparely.handler.errors import InvalidQuery, UnknownArea
from sparely.handler.lookup import Lookup, ModelGroup

MOST_LISTED = 100
"""Models on a page with all that their manifests say, some kB each; an answer has at most 6 MB."""
MOST_NAMED = 1000
"""Models on a page with their names and versions alone."""


def catalogue(models: Lookup[Any], query: Mapping[str, str]) -> dict[str, Any]:
    """
    Areas and models with what their manifests say, in order of their names.

    Args:
        query: `area` names the only one wanted, `view=names` leaves out all but name and version, `limit` says how
            many models a page has at most, never more than it may, and `after` is the `next` of the page before.

    Returns:
        The page; `next` is there where another follows.

    Raises:
        UnknownArea: there is no such area.
        InvalidQuery: a parameter has a value that it cannot have.
    """
    view = query.get("view", "all")
    if view not in ("all", "names"):
        raise InvalidQuery("view", view, "all or names")
    limit = min(_limit(query.get("limit")), MOST_LISTED if view == "all" else MOST_NAMED)
    wanted = _after(query.get("after", ""), _paths(models, query.get("area")))
    page = list(islice(wanted, limit + 1))
    areas: dict[str, list[Any]] = {}
    for area, name in page[:limit]:
        named = {"name": name, "version": models.version(area, name)} if view == "names" else None
        areas.setdefault(area, []).append(named or models.document(area, name))
    listed = {"areas": [{"name": area, "models": members} for area, members in areas.items()]}
    return {**listed, "next": "/".join(page[limit - 1])} if len(page) > limit else listed


def _paths(models: Lookup[ModelGroup], area: str | None) -> Iterator[tuple[str, str]]:
    if area is not None and area not in models.areas:
        raise UnknownArea(area, models.areas)
    return ((each, name) for each in models.areas if area in (None, each) for name in models.models[each])


def _after(place: str, paths: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    last = tuple(place.split("/", 1))
    return (path for path in paths if path > last)


def _limit(given: str | None) -> int:
    if given is None:
        return MOST_NAMED
    if given.isascii() and given.isdecimal() and len(given) < 5 and 1 <= int(given) <= MOST_NAMED:
        return int(given)
    raise InvalidQuery("limit", given, f"a whole number from 1 to {MOST_NAMED}")
