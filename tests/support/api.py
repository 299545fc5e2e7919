"""A running API, as a client of it."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reply:
    """An HTTP answer with its body parsed."""

    status: int
    headers: dict[str, str]
    document: Any


@dataclass(frozen=True)
class Api:
    """Where it answers."""

    url: str

    def call(self, method: str, path: str, document: Any = None) -> Reply:
        """Send one request."""
        body = None if document is None else json.dumps(document).encode()
        headers = {"content-type": "application/json"} if body else {}
        request = urllib.request.Request(f"{self.url}{path}", body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Reply(answer.status, dict(answer.headers), json.load(answer))
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, dict(error.headers), json.load(error))
