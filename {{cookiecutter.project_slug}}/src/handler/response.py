"""What the gateway is given back: predictions, documents and problems."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine import Tensor
from handler.errors import ServiceError
from handler.manifest import Manifest

JSON = "application/json"
PROBLEM = "application/problem+json"

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer before it is written: `document` becomes the body, `rows` counts predictions by model."""

    status: int
    document: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = JSON
    rows: Mapping[str, int] = field(default_factory=dict)


def predicted(manifests: Sequence[Manifest], predictions: Sequence[list[dict[str, Any]]]) -> Answer:
    """One answer for every model that was asked, by name, with the version that gave it."""
    by_name = {manifest.name: each for manifest, each in zip(manifests, predictions, strict=True)}
    versions = {manifest.name: manifest.version for manifest in manifests}
    return Answer(
        status=200,
        document={"predictions": by_name, "versions": versions},
        headers={"x-model-version": ", ".join(f"{name}={version}" for name, version in versions.items())},
        rows={name: len(each) for name, each in by_name.items()},
    )


def read_outputs(outputs: Mapping[str, Tensor], manifest: Manifest) -> list[dict[str, Any]]:
    """
    Name what a model returned for n rows.

    Args:
        outputs: for a classifier labels of shape (n,) and probabilities of shape (n, c), c classes
            in the manifest's order; for a regressor values of shape (n, 1).

    Returns:
        n predictions as the API gives them.
    """
    return [*_READERS[manifest.kind](outputs, manifest)]


def _read_classes(outputs: Mapping[str, Tensor], manifest: Manifest) -> Iterator[dict[str, Any]]:
    labels = outputs[manifest.outputs["label"]].values
    shares = iter(outputs[manifest.outputs["probabilities"]].values)
    for label in labels:
        yield {"label": label, "probabilities": {each: next(shares) for each in manifest.labels}}


def _read_values(outputs: Mapping[str, Tensor], manifest: Manifest) -> Iterator[dict[str, Any]]:
    for value in outputs[manifest.outputs["value"]].values:
        yield {"value": value}


_READERS = {"classifier": _read_classes, "regressor": _read_values}


def problem(error: ServiceError) -> Answer:
    """
    Write a fault as one body for both dialects.

    `error` is the member that Open Inference Protocol clients read. Source: RFC 9457, section 3, and
    https://github.com/open-inference/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
    """
    document = {
        "type": f"urn:problem-type:{error.kind}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "error": error.detail,
    }
    if error.faults:
        document["errors"] = [{"pointer": fault.pointer, "detail": fault.detail} for fault in error.faults]
    return Answer(error.status, document, error.headers, PROBLEM)


def to_gateway(answer: Answer, headers: Mapping[str, str]) -> dict[str, Any]:
    """The answer in the form that both payload formats take."""
    return {
        "statusCode": answer.status,
        "headers": {"content-type": answer.media_type, **answer.headers, **headers},
        "body": _encode(answer.document),
        "isBase64Encoded": False,
    }
