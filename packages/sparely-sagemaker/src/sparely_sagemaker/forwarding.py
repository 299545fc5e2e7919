"""A request's route, parameters and headers as SageMaker's custom attributes: written here, read in the container."""

import base64
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlencode

from sparely.handler.request import Request

# Source: docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html, "CustomAttributes".
LONGEST = 1024
"""Characters of US-ASCII that the attributes may have."""

HEADERS = ("content-encoding", "inference-header-content-length", "if-none-match")
"""What the service reads of a request's headers besides the content type, which InvokeEndpoint passes itself."""

_LONGEST_VALUE = 100
NO_BODY = b"{}"
"""What is sent where the client sent nothing; the attributes say so."""
DEFAULT_ROUTE = "POST /predict/{area}"


def write(request: Request) -> str:
    """
    Put everything but the body and its type into one line.

    Values are cut where no true one is longer; a sentence about them would be cut before.
    """
    parameters = {f"parameter.{name}": value[:_LONGEST_VALUE] for name, value in request.parameters.items()}
    headers = {f"header.{name}": request.headers[name][:_LONGEST_VALUE] for name in HEADERS if name in request.headers}
    query = {f"query.{name}": value[:_LONGEST_VALUE] for name, value in request.query.items()}
    empty = {} if request.body else {"empty": "true"}
    return urlencode({"id": request.id, "route": request.route, **empty, **headers, **parameters, **query})[:LONGEST]


def read(attributes: str, content_type: str, body: bytes, *, area: str = "") -> Request:
    """
    Give the request that a caller has routed.

    Args:
        attributes: as `write` or direct.yaml gives them; without a route the body is for all models of `area`,
            which is what a plain SageMaker client means.
    """
    members = dict(parse_qsl(attributes, keep_blank_values=True))
    route = members.get("route", DEFAULT_ROUTE)
    parameters = _parameters(members) if "route" in members else {"area": area}
    method, _, template = route.partition(" ")
    text, is_base64 = _text(b"" if "empty" in members else body)
    return Request(
        route=route,
        method=method,
        path=_filled(template, parameters),
        parameters=parameters,
        headers={"content-type": content_type, **{name: text for name, text in _of(members, "header.") if text}},
        body=text,
        is_base64=is_base64,
        id=members.get("id", ""),
        query=dict(_of(members, "query.")),
    )


def body_of(request: Request) -> bytes:
    """The body as the client sent it, or a stand-in for none, which InvokeEndpoint does not take."""
    if not request.body:
        return NO_BODY
    return base64.b64decode(request.body) if request.is_base64 else request.body.encode()


def _parameters(members: Mapping[str, str]) -> dict[str, str]:
    """`parameter.` has a value decoded, `raw.` as it stood in the path: mapping templates see it so."""
    return dict(_of(members, "parameter.")) | {name: unquote(text) for name, text in _of(members, "raw.")}


def _of(members: Mapping[str, str], kind: str) -> list[tuple[str, str]]:
    return [(name.removeprefix(kind), text) for name, text in members.items() if name.startswith(kind)]


def _filled(template: str, parameters: Mapping[str, str]) -> str:
    for name, value in parameters.items():
        template = template.replace(f"{{{name}}}", value).replace(f"{{{name}+}}", value)
    return template


def _text(body: bytes) -> tuple[str, bool]:
    """What is no UTF-8 goes on as base64, and the service says what is wrong with it."""
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True
