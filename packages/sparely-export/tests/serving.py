"""What the function would answer with the models that a test has written."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sparely
from sparely.check.events import event
from support.lambda_context import Context


def ask(source: Path, area: str, model: str, instances: Sequence[Any]) -> list[dict[str, Any]]:
    """
    Return the model's predictions, as `POST /predict/{area}/{model}` gives them.

    Args:
        source: a service's folder of what ships; its models are in <source>/models.
    """
    handler = sparely.Service(str(source / "handler" / "app.py"))
    parameters = {"area": area, "model": model}
    request = event("/predict/{area}/{model}", parameters, {"instances": instances}, payload="2.0")
    predictions: list[dict[str, Any]] = json.loads(handler(request, Context())["body"])["predictions"][model]
    return predictions
