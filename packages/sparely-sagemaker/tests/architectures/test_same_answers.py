"""Every sample event as an HTTP request: the answer is the service's own, but for what docs/architectures.md lists."""

import base64
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from sparely_toolkit.contract.sample_events import event as event_of
from sparely_toolkit.contract.sample_events import samples
from support.api import Api
from support.lambda_context import Context
from support.sample_service import SERVICE
from support.services import MODELS

EVENTS = {name: event_of(**arguments) for name, arguments in samples(MODELS)}
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
    text = event.get("body") or ""
    body = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
    method, target = event["requestContext"]["http"]["method"], f"{api.url}{quote(event['rawPath'])}"
    target += f"?{event['rawQueryString']}" if event["rawQueryString"] else ""
    request = urllib.request.Request(target, body or None, event["headers"], method=method)
    request.headers.pop("Content-length", None)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return _read(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return _read(error.code, error.headers, error.read())


def _read(status: int, headers: Any, body: bytes) -> Answer:
    body = re.sub(rb'("name":)"(?:tests|local)"(,"version":)"[^"]*"', rb'\1"stack"\2"published"', body)  # of GET /v2
    kept = {name.lower(): value for name, value in headers.items() if not VARYING.match(name.lower())}
    return Answer(status, kept, json.loads(body) if body else None)


def own(event: dict[str, Any]) -> Answer:
    """What the service's handler answers."""
    answer = SERVICE(event, Context())
    return _read(answer["statusCode"], answer["headers"], answer["body"].encode())


@pytest.fixture
def multi_model(serve: Callable[[str], Api]) -> Api:
    return serve("multi-model")


@pytest.fixture
def direct(serve: Callable[[str], Api]) -> Api:
    return serve("direct")


@pytest.mark.parametrize("name", EVENTS)
def test_the_thin_function_answers_as_the_service(multi_model: Api, name: str) -> None:
    """Status, headers and body."""
    answer, expected = sent(multi_model, EVENTS[name]), own(EVENTS[name])

    assert (answer.status, answer.document) == (expected.status, expected.document)
    lost = {header for header in expected.headers if answer.headers.get(header) != expected.headers[header]}
    assert lost <= THIN_HEADERS


@pytest.mark.parametrize("name", EVENTS)
def test_mapping_templates_answer_as_the_service(direct: Api, name: str) -> None:
    """Status and body; of the headers all but those that are listed as lost."""
    answer, expected = sent(direct, EVENTS[name]), own(EVENTS[name])

    if name in DIRECT:
        assert answer.status == DIRECT[name]
        assert answer.status == 200 or answer.document["error"] == answer.document["detail"]
        return
    assert (answer.status, answer.document) == (expected.status, expected.document)
    lost = {header for header in expected.headers if answer.headers.get(header) != expected.headers[header]}
    assert lost <= DIRECT_HEADERS


def test_what_may_differ_is_an_event() -> None:
    """An event that is gone would allow nothing, unseen."""
    assert DIRECT.keys() <= EVENTS.keys()
