"""What the gateway is given back: documents, predictions and problems."""

import json
import os
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sparely.bundle import sha256
from sparely.handler.errors import AnswerTooLarge, Fault, ModelFailed, ServiceError, pointer
from sparely.manifest import Manifest
from sparely.record import Record

JSON = "application/json"
PROBLEM = "application/problem+json"
# A REST API answers preflight requests only; the origin of other answers is the function's to name.
ALWAYS = {"cache-control": "no-store"} | (
    {"access-control-allow-origin": os.environ["CORS_ORIGIN"]} if os.environ.get("CORS_ORIGIN") else {}
)
# Lambda lets 100 bytes more through, which the header `server-timing` has, written after the body.
# Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, "Invocation payload", and Lambda's
# own message "Response payload size exceeded maximum allowed payload size (6291556 bytes)" (read 2026-11-22).
LARGEST_REPLY_BYTES = 6 * 2**20
SURELY_FITS = 1_000_000  # characters, each of at most 6 bytes, an escaped one's size
NOTHING: Mapping[str, Any] = MappingProxyType({})

encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class Answer(Record):
    """
    An HTTP answer before it is written.

    `document` becomes the body, None is no body. By model, `rows` counts predictions and `outside` the values
    that training did not see; `is_own` is
    that of an owner's route, which is counted by its route. `text` is the document as JSON where it has been encoded.
    """

    status: int
    document: Any
    headers: Mapping[str, str] = NOTHING
    media_type: str = JSON
    rows: Mapping[str, int] = NOTHING
    outside: Mapping[str, int] = NOTHING
    is_own: bool = False
    text: str | None = None


def predicted(
    manifests: Sequence[Manifest],
    predictions: Sequence[list[dict[str, Any]] | ModelFailed],
    outside: Mapping[str, int] = NOTHING,
) -> Answer:
    """
    One answer for every model that was asked, by name, with the version that gave it.

    Where a model failed the answer is a problem document that has the others' predictions too. `outside` is counted.
    """
    by_name = {manifest.name: each for manifest, each in zip(manifests, predictions, strict=True)}
    versions = {manifest.name: manifest.version for manifest in manifests}
    rows = {name: len(each) for name, each in by_name.items() if not isinstance(each, ModelFailed)}
    if len(rows) == len(by_name):
        return Answer(200, {"predictions": by_name, "versions": versions}, rows=rows, outside=outside)
    failed = {name: each for name, each in by_name.items() if isinstance(each, ModelFailed)}
    places = {name: _member(each) for name, each in failed.items()}
    document = {
        **_problem(next(iter(failed.values()))),
        "errors": [{"pointer": pointer("/predictions", name), "detail": each.detail} for name, each in failed.items()],
        "predictions": {**by_name, **places},
        "versions": versions,
    }
    return Answer(ModelFailed.status, document, media_type=PROBLEM, rows=rows, outside=outside)


def unless_changed(document: Any, known: str) -> Answer:
    """
    A document with its ETag, or 304 where the client has it already.

    Args:
        known: the request's If-None-Match. Source: RFC 9110, section 13.1.2.
    """
    tag = f'"{sha256(encode(document).encode()).hexdigest()[:16]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    tags = {each.strip().removeprefix("W/") for each in known.split(",")}
    return Answer(304, None, headers) if tags & {tag, "*"} else Answer(200, document, headers)


def problem(error: ServiceError) -> Answer:
    """A fault as the whole answer."""
    document = _problem(error)
    if error.faults:
        document["errors"] = [_fault(fault) for fault in error.faults]
    return Answer(error.status, document, error.headers, PROBLEM)


def _problem(error: ServiceError) -> dict[str, Any]:
    """
    Write a fault as one body for both dialects; its media type is JSON's own under `/v2`.

    `error` is the member that Open Inference Protocol clients read. Source: RFC 9457, section 3, and
    https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
    """
    return {**_member(error), "status": error.status, "error": error.detail}


def _member(error: ServiceError) -> dict[str, Any]:
    return {"type": f"urn:problem-type:{error.kind}", "title": error.title, "detail": error.detail}


def _fault(fault: Fault) -> dict[str, str]:
    return {"pointer": fault.pointer, "detail": fault.detail}


def to_gateway(answer: Answer, headers: Mapping[str, str]) -> dict[str, Any]:
    """The answer in the form that both payload formats take."""
    empty = answer.document is None
    media_type = {} if empty else {"content-type": answer.media_type}
    return {
        "statusCode": answer.status,
        "headers": {**ALWAYS, **media_type, **answer.headers, **headers},
        "body": "" if empty else encode(answer.document) if answer.text is None else answer.text,
        "isBase64Encoded": False,
    }


def check_size(reply: Mapping[str, Any]) -> None:
    """
    Look whether Lambda lets a reply through, as its runtime client writes it.

    Raises:
        AnswerTooLarge: it does not, and its own answer would tell the caller nothing.
    """
    if len(reply["body"]) > SURELY_FITS:
        size_bytes = len(json.dumps(reply, ensure_ascii=False).encode())
        if size_bytes > LARGEST_REPLY_BYTES:
            raise AnswerTooLarge(size_bytes, LARGEST_REPLY_BYTES)
