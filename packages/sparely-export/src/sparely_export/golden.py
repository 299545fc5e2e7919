"""Fourth step of an export: a few rows with the estimator's answers, to check every deployment by."""

from collections.abc import Sequence
from typing import Any

from sparely_export.answers import Answers
from sparely_export.features import Feature, Instance

ROWS = 8


def golden_rows(features: Sequence[Feature], held_out: Sequence[Instance], expected: Answers) -> list[Instance]:
    """
    Choose rows: one with null for each feature that allows it, one of each label, then the first ones.

    Args:
        held_out: rows that training did not see.
        expected: the estimator's answers to them.
    """
    chosen = [_first_null(feature.name, held_out) for feature in features if feature.nullable]
    chosen += _first_of_each(expected.labels or [])
    distinct = list(dict.fromkeys([*chosen, *range(len(held_out))]))[:ROWS]
    rows = [held_out[index] for index in sorted(distinct)]
    absent = [f.name for f in features if f.nullable and all(row.get(f.name) is not None for row in rows)]
    return [{**rows[0], **dict.fromkeys(absent)}, *rows[1:]] if absent else rows


def golden_json(rows: Sequence[Instance], expected: Answers) -> dict[str, Any]:
    """Return the content of golden.json."""
    return {"instances": [dict(row) for row in rows], "predictions": expected.predictions()}


def _first_null(name: str, rows: Sequence[Instance]) -> int:
    return next((index for index, row in enumerate(rows) if row.get(name) is None), 0)


def _first_of_each(labels: Sequence[Any]) -> list[int]:
    return [labels.index(label) for label in dict.fromkeys(labels)]
