"""A browser's preflight request, which brings no credentials, to the HTTP API in front of the thin function."""

import urllib.request
from collections.abc import Callable

import pytest

from support.api import Api

ORIGIN = "https://none.invalid"  # what the template allows until CorsOrigin is set


@pytest.mark.parametrize("path", ["/models", "/predict/winery", "/v2/models/cultivar/infer", "/", "/nothing/here"])
def test_the_gateway_answers_it_by_its_cors_setting(serve: Callable[[str], Api], path: str) -> None:
    """Because no route takes OPTIONS."""
    asked = urllib.request.Request(f"{serve('multi-model').url}{path}", method="OPTIONS")
    asked.add_header("Origin", ORIGIN)
    asked.add_header("Access-Control-Request-Method", "POST")

    with urllib.request.urlopen(asked, timeout=60) as answer:
        assert answer.status == 204
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert answer.headers["access-control-allow-methods"] == "GET,POST"
