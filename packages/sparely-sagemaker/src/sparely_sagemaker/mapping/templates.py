"""Rendering one mapping template, and what it overrides."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from airspeed.operators import Template

from sparely_sagemaker.mapping.variables import Input, Util


@dataclass(frozen=True, slots=True)
class Rendered:
    """The body, and the headers and the status that the template sets on the way."""

    text: str
    request_headers: Mapping[str, str]
    response_headers: Mapping[str, str]
    status: int | None


def render(template: str, source: Input, context: Mapping[str, Any]) -> Rendered:
    """Render a template with `$input`, `$util` and `$context`."""
    overrides: dict[str, Any] = {
        "requestOverride": {"header": {}, "path": {}, "querystring": {}},
        "responseOverride": {"header": {}},
    }
    seen = {**context, **overrides}
    text = _compiled(template).merge({"input": source, "util": Util(), "context": seen})
    response = seen["responseOverride"]
    status = response.get("status")
    return Rendered(
        text=text,
        request_headers={name: str(value) for name, value in seen["requestOverride"]["header"].items()},
        response_headers={name: str(value) for name, value in response["header"].items()},
        status=None if status is None else int(status),
    )


@lru_cache(maxsize=64)
def _compiled(template: str) -> Any:
    return Template(template)
