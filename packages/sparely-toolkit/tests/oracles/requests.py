"""HTTP requests in which events can differ: paths, queries, headers, cookies, bodies."""

import gzip
import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.oracles.differences import NAMES

JSON = ("content-type", "application/json")


@dataclass(frozen=True)
class Sent:
    """One request; a header may be there more than once."""

    name: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None


REQUESTS = (
    Sent("plain", "GET", "/models"),
    Sent("query", "GET", "/models?a=1&b=&c=x%20y&d=%C3%A9"),
    Sent("repeated query", "GET", "/models?a=1&a=2&b=3"),
    Sent("headers", "GET", "/models", (("X-Mine", "Yes"), ("accept", "application/json"), ("User-Agent", "tests"))),
    Sent("repeated header", "GET", "/models", (("X-Mine", "a"), ("X-Mine", "b"))),
    Sent("cookies", "GET", "/models", (("Cookie", "a=1; b=2"),)),
    Sent("json", "POST", "/predict/clinic", (JSON,), b'{"a": [1, 2.5, null], "b": "\xc3\xa9"}'),
    Sent("path parameters", "POST", "/predict/clinic/high-risk", (JSON,), b"{}"),
    Sent("encoded path", "POST", "/predict/a%20b/c%2Bd", (JSON,), b"{}"),
    Sent("text", "POST", "/predict/a", (("content-type", "text/plain"),), b"text"),
    Sent("form", "POST", "/predict/a", (("content-type", "application/x-www-form-urlencoded"),), b"a=1&b=2"),
    Sent("binary", "POST", "/predict/a", (("content-type", "application/octet-stream"),), b"\x00\xff"),
    Sent("gzip", "POST", "/predict/a", (JSON, ("content-encoding", "gzip")), gzip.compress(b"{}", mtime=0)),
    Sent("no body", "POST", "/predict/a", (JSON, ("content-length", "0"))),
)


def event_of(url: str, sent: Sent) -> dict[str, Any] | None:
    """Send a request to a function that answers with its event; None when it was not reached."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
    try:
        connection.putrequest(sent.method, sent.target, skip_accept_encoding=True)
        for name, value in sent.headers:
            connection.putheader(name, value)
        if sent.body is not None:
            connection.putheader("content-length", str(len(sent.body)))
        connection.endheaders(sent.body)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            return None
        event: dict[str, Any] = json.loads(body)
        return event
    finally:
        connection.close()


def places(event: dict[str, Any] | None) -> dict[str, Any]:
    """
    List an event's values by their place: `requestContext.http.method`; lists are values.

    The names of headers are compared in lower case, and their case as a place of its own.
    """
    if event is None:
        return {}
    found = dict(_fields(event, ""))
    headers = [place for place in found if place.partition(".")[0].endswith("eaders")]
    named = {place.partition(".")[2] for place in headers}
    for place in headers:
        found[place.partition(".")[0] + "." + place.partition(".")[2].lower()] = found.pop(place)
    return {**found, NAMES: sorted(named)}


def _fields(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _fields(member, f"{path}.{name}" if path else name)
    else:
        yield path, value
