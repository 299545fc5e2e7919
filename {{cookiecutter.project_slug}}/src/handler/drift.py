"""How far requests lie from what the models were trained on: values outside, counted for a metric."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from handler.manifest import Manifest
from handler.validation import Row


class Seen(NamedTuple):
    """What training saw of the feature at a row's position: a range of numbers, or categories."""

    position: int
    minimum: float | None
    maximum: float | None
    categories: frozenset[str]


def seen_in_training(manifest: Manifest, columns: Sequence[str]) -> tuple[Seen, ...]:
    """What there is to compare rows of these columns with; a feature of neither range nor categories is left out."""
    return tuple(
        Seen(columns.index(feature.name), feature.minimum, feature.maximum, feature.categories)
        for feature in manifest.features
        if feature.categories or (feature.minimum is not None and feature.maximum is not None)
    )


def count_outside(rows: Sequence[Row], seen: Sequence[Seen]) -> int:
    """
    Count the values that training did not see; null is none of them.

    Args:
        rows: n validated rows in the order of the columns that `seen` was made for.
    """
    return sum(_outside([row[each.position] for row in rows], each) for each in seen)


def _outside(values: list[Any], each: Seen) -> int:
    if None in values:
        values = [value for value in values if value is not None]
    if each.categories:
        return sum(value not in each.categories for value in values)
    low, high = each.minimum, each.maximum
    if low is None or high is None or not values or (low <= min(values) and max(values) <= high):
        return 0
    return sum(not low <= value <= high for value in values)
