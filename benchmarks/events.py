"""One-row requests for every sample model, and the answers that the trained estimators gave."""

import itertools
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import TEMPLATE

TOLERANCE = 1e-5


@dataclass(frozen=True, slots=True)
class Question:
    """An API Gateway event of payload format 2.0, as bytes, and the prediction that belongs to it."""

    model: str
    event: bytes
    expected: dict[str, Any]


def questions(service: Path = TEMPLATE) -> list[Question]:
    """Every golden row of every sample model, model after model in turn."""
    by_model = [list(_of_model(file, service)) for file in sorted((service / "src" / "models").glob("*/*/golden.json"))]
    return [each for row in itertools.zip_longest(*by_model) for each in row if each is not None]


def _of_model(golden: Path, service: Path) -> Iterator[Question]:
    area, model = golden.parts[-3:-1]
    event = json.loads((service / "events" / "2.0" / f"predict-{area}-{model}.json").read_text("utf-8"))
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
    found = body.get("predictions", {}).get(question.model)
    if not found or not _same(found[0], question.expected):
        raise ValueError(f"{question.model}: expected {question.expected}, the answer is {answer}.")


def _same(found: Any, expected: Any) -> bool:
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(_same(found[name], value) for name, value in expected.items())
    if isinstance(expected, float | int):
        return math.isclose(found, expected, rel_tol=0, abs_tol=TOLERANCE + TOLERANCE * abs(expected))
    return bool(found == expected)
