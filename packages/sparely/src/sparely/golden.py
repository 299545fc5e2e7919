"""golden.json and golden-service.json: rows with what is right for them, the oracle of every check; read here alone."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from sparely.record import Record

# Not a `type` statement: the check runs under Python 3.11 too.
Row: TypeAlias = Mapping[str, Any]


class Golden(Record):
    """
    n rows: as callers send them with what callers get, and as the estimator takes them with its answers.

    A file without the second pair, `prepared` and `bare`, is of a model without steps, where it is the first.
    """

    instances: tuple[Row, ...]
    predictions: tuple[Row, ...]
    prepared: tuple[Row, ...]
    bare: tuple[Row, ...]


class CallersAnswer(Record):
    """
    What a caller gets for one golden row that is asked alone.

    `document` is the body without `versions`, which tell of the models and not of the row.
    """

    status: int
    document: Any


Answers: TypeAlias = Mapping[int, CallersAnswer]
"""By the row's position, from 0, those that the service's own steps change."""
UNCHANGED: Answers = MappingProxyType({})


SAME = {"prepared": "instances", "bare": "predictions"}
"""The member that stands for one that a file does not have."""


def parse_golden(text: str | bytes) -> Golden:
    """
    Read golden.json.

    Raises:
        ValueError: with a sentence, when it is not JSON or its members do not have as many rows each.
    """
    try:
        document = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply.") from None
    except ValueError as error:
        raise ValueError(f"it is not JSON ({error}).") from None
    if not isinstance(document, dict):
        raise ValueError("it is not an object.")
    golden = Golden(*(_rows(document, member) for member in Golden._fields))
    for member, rows in zip(golden._fields, golden, strict=True):
        if len(rows) != len(golden.instances):
            noun = {"prepared": "prepared rows", "bare": "bare predictions"}.get(member, member)
            raise ValueError(f"it has {len(golden.instances)} instances and {len(rows)} {noun}.")
    return golden


def _rows(document: dict[str, Any], member: str) -> tuple[Row, ...]:
    rows = document.get(member if member in document else SAME.get(member, member))
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f'"{member}" is not a list of objects.')
    return tuple(rows)


def parse_golden_service(text: str | bytes) -> dict[str, Answers]:
    """
    Read golden-service.json: what an owner's `before` and `after` in src/handler/app.py change in golden answers.

    Returns:
        By what follows /predict/ in a path, an area or an area and a model, the rows that are changed.

    Raises:
        ValueError: with a sentence, when it is not JSON or does not have its shape.
    """
    document = json.loads(text)
    try:
        return {
            path: {int(row["row"]): CallersAnswer(int(row["status"]), row["document"]) for row in rows}
            for path, rows in document["answers"].items()
        }
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ValueError('it does not have its shape; delete it and run "make golden".') from None
