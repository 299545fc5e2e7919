"""
`$input`, `$util` and `$context`, as mapping templates see them.

Source: docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
(read 2026-11-22).
"""

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from jsonpath_ng.ext.parser import parse

_PLACES = ("path", "querystring", "header")
_ESCAPES = {
    '"': '\\"', "'": "\\'", "\\": "\\\\", "/": "\\/", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"
}  # fmt: skip


class Text(str):
    """A string with the methods of Java's that our templates call; airspeed-ext has the rest."""

    def substring(self, begin: int, end: int | None = None) -> "Text":
        return Text(self[begin:end])

    def contains(self, part: str) -> bool:
        return part in self

    def length(self) -> int:
        return len(self)


class Input:
    """The body and the parameters; names are API Gateway's."""

    def __init__(self, body: str, parameters: Mapping[str, Mapping[str, str]]) -> None:
        self.body = Text(body)
        self._parameters = {
            place: {name: Text(value) for name, value in parameters.get(place, {}).items()} for place in _PLACES
        }
        try:
            self._document = json.loads(body) if body else None
        except ValueError:
            self._document = body

    def path(self, path: str) -> Any:
        """The value at a JSONPath."""
        return _as_java(self._find(path))

    def json(self, path: str) -> str:
        """The value at a JSONPath as JSON; `""` where there is none."""
        value = self._find(path)
        return '""' if value is None else json.dumps(value, separators=(",", ":"))

    def params(self, name: str | None = None) -> Any:
        """All parameters by place, or one of them: path before query string before header."""
        if name is None:
            return self._parameters
        return next((self._parameters[place][name] for place in _PLACES if name in self._parameters[place]), "")

    def _find(self, path: str) -> Any:
        if path == "$":
            return self._document
        return next((match.value for match in parse(path).find(self._document)), None)


class Util:
    """`$util`; names are API Gateway's."""

    def escapeJavaScript(self, text: Any) -> str:
        """As commons-lang escapes: ASCII only, and `'` too, which JSON does not take."""
        return "".join(_escaped(character) for character in ("" if text is None else str(text)))

    def parseJson(self, text: str) -> Any:
        return _as_java(json.loads(text))

    def urlEncode(self, text: str) -> str:
        return quote_plus(text)

    def urlDecode(self, text: str) -> str:
        return unquote_plus(text)

    def base64Encode(self, text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    def base64Decode(self, text: str) -> str:
        return base64.b64decode(text).decode()


def _as_java(value: Any) -> Any:
    if isinstance(value, str):
        return Text(value)
    if isinstance(value, dict):
        return {name: _as_java(each) for name, each in value.items()}
    return [_as_java(each) for each in value] if isinstance(value, list) else value


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if " " <= character <= "~":
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\u{int.from_bytes(units[place : place + 2]):04X}" for place in range(0, len(units), 2))
