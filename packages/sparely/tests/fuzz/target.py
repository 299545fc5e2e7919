"""What is fuzzed: any bytes as a request's route and body; nothing may be answered with a failure of ours."""

import base64
import contextlib
import io
import json
from collections.abc import Iterator
from typing import Any

from sparely.check.events import event as check_event
from sparely_toolkit.contract.sample_events import samples
from support.sample_service import SERVICE
from support.services import MODELS

GROUPS = sorted(SERVICE.registry.areas) + [
    f"{area}/{name}" for area, found in SERVICE.registry.models.items() for name in found
]
NAMES = sorted(name for found in SERVICE.registry.models.values() for name in found)
PATHS = [f"/predict/{group}" for group in GROUPS] + [f"/v2/models/{name}/infer" for name in NAMES]


class Failed(Exception):
    """The service failed, or answered what is no problem document."""


class Context:
    """What the handler reads of Lambda's context."""

    aws_request_id = "8f7c1a52-0000-4000-8000-000000000000"


def answer(content: bytes) -> int:
    """
    Send bytes through the handler and return the status.

    The first byte chooses the path, and with its highest bit whether the gateway sends the rest in base64.

    Raises:
        Failed: with the answer.
    """
    choice, body = (content[0], content[1:]) if content else (0, b"")
    path, encoded = PATHS[(choice & 0x7F) % len(PATHS)], choice > 0x7F
    with contextlib.redirect_stdout(io.StringIO()):
        given = SERVICE(event(path, body, encoded=encoded), Context())
    document = json.loads(given["body"].encode())
    if given["statusCode"] >= 500 or (given["statusCode"] >= 400 and document["detail"] != document["error"]):
        raise Failed(given["body"][:2000])
    return int(given["statusCode"])


def event(path: str, body: bytes, *, encoded: bool) -> dict[str, Any]:
    """The event of a POST with this body."""
    text = base64.b64encode(body).decode() if encoded else body.decode("utf-8", "replace")
    template, parameters = route(path)
    made = check_event(template, parameters, None, payload="2.0")
    return {**made, "isBase64Encoded": encoded, "body": text}


def route(path: str) -> tuple[str, dict[str, str]]:
    """The template behind a path, and its parameters."""
    first, *rest = path.split("/")[1:]
    if first == "v2":
        return "/v2/models/{model}/infer", {"model": rest[1]}
    names = ("area", "model")[: len(rest)]
    return "/predict" + "".join(f"/{{{name}}}" for name in names), dict(zip(names, rest, strict=True))


def corpus() -> Iterator[bytes]:
    """Where fuzzing starts: the sample events' bodies, good and bad, in both encodings."""
    for _, how in samples(MODELS):
        body, path = how.get("body", ""), how["target"]
        if how["method"] == "POST" and path in PATHS and len(body) < 20_000:
            for encoded in (0, 0x80):
                yield bytes([PATHS.index(path) | encoded]) + body.encode()
