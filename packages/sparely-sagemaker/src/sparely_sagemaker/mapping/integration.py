"""One request through a REST API's integration: request template, the endpoint, response template."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sparely_sagemaker.mapping.templates import render
from sparely_sagemaker.mapping.variables import Input

_JSON = "application/json"
_HEADER = "method.response.header."


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An answer of the integrated service; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to the client."""

    status: int
    headers: Mapping[str, str]
    body: str


class UnsupportedMediaType(Exception):
    """No template for the content type, and nothing is passed through."""


Ask = Callable[[str, Mapping[str, str], str], Awaitable[Endpoint]]
"""Calls the integrated service: path, headers, body."""


async def answer(
    integration: Mapping[str, Any],
    source: Input,
    context: Mapping[str, str],
    ask: Ask,
    *,
    content_type: str,
) -> Answer:
    """
    Run an integration of `type: aws` without proxy.

    Raises:
        UnsupportedMediaType: `passthroughBehavior: never` and no template for the content type.
    """
    media_type = content_type.partition(";")[0].strip().lower() or _JSON
    template = integration["requestTemplates"].get(media_type)
    if template is None:
        raise UnsupportedMediaType(media_type)
    rendered = render(template, source, context)
    path = "/" + integration["uri"].partition(":path/")[2]
    answered = await ask(path, rendered.request_headers, rendered.text)
    return _answer(_chosen(integration["responses"], answered.status), answered, context)


def _chosen(responses: Mapping[str, Any], status: int) -> Mapping[str, Any]:
    """The response whose pattern is the status; patterns are whole, the first that matches counts."""
    for pattern, response in responses.items():
        if pattern != "default" and re.fullmatch(pattern, str(status)):
            return dict(response)
    return dict(responses["default"])


def _answer(response: Mapping[str, Any], answered: Endpoint, context: Mapping[str, str]) -> Answer:
    headers = {"content-type": answered.headers.get("content-type", _JSON)}
    for target, source in response.get("responseParameters", {}).items():
        value = _mapped(source, answered, context)
        if value is not None:
            headers[target.removeprefix(_HEADER).lower()] = value
    template = response.get("responseTemplates", {}).get(_JSON)
    if template is None:
        return Answer(int(response["statusCode"]), headers, answered.body)
    made = render(template, Input(answered.body, {}), context)
    status = made.status if made.status is not None else int(response["statusCode"])
    return Answer(status, {**headers, **made.response_headers}, made.text)


def _mapped(source: str, answered: Endpoint, context: Mapping[str, str]) -> str | None:
    """
    A response parameter's value: a literal in quotes, `context.x`, or a header of the integrated service.

    Source: docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
    """
    if source.startswith("'"):
        return source.strip("'")
    if source.startswith("context."):
        return context.get(source.removeprefix("context."))
    return answered.headers.get(source.removeprefix("integration.response.header.").lower())
