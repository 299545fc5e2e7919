"""golden.json: rows of a model with the estimator's predictions of them, the oracle of every check; its one reader."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

# Not a `type` statement: the check runs under Python 3.11 too.
Row: TypeAlias = Mapping[str, Any]


class Golden(NamedTuple):
    """n rows as callers send them, and the n predictions that the model's estimator gave for them."""

    instances: tuple[Row, ...]
    predictions: tuple[Row, ...]


def parse_golden(text: str | bytes) -> Golden:
    """
    Read golden.json.

    Raises:
        ValueError: with a sentence, when it is not JSON or does not have as many predictions as rows.
    """
    document = json.loads(text)
    if not isinstance(document, dict):
        raise ValueError("it is not an object.")
    for member in Golden._fields:
        rows = document.get(member)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError(f'"{member}" is not a list of objects.')
    golden = Golden(tuple(document["instances"]), tuple(document["predictions"]))
    if len(golden.instances) != len(golden.predictions):
        raise ValueError(f"it has {len(golden.instances)} instances and {len(golden.predictions)} predictions.")
    return golden
