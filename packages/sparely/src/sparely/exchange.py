"""A request and its answer as an owner's src/handler/app.py sees them: `from sparely import Answer, Request`."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from sparely.handler import request as handler_request
from sparely.handler.body import read_json
from sparely.handler.response import encode
from sparely.record import Record

NOTHING: Mapping[str, str] = MappingProxyType({})


class Answer(Record):
    """
    What a caller gets.

    Example:
        return Answer({"detail": "No such segment."}, status=404)

    Attributes:
        document: the body, anything that JSON can carry; None is no body.
        status: the HTTP status; from 400 on it is counted as a fault.
        headers: further ones, texts of one line by their names; the service adds its own.
    """

    document: Any
    status: int = 200
    headers: Mapping[str, str] = NOTHING


class Request:
    """
    What a caller has sent.

    Attributes:
        method: such as `POST`.
        path: as it was asked for, percent-decoded, such as `/segments/gold`.
        route: method and path template, such as `GET /segments/{name}`: the key that the function was decorated with.
        parameters: the values of the template's names, percent-decoded.
        query: the values of the query string by their names; of a name given twice what the gateway makes of it.
        headers: by their names in lower case.
        id: what the log and the header x-request-id call the request.
        is_golden: whether the check of a new version, `make golden` or a test asks for a golden row. What a step looks
            up elsewhere then has its documented default, so that the answer is always the same; no caller can set it.
    """

    __slots__ = ("_document", "_is_read", "_most_parts", "_received")

    def __init__(self, received: handler_request.Request, most_parts: int) -> None:
        """Made by the service, from the gateway's event; a body is read when it is first asked for."""
        self._received = received
        self._most_parts = most_parts
        self._is_read = False
        self._document: Any = None

    @property
    def method(self) -> str:
        return self._received.method

    @property
    def path(self) -> str:
        return self._received.path

    @property
    def route(self) -> str:
        return self._received.route

    @property
    def parameters(self) -> Mapping[str, str]:
        return self._received.parameters

    @property
    def query(self) -> Mapping[str, str]:
        return self._received.query

    @property
    def headers(self) -> Mapping[str, str]:
        return self._received.headers

    @property
    def id(self) -> str:
        return self._received.id

    @property
    def is_golden(self) -> bool:
        return self._received.is_golden

    @property
    def document(self) -> Any:
        """
        The body as JSON.

        Raises:
            ServiceError: it is none, is compressed or holds too much; let it pass, it is the answer to the caller.
        """
        if not self._is_read:
            self._document = read_json(self._received, most_parts=self._most_parts)
            self._is_read = True
        return self._document

    def with_document(self, document: Any) -> "Request":
        """
        The same request with another body, for a step before the models; route and parameters stay.

        Raises:
            TypeError, ValueError: JSON cannot carry the document, such as NaN, which no comparison would find.
        """
        encode(document)
        changed = Request(self._received, self._most_parts)
        changed._document, changed._is_read = document, True
        return changed

    @property
    def received(self) -> handler_request.Request:
        """As the service's own routes take it."""
        return self._received._replace(document=self._document) if self._is_read else self._received


# What an owner's functions look like.
Before: TypeAlias = Callable[[Request], Request | Answer]
After: TypeAlias = Callable[[Request, Answer], Answer]
RouteFunction: TypeAlias = Callable[[Request], Any]


class OwnRoute(Record):
    """
    A route of the owner's.

    `response` and `body` are JSON schemas for the contract, None where none was given; `example` is a good value for
    each name in the path.
    """

    key: str
    function: RouteFunction
    response: Mapping[str, Any] | None
    body: Mapping[str, Any] | None
    example: Mapping[str, str] = NOTHING
