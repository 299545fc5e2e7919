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
from sparely_export.rows import evenly
from sparely_export.steps import walk

UNSEEN_CATEGORY = "a category never seen"
FAR = 1e6
"""So many times the largest value that was seen is asked for too."""
FIRST_ROWS = 20
OTHER_ROWS = 12
"""What is refused in one row must be refused in so many others, to be the feature's own."""
GAPS = 5
"""In so many gaps between what was seen a value is asked for."""
NEAR = 1e-6
"""So near to a number that is refused, in shares of those that are taken, others have to be taken."""
MIDDLES = ("mean_", "center_")
"""What scalers call the number that they take from a column."""

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

    What is refused beside some values of other features alone is no feature's own, and not noted: the service says of
    such a row that it has no answer.

    Args:
        features: with their ranges and categories.
        rows: rows as callers send them.
    """
    ask = asking(estimator, features)
    bases = _bases(features, rows, ask)
    if not bases:
        return tuple(features)
    singular = middles(estimator, features)
    tried = {
        feature.name: list(dict.fromkeys([*tries(feature, rows), *singular.get(feature.name, ())]))
        for feature in features
        if feature.type != "boolean"
    }
    suspects = _suspects(tried, bases[0], ask)
    return tuple(
        replace(feature, accepts=_accepted(feature, bases, tried[feature.name], rows, estimator, ask))
        if feature.name in suspects
        else feature
        for feature in features
    )


def _bases(features: Sequence[Feature], rows: Sequence[Instance], ask: Ask) -> list[Instance]:
    """Rows that the estimator answers, without null where there are such; one of them at first, then at the ends."""
    for some in ([row for row in rows if None not in row.values()], list(rows)):
        first = next((row for row in some[:FIRST_ROWS] if ask([row])[0]), None)
        if first is not None:
            ranged = [each for each in features if each.minimum is not None and each.maximum is not None]
            others = evenly(some, OTHER_ROWS)
            for end in ("minimum", "maximum"):
                ends = {each.name: getattr(each, end) for each in ranged}
                others += [{**first, **ends}]
                others += [{**first, name: ends[name]} for name in evenly(list(ends), OTHER_ROWS)]
            return [first, *(row for row, taken in zip(others, ask(others), strict=True) if taken)]
    return []


def middles(estimator: Any, features: Sequence[Feature]) -> dict[str, list[float]]:
    """By feature what a scaler takes for its middle and turns into 0, which what comes after it may refuse."""
    names = [feature.name for feature in features]
    whole = {feature.name for feature in features if feature.type == "integer"}
    found: dict[str, list[float]] = {}
    for _, step in walk(estimator):
        middle = next((each for name in MIDDLES if isinstance(each := getattr(step, name, None), np.ndarray)), None)
        known = [str(name) for name in getattr(step, "feature_names_in_", names)]
        if middle is not None and middle.shape == (len(known),):
            for name, value in zip(known, middle.tolist(), strict=True):
                if name in names and np.isfinite(value) and (name not in whole or float(value).is_integer()):
                    found.setdefault(name, []).append(int(value) if name in whole else value)
    return found


def tries(feature: Feature, rows: Sequence[Instance]) -> Iterator[Any]:
    """Values that callers may send and training did not see."""
    if not feature.numeric:
        yield UNSEEN_CATEGORY
        return
    if feature.minimum is None or feature.maximum is None:
        return
    smallest, largest = feature.minimum, feature.maximum
    span = (largest - smallest) or 1
    yield from dict.fromkeys((smallest - span, largest + span, 0, -1, 1, *_far(feature), *_between(feature, rows)))


def _far(feature: Feature) -> tuple[float, ...]:
    if feature.minimum is None or feature.maximum is None:
        return ()
    far = FAR * max(abs(feature.minimum), abs(feature.maximum), 1)
    return feature.minimum - far, feature.maximum + far


def _between(feature: Feature, rows: Sequence[Instance]) -> list[float]:
    """Values within the range that were not seen, in some of the gaps that there are."""
    seen = sorted({row[feature.name] for row in rows if row.get(feature.name) is not None})
    if feature.type == "integer":
        return evenly([low + 1 for low, high in pairwise(seen) if high - low > 1], GAPS)
    return evenly([(low + high) / 2 for low, high in pairwise(seen) if low < (low + high) / 2 < high], GAPS)


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
    feature: Feature,
    bases: Sequence[Instance],
    tried: Sequence[Any],
    rows: Sequence[Instance],
    estimator: Any,
    ask: Ask,
) -> Accepts | None:
    base, *others = bases

    def takes(values: Sequence[Any]) -> list[bool]:
        return ask([{**base, feature.name: value} for value in values])

    def is_its_own(good: Any, bad: Any) -> bool:
        """Whether beside other rows' values one is taken and the other refused as well."""
        answers = ask([{**row, feature.name: value} for row in others for value in (good, bad)])
        return all(answers[::2]) and not any(answers[1::2])

    verdict = dict(zip(tried, takes(tried), strict=True))
    refused = [value for value, taken in verdict.items() if not taken]
    if not refused:
        return None
    low = feature.minimum
    between = [] if low is None else _between(feature, rows)
    if low is None or (between and not any(verdict[value] for value in (*between, *_far(feature)))):
        seen = list(dict.fromkeys(row[feature.name] for row in rows if row.get(feature.name) is not None))
        known = list(dict.fromkeys([*seen, *([] if feature.numeric else [""]), *_encoded(estimator, feature)]))
        values = tuple(sorted(value for value, taken in zip(known, takes(known), strict=True) if taken))
        return Accepts(values=values) if values and is_its_own(values[0], refused[0]) else None
    start = base[feature.name] if base[feature.name] is not None else low
    taken = [start, *(value for value, each in verdict.items() if each)]
    whole = feature.type == "integer"
    accepts: dict[str, Any] = {}
    for beyond, names in (
        ([min(taken), *sorted(value for value in refused if value < min(taken))[-1:]], ("minimum", "above")),
        ([max(taken), *sorted(value for value in refused if value > max(taken))[:1]], ("maximum", "below")),
    ):
        if len(beyond) > 1:
            good, bad = _bound(beyond[0], beyond[1], takes, whole=whole)
            if is_its_own(good, bad):
                accepts |= _told(good, bad, names, whole=whole)
    holes = [
        value
        for value in refused
        if min(taken) < value < max(taken)
        and all(takes(beside := [*_beside(value, feature)]))
        and is_its_own(beside[0], value)
    ]
    if holes:
        accepts["without"] = tuple(sorted(holes))
    return Accepts(**accepts) if accepts else None


def _beside(value: float, feature: Feature) -> Iterator[float]:
    """The values just below and above, which are taken where a value alone is refused, as 0 by 1 / x."""
    if feature.type == "integer":
        yield from (value - 1, value + 1)
    else:
        span = (feature.maximum or 0) - (feature.minimum or 0)
        step = NEAR * max(abs(value), span or 1)
        yield from (value - step, value + step)


def _encoded(estimator: Any, feature: Feature) -> Iterator[Any]:
    """Categories of the estimator's encoders that may be this feature's: it is asked which ones are."""
    for _, step in walk(estimator):
        for values in getattr(step, "categories_", ()):
            for value in np.asarray(values, dtype=object).tolist():
                is_word = isinstance(value, str)
                if is_word is not feature.numeric and (is_word or (isinstance(value, int | float) and value == value)):
                    yield value


def _bound(
    taken: float, refused: float, takes: Callable[[Sequence[Any]], list[bool]], *, whole: bool
) -> tuple[float, float]:
    """Bisect to the neighbours between which the estimator begins to refuse: the last taken, the first refused."""
    if whole:
        good, bad = int(taken), int(refused)
        while abs(good - bad) > 1:
            middle = (good + bad) // 2
            good, bad = (middle, bad) if takes([middle])[0] else (good, middle)
        return good, bad
    good, bad = _ordered(float(taken)), _ordered(float(refused))
    while abs(good - bad) > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if takes([_number(middle)])[0] else (good, middle)
    return _number(good), _number(bad)


def _told(good: float, bad: float, names: tuple[str, str], *, whole: bool) -> dict[str, float]:
    """The one of the two with the shorter name: the last that is taken, or what it has to be above or below."""
    return {names[0]: good} if whole or len(repr(good)) <= len(repr(bad)) else {names[1]: bad}


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
        and value not in accepts.without
    )
