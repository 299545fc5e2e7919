"""One-row requests for every sample model, and the answers that the trained estimators gave."""

import itertools
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.service import event_of
from sparely_toolkit.project import Project
from support.services import baked

TOLERANCE = 1e-5


@dataclass(frozen=True, slots=True)
class Question:
    """An API Gateway event of payload format 2.0, as bytes, and the prediction that belongs to it."""

    model: str
    event: bytes
    expected: dict[str, Any]


def questions() -> list[Question]:
    """Every golden row of every sample model, model after model in turn."""
    service = baked()
    by_model = [list(_of_model(file, service)) for file in sorted(service.models.glob("*/*/golden.json"))]
    return [each for row in itertools.zip_longest(*by_model) for each in row if each is not None]


def _of_model(golden: Path, service: Project) -> Iterator[Question]:
    area, model = golden.parts[-3:-1]
    event = event_of(service, area, model)
    document = json.loads(golden.read_text("utf-8"))
    for instance, prediction in zip(document["instances"], document["predictions"], strict=True):
        body = json.dumps({"instances": [instance]})
        event["headers"]["content-length"] = str(len(body))
        yield Question(model, json.dumps({**event, "body": body}).encode(), prediction)


def check_answer(question: Question, answer: dict[str, Any]) -> None:
    """
    Compare a function's answer with the estimator's.

    Raises:
        ValueError: another status, label or number; values may differ by 1e-5 + 1e-5 |b|.
    """
    body = json.loads(answer["body"]) if answer.get("statusCode") == 200 else {}
    predictions = body.get("predictions", {}).get(question.model)
    if not predictions or not _same(predictions[0], question.expected):
        raise ValueError(f"{question.model}: expected {question.expected}, the answer is {answer}.")


def _same(value: Any, expected: Any) -> bool:
    if isinstance(expected, dict):
        return value.keys() == expected.keys() and all(_same(value[name], each) for name, each in expected.items())
    if isinstance(expected, float | int):
        return math.isclose(value, expected, rel_tol=0, abs_tol=TOLERANCE + TOLERANCE * abs(expected))
    return bool(value == expected)
