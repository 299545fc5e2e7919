"""golden.json: rows of a model with what is right for them, the oracle of every check; its one reader."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

# Not a `type` statement: the check runs under Python 3.11 too.
Row: TypeAlias = Mapping[str, Any]


class Golden(NamedTuple):
    """
    n rows: as callers send them with what callers get, and as the estimator takes them with its answers.

    A file without the second pair, `prepared` and `bare`, is of a model without steps, where it is the first.
    """

    instances: tuple[Row, ...]
    predictions: tuple[Row, ...]
    prepared: tuple[Row, ...]
    bare: tuple[Row, ...]


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
