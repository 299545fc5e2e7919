"""What differs between answers, member by member, so that a table of it is read on 80 columns."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sparely.agreement import agrees
from sparely.golden import CallersAnswer
from sparely.manifest import Tolerance

SAME = Tolerance(1e-12, 1e-12)
DONE = 200
ABSENT = "-"


def differing(documents: Sequence[Any]) -> Iterator[tuple[str, ...]]:
    """
    The members whose values are not the same in the first two documents.

    Args:
        documents: two or more, the first two of which are compared.

    Returns:
        Of each its place, such as `probabilities.yes`, and its value in every document, as JSON; `-` where it has none.
    """
    flat = [dict(_members(each)) for each in documents]
    for place in dict.fromkeys(place for each in flat for place in each):
        values = [each.get(place, _Absent) for each in flat]
        if not _is_same(*values[:2]):
            yield place or "all of it", *map(_text, values)


def told(answer: CallersAnswer) -> Any:
    """An answer without what all have in common: the one prediction alone where it holds nothing else."""
    document = answer.document
    predictions = document.get("predictions") if isinstance(document, dict) else None
    if answer.status != DONE:
        return {"status": answer.status, **(document if isinstance(document, dict) else {"document": document})}
    if not isinstance(predictions, dict) or len(document) != 1:
        return document
    rows = [row for each in predictions.values() for row in each]
    return rows[0] if len(rows) == 1 else {name: each[0] for name, each in predictions.items()}


class _Absent:
    """Stands for a member that is not there."""


def _members(document: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(document, Mapping) and document:
        for name, each in document.items():
            yield from _members(each, f"{place}.{name}" if place else str(name))
    elif isinstance(document, list) and document:
        for number, each in enumerate(document):
            yield from _members(each, f"{place}[{number}]")
    else:
        yield place, document


def _is_same(one: Any, other: Any) -> bool:
    if _Absent in (one, other):
        return one is other
    return agrees([{"": one}], [{"": other}], SAME)


def _text(value: Any) -> str:
    return ABSENT if value is _Absent else json.dumps(value, ensure_ascii=False)
