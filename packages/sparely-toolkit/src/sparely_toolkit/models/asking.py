"""
The program that asks a model its golden rows: `python -m sparely_toolkit.models.asking PACKAGE RESULT`.

It runs in a process of its own, with the engine that ships: a file that crashes it, and code of a steps.py, end there.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sparely import Service
from sparely.bundle import ModelLoadError, read_bundles
from sparely.check.dialects import Question, record_questions, tensor_question

SHOWN = 3


class Context:
    """The part of Lambda's context object that the service reads."""

    aws_request_id = "00000000-0000-4000-8000-000000000000"


def findings(package: Path) -> list[str]:
    """What is wrong with the models in <package>/models; nothing if each answers its golden rows."""
    try:
        service = Service(str(package / "handler" / "app.py"))
    except ModelLoadError as error:
        return [str(error).replace(f"{package}/", "")]
    return [
        each
        for model in read_bundles(package / "models")
        for question in (*record_questions(model), tensor_question(model))
        for each in _wrong(service, question)
    ]


def _wrong(service: Service, question: Question) -> Iterator[str]:
    answer: dict[str, Any] = service(question.event(payload="2.0"), Context())
    document = json.loads(answer["body"])
    if answer["statusCode"] != 200:
        yield f"POST {question.route} is answered with {answer['statusCode']}: {document.get('detail', '')}"
        return
    wrong = list(question.judge(answer["statusCode"], document))
    yield from (f"POST {question.route}: {each}" for each in wrong[:SHOWN])


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(findings(Path(sys.argv[1]))), "utf-8")
