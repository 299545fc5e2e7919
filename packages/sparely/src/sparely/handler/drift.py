"""How far requests lie from what the models were trained on: values outside, counted for a metric."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle
from math import inf
from operator import gt, lt
from typing import Any

from sparely.engine import Tensor
from sparely.handler.validation import MANY_ROWS, Row
from sparely.manifest import Feature, Input, Manifest
from sparely.record import Record


class Seen(Record):
    """What training saw of the feature at a row's position: categories, or where there are none a range of numbers."""

    position: int
    minimum: float
    maximum: float
    categories: frozenset[str]


class SeenInput(Record):
    """
    What training saw of one ONNX input of shape (n, k).

    Numbers have a limit for each of the k columns, infinite where none is known; strings have the categories of
    those columns whose categories are known.
    """

    name: str
    width: int
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    categories: tuple[tuple[int, frozenset[str]], ...]


def seen_in_training(manifest: Manifest, columns: Sequence[str]) -> tuple[Seen, ...]:
    """What there is to compare rows of these columns with; a feature of neither range nor categories is left out."""
    return tuple(
        Seen(
            columns.index(feature.name),
            -inf if feature.minimum is None else feature.minimum,
            inf if feature.maximum is None else feature.maximum,
            feature.categories,
        )
        for feature in manifest.features
        if feature.categories or (feature.minimum is not None and feature.maximum is not None)
    )


def seen_in_inputs(manifest: Manifest) -> tuple[SeenInput, ...]:
    """What there is to compare tensors with; an input of which nothing is known is left out."""
    by_name = {feature.name: feature for feature in manifest.prepared}
    inputs = [_seen_input(each, [by_name[name] for name in each.features]) for each in manifest.inputs]
    return tuple(each for each in inputs if each.lows or each.categories)


def _seen_input(each: Input, features: Sequence[Feature]) -> SeenInput:
    if each.datatype == "BYTES":
        # In a tensor null is the token already.
        known = tuple(
            (place, feature.categories | {str(feature.null_value)})
            for place, feature in enumerate(features)
            if feature.categories
        )
        return SeenInput(each.name, len(features), (), (), known)
    if all(feature.minimum is None or feature.maximum is None for feature in features):
        return SeenInput(each.name, len(features), (), (), ())
    lows = _limits((feature.minimum for feature in features), -inf, each.datatype)
    highs = _limits((feature.maximum for feature in features), inf, each.datatype)
    return SeenInput(each.name, len(features), lows, highs, ())


def _limits(limits: Iterable[float | None], none: float, datatype: str) -> tuple[float, ...]:
    """Rounded as the tensor's values are, so that the largest of training is not beyond itself."""
    finite = [none if limit is None else limit for limit in limits]
    return tuple(array("f", finite)) if datatype == "FP32" else tuple(finite)


def count_outside(rows: Sequence[Row], seen: Sequence[Seen]) -> int:
    """
    Count the values that training did not see; null is none of them.

    Args:
        rows: n validated rows in the order of the columns that `seen` was made for.
    """
    if len(rows) >= MANY_ROWS:
        return sum(_outside([row[each.position] for row in rows], each) for each in seen)
    count = 0
    for row in rows:  # without a call for each value, which would take three times as long
        for position, low, high, categories in seen:
            value = row[position]
            if value is not None and (value not in categories if categories else not low <= value <= high):
                count += 1
    return count


def count_outside_inputs(inputs: Mapping[str, Tensor], seen: Sequence[SeenInput]) -> int:
    """Count the same in a model's tensors, row-major; NaN, which is null, is neither above nor below."""
    return sum(_outside_input(inputs[each.name].values, each) for each in seen)


def _outside(values: list[Any], each: Seen) -> int:
    if None in values:
        values = [value for value in values if value is not None]
    if each.categories:
        return sum(value not in each.categories for value in values)
    low, high = each.minimum, each.maximum
    if not values or (low <= min(values) and max(values) <= high):
        return 0
    return sum(not low <= value <= high for value in values)


def _outside_input(values: Sequence[Any], each: SeenInput) -> int:
    if each.lows:
        return int(sum(map(lt, values, cycle(each.lows))) + sum(map(gt, values, cycle(each.highs))))
    return sum(value not in known for place, known in each.categories for value in values[place :: each.width])
