"""What an estimator refuses of each feature, found by asking it: unknown words, numbers out of its domain."""

import struct
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from sparely.manifest import Accepts
from sparely_export.answers import as_fitted
from sparely_export.features import Feature, Instance
from sparely_export.steps import walk

UNSEEN_CATEGORY = "a category never seen"
FAR = 1e6
"""So many times the largest value that was seen is asked for too."""

Ask = Callable[[Sequence[Instance]], list[bool]]
"""Tells of each row whether the estimator answers it."""


def asking(estimator: Any, features: Sequence[Feature]) -> Ask:
    """Return what asks an estimator; an answer that is no number is none."""

    def answered(rows: Sequence[Instance]) -> list[bool]:
        if not rows:
            return []
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                predicted = np.asarray(estimator.predict(as_fitted(estimator, features, rows)))
        except Exception:
            if len(rows) == 1:
                return [False]
            middle = len(rows) // 2
            return [*answered(rows[:middle]), *answered(rows[middle:])]
        if predicted.dtype.kind != "f":
            return [True] * len(rows)
        finite: list[bool] = np.isfinite(predicted.reshape(len(rows), -1)).all(axis=1).tolist()
        return finite

    return answered


def with_accepted(estimator: Any, features: Sequence[Feature], rows: Sequence[Instance]) -> tuple[Feature, ...]:
    """
    Note with each feature what the estimator takes of it, where it refuses other values of the feature's type.

    Args:
        features: with their ranges and categories.
        rows: rows as callers send them.
    """
    ask = asking(estimator, features)
    base = next((row for row in rows[:20] if None not in row.values() and ask([row])[0]), None)
    if base is None:
        base = next((row for row in rows[:20] if ask([row])[0]), None)
    if base is None:
        return tuple(features)
    tried = {feature.name: list(tries(feature, rows)) for feature in features if feature.type != "boolean"}
    suspects = _suspects(tried, base, ask)
    return tuple(
        replace(feature, accepts=_accepted(feature, base, tried[feature.name], rows, estimator, ask))
        if feature.name in suspects
        else feature
        for feature in features
    )


def tries(feature: Feature, rows: Sequence[Instance]) -> Iterator[Any]:
    """Values that callers may send and training did not see."""
    if not feature.numeric:
        yield UNSEEN_CATEGORY
        return
    if feature.minimum is None or feature.maximum is None:
        return
    smallest, largest = feature.minimum, feature.maximum
    span, far = (largest - smallest) or 1, FAR * max(abs(smallest), abs(largest), 1)
    yield from dict.fromkeys((smallest - span, largest + span, 0, -1, smallest - far, largest + far))
    seen = sorted({row[feature.name] for row in rows if row.get(feature.name) is not None})
    between = _between(seen, whole=feature.type == "integer")
    if between is not None:
        yield between


def _between(seen: Sequence[float], *, whole: bool) -> float | None:
    """A value within the range that was not seen."""
    for low, high in pairwise(seen):
        if not whole:
            return (low + high) / 2
        if high - low > 1:
            return low + 1
    return None


def _suspects(tried: dict[str, list[Any]], base: Instance, ask: Ask) -> set[str]:
    """Features of which a value is refused: all are asked for together first, for there may be thousands."""
    longest = max((len(values) for values in tried.values()), default=0)
    found: set[str] = set()
    for place in range(longest):
        values = {name: each[place] for name, each in tried.items() if place < len(each)}
        found |= _refused(values, list(values), base, ask)
    return found


def _refused(values: dict[str, Any], names: Sequence[str], base: Instance, ask: Ask) -> set[str]:
    if not names or ask([{**base, **{name: values[name] for name in names}}])[0]:
        return set()
    if len(names) == 1:
        return set(names)
    middle = len(names) // 2
    return _refused(values, names[:middle], base, ask) | _refused(values, names[middle:], base, ask)


def _accepted(
    feature: Feature, base: Instance, tried: Sequence[Any], rows: Sequence[Instance], estimator: Any, ask: Ask
) -> Accepts | None:
    def takes(values: Sequence[Any]) -> list[bool]:
        return ask([{**base, feature.name: value} for value in values])

    answered = takes(tried)
    if all(answered):
        return None
    seen = list(dict.fromkeys(row[feature.name] for row in rows if row.get(feature.name) is not None))
    refused = [value for value, taken in zip(tried, answered, strict=True) if not taken]
    low, high = feature.minimum, feature.maximum
    between = None if low is None or high is None else _between(sorted(seen), whole=feature.type == "integer")
    if low is None or high is None or between in refused:
        known = list(dict.fromkeys([*seen, *([] if feature.numeric else [""]), *_encoded(estimator, feature)]))
        return Accepts(values=tuple(sorted(value for value, taken in zip(known, takes(known), strict=True) if taken)))
    start = base[feature.name] if base[feature.name] is not None else low
    taken = [start, *(value for value, each in zip(tried, answered, strict=True) if each)]
    whole = feature.type == "integer"
    accepts: dict[str, Any] = {}
    # a value that is refused between two that are taken, as 0 by 1 / x, is a hole and no bound
    below = [value for value in refused if value < min(taken)]
    if below:
        accepts |= _bound(min(taken), max(below), takes, whole=whole, names=("minimum", "above"))
    above = [value for value in refused if value > max(taken)]
    if above:
        accepts |= _bound(max(taken), min(above), takes, whole=whole, names=("maximum", "below"))
    return Accepts(**accepts) if accepts else None


def _encoded(estimator: Any, feature: Feature) -> Iterator[Any]:
    """Categories of the estimator's encoders that may be this feature's: it is asked which ones are."""
    for _, step in walk(estimator):
        for values in getattr(step, "categories_", ()):
            for value in np.asarray(values, dtype=object).tolist():
                is_word = isinstance(value, str)
                if is_word is not feature.numeric and (is_word or (isinstance(value, int | float) and value == value)):
                    yield value


def _bound(
    taken: float, refused: float, takes: Callable[[Sequence[Any]], list[bool]], *, whole: bool, names: tuple[str, str]
) -> dict[str, float]:
    """Bisect to the neighbours between which the estimator begins to refuse; the one with the shorter name is told."""
    if whole:
        good, bad = int(taken), int(refused)
        while abs(good - bad) > 1:
            middle = (good + bad) // 2
            good, bad = (middle, bad) if takes([middle])[0] else (good, middle)
        return {names[0]: good}
    good, bad = _ordered(float(taken)), _ordered(float(refused))
    while abs(good - bad) > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if takes([_number(middle)])[0] else (good, middle)
    value, other = _number(good), _number(bad)
    return {names[0]: value} if len(repr(value)) <= len(repr(other)) else {names[1]: other}


def _ordered(value: float) -> int:
    """A float64 as a whole number that grows with it, by one from neighbour to neighbour."""
    bits: int = struct.unpack("<q", struct.pack("<d", value))[0]
    return bits if bits >= 0 else -(bits & (2**63 - 1))


def _number(ordered: int) -> float:
    bits = ordered if ordered >= 0 else (-ordered) | -(2**63)
    value: float = struct.unpack("<d", struct.pack("<q", bits))[0]
    return value


def fits(features: Sequence[Feature], row: Instance) -> bool:
    """Whether a row has no value that the estimator is known to refuse."""
    return all(_taken(feature.accepts, row.get(feature.name)) for feature in features if feature.accepts)


def _taken(accepts: Accepts | None, value: Any) -> bool:
    if accepts is None or value is None:
        return True
    if accepts.values:
        return value in accepts.values
    return (
        (accepts.minimum is None or value >= accepts.minimum)
        and (accepts.above is None or value > accepts.above)
        and (accepts.maximum is None or value <= accepts.maximum)
        and (accepts.below is None or value < accepts.below)
    )
