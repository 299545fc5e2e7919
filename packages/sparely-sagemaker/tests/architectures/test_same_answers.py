"""Every sample event as an HTTP request: the answer is the service's own, but for what docs/architectures.md lists."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.built.conftest import Api

SERVICE = Path(__file__).resolve().parents[3]
EVENTS = sorted((SERVICE / "events" / "2.0").glob("*.json"))
VARYING = re.compile(
    r"^(date|server|content-length|connection|apigw-requestid|x-amzn-requestid|x-request-id|server-timing|access-control-.*)$"
)

# Event: status with mapping templates, where the answer is not the service's. docs/architectures.md says why.
DIRECT: dict[str, int] = {
    # The gateway refuses these by itself, in its own words.
    "does-not-fit-no-inputs": 400,
    "does-not-fit-no-instances": 400,
    "does-not-fit-not-an-object": 400,
    "not-json": 400,
    "not-json-empty-body": 400,
    "not-json-member-twice": 400,
    "not-json-nan": 400,
    "binary-tensors": 400,
    "unsupported-media-type": 415,
    # No header of the request but the content type reaches the container.
    "unsupported-encoding": 200,
}
THIN_HEADERS = {"accept-encoding"}
"""Headers of the container's faults that InvokeEndpoint does not bring back."""
DIRECT_HEADERS = {"x-model-version", "etag", "cache-control", "allow", "accept-encoding"}
"""What a mapping template cannot hand on with every answer."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    document: Any


def sent(api: Api, event: dict[str, Any]) -> Answer:
    """The event as the HTTP request that it was made of."""
    import base64

    text = event.get("body") or ""
    body = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
    method, path = event["requestContext"]["http"]["method"], event["rawPath"]
    from urllib.parse import quote

    target = f"{api.url}{quote(path)}"
    asked = urllib.request.Request(target, body or None, event["headers"], method=method)
    asked.headers.pop("Content-length", None)
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return _read(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return _read(error.code, error.headers, error.read())


def _read(status: int, headers: Any, body: bytes) -> Answer:
    body = re.sub(rb'("name":)"(?:tests|local)"(,"version":)"[^"]*"', rb'\1"stack"\2"published"', body)  # of GET /v2
    kept = {name.lower(): value for name, value in headers.items() if not VARYING.match(name.lower())}
    return Answer(status, kept, json.loads(body) if body else None)


def own(event: dict[str, Any], context: Any) -> Answer:
    """What the service's handler answers."""
    answer = app.lambda_handler(event, context)
    return _read(answer["statusCode"], answer["headers"], answer["body"].encode())


@dataclass(frozen=True)
class Context:
    aws_request_id: str = "id-1"


@pytest.fixture
def multi_model(serve: Callable[[str], Api]) -> Api:
    return serve("multi-model")


@pytest.fixture
def direct(serve: Callable[[str], Api]) -> Api:
    return serve("direct")


@pytest.mark.parametrize("file", EVENTS, ids=lambda file: file.stem)
def test_the_thin_function_answers_as_the_service(multi_model: Api, file: Path) -> None:
    """Status, headers and body."""
    event = json.loads(file.read_text("utf-8"))

    given, expected = sent(multi_model, event), own(event, Context())

    assert (given.status, given.document) == (expected.status, expected.document)
    lost = {name for name in expected.headers if given.headers.get(name) != expected.headers[name]}
    assert lost <= THIN_HEADERS


@pytest.mark.parametrize("file", EVENTS, ids=lambda file: file.stem)
def test_mapping_templates_answer_as_the_service(direct: Api, file: Path) -> None:
    """Status and body; of the headers all but those that are listed as lost."""
    event = json.loads(file.read_text("utf-8"))

    given, expected = sent(direct, event), own(event, Context())

    if file.stem in DIRECT:
        assert given.status == DIRECT[file.stem]
        assert given.status == 200 or given.document["error"] == given.document["detail"]
        return
    assert (given.status, given.document) == (expected.status, expected.document)
    lost = {name for name in expected.headers if given.headers.get(name) != expected.headers[name]}
    assert lost <= DIRECT_HEADERS
