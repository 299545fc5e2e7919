"""Values that the estimator refuses, kept from a model: only models whose manifest names some load this."""

from collections.abc import Sequence
from typing import Any

from sparely.handler.errors import LISTED_CHOICES, shorten
from sparely.handler.values import ValueType
from sparely.manifest import Accepts
from sparely.record import Record

NOTHING = Accepts()
"""What models take together that have no value in common; no manifest says so of a feature."""


class Known(Record):
    """One of the values that an encoder was fitted on; `of` is the type that they are of."""

    of: ValueType
    accepts: Accepts
    values: frozenset[Any]

    @property
    def expected(self) -> str:
        return self.of.expected

    def fits(self, value: Any) -> bool:
        return self.of.fits(value) and value in self.values

    def all_fit(self, values: Sequence[Any]) -> bool:
        return self.of.all_fit(values) and self.values.issuperset(values)


class Within(Record):
    """A number within bounds of the estimator's own, and none of those that it has no answer for."""

    of: ValueType
    accepts: Accepts
    without: frozenset[float]

    @property
    def expected(self) -> str:
        return self.of.expected

    def fits(self, value: Any) -> bool:
        return self.of.fits(value) and holds(self.accepts, value, value) and value not in self.without

    def all_fit(self, values: Sequence[Any]) -> bool:
        return (
            self.of.all_fit(values)
            and holds(self.accepts, min(values), max(values))
            and self.without.isdisjoint(values)
        )


def holds(accepts: Accepts, smallest: Any, largest: Any) -> bool:
    """Whether all numbers from the smallest to the largest are within the bounds."""
    return (
        (accepts.minimum is None or smallest >= accepts.minimum)
        and (accepts.above is None or smallest > accepts.above)
        and (accepts.maximum is None or largest <= accepts.maximum)
        and (accepts.below is None or largest < accepts.below)
    )


def restricted(value_type: ValueType, accepts: Accepts) -> ValueType:
    """The type, less what the estimator refuses."""
    if accepts.values or accepts == NOTHING:
        return Known(value_type, accepts, frozenset(accepts.values))
    return Within(value_type, accepts, frozenset(accepts.without))


def both(one: Accepts | None, other: Accepts | None) -> Accepts | None:
    """What two models that are asked together take."""
    if one is None or other is None:
        return one or other
    if NOTHING in (one, other):
        return NOTHING
    if one.values or other.values:
        first, second = (one, other) if one.values else (other, one)
        is_taken = restricted(_ANYTHING, second).fits
        return Accepts(values=tuple(filter(is_taken, first.values)))
    minimum, above = _of(max, one.minimum, other.minimum), _of(max, one.above, other.above)
    maximum, below = _of(min, one.maximum, other.maximum), _of(min, one.below, other.below)
    if minimum is not None and above is not None:
        minimum, above = (minimum, None) if minimum > above else (None, above)
    if maximum is not None and below is not None:
        maximum, below = (maximum, None) if maximum < below else (None, below)
    without = tuple(sorted({*one.without, *other.without}))
    return Accepts(minimum=minimum, above=above, maximum=maximum, below=below, without=without)


def expected(what: str, accepts: Accepts) -> str:
    """
    What a sentence calls a value that passes, such as `one of "double", "single"` or `a number above 0`.

    Args:
        what: the same without the estimator's own refusals.
    """
    if accepts == NOTHING:
        return f"{what} that all models asked together take, of which there is none"
    if accepts.values:
        shown = [_quoted(value) for value in accepts.values[:LISTED_CHOICES]]
        more = len(accepts.values) - len(shown)
        return f"one of {', '.join(shown)}{f' and {more} more, which GET /models lists' if more else ''}"
    lower = [_worded("from", accepts.minimum), _worded("above", accepts.above)]
    upper = [
        _worded("to" if accepts.minimum is not None else "up to", accepts.maximum),
        _worded("below", accepts.below),
    ]
    if accepts.minimum is not None and not any(upper):
        upper = ["on"]
    return " ".join([what, *filter(None, lower), *filter(None, upper), *_but(accepts.without)])


def _but(without: Sequence[float]) -> list[str]:
    """Words for the numbers that are not taken; the last one of several stands behind an "or"."""
    *others, last = map(_short, without or (0,))
    return [f"other than {', '.join(others)} or {last}" if others else f"other than {last}"] if without else []


def _worded(word: str, bound: float | None) -> str:
    return "" if bound is None else f"{word} {_short(bound)}"


def _short(number: float) -> str:
    """In six digits where that is the number itself."""
    short = f"{number:g}"
    return short if float(short) == number else repr(number)


def _quoted(value: Any) -> str:
    return f'"{shorten(value, 40)}"' if isinstance(value, str) else repr(value)


def _of(choose: Any, one: float | None, other: float | None) -> float | None:
    both_bounds = [bound for bound in (one, other) if bound is not None]
    return choose(both_bounds) if both_bounds else None


class _Anything(Record):
    expected: str = "a value"

    def fits(self, value: Any) -> bool:
        return True

    def all_fit(self, values: Sequence[Any]) -> bool:
        return True


_ANYTHING = _Anything()
