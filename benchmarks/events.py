"""One-row requests for every sample model, and the answers that the trained estimators gave."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.service import event_of
from sparely.agreement import agrees
from sparely.bundle import Bundle, read_bundles
from sparely.manifest import Tolerance
from sparely_toolkit.project import Project
from tests.support.services import baked


@dataclass(frozen=True, slots=True)
class Question:
    """An API Gateway event of payload format 2.0, as bytes, and the prediction that belongs to it."""

    model: str
    event: bytes
    expected: dict[str, Any]
    tolerance: Tolerance


def questions() -> list[Question]:
    """Every golden row of every sample model, model after model in turn."""
    service = baked()
    by_model = [list(_of_model(model, service)) for model in read_bundles(service.models)]
    return [each for row in itertools.zip_longest(*by_model) for each in row if each is not None]


def _of_model(model: Bundle, service: Project) -> Iterator[Question]:
    # The whole event that a gateway sends, not only the members that the handler reads: parsing it is part of the time.
    event = event_of(service, model.area, model.name)
    for instance, prediction in zip(model.instances, model.predictions, strict=True):
        body = json.dumps({"instances": [instance]})
        event["headers"]["content-length"] = str(len(body))
        request = json.dumps({**event, "body": body}).encode()
        yield Question(model.name, request, dict(prediction), model.manifest.tolerance)


def check_answer(question: Question, answer: dict[str, Any]) -> None:
    """
    Compare a function's answer with the estimator's.

    Raises:
        ValueError: another status or label, or a number beyond the model's tolerance.
    """
    body = json.loads(answer["body"]) if answer.get("statusCode") == 200 else {}
    if not agrees([question.expected], body.get("predictions", {}).get(question.model), question.tolerance):
        raise ValueError(f"{question.model}: expected {question.expected}, the answer is {answer}.")
