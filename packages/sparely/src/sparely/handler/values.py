"""What a JSON value must be to fit a feature's type, in a record or in a column of a tensor."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sparely.engine import ElementType
from sparely.manifest import DATATYPES
from sparely.record import Record

ELEMENT_TYPES = {datatype: ElementType(number) for datatype, number in DATATYPES.items()}
"""The engine's types by the datatypes that manifests and the Open Inference Protocol name."""

LARGEST_FLOAT32 = 3.4028234663852886e38
LARGEST_INTEGER = 2**53  # beyond it a JSON number is not exact for every client: RFC 8259, section 6
LONGEST_STRING = 1_000

NUMBERS = frozenset((int, float))
INTEGERS = frozenset((int,))
FLOATS = frozenset((float,))
FLAGS = frozenset((0, 1))
BOOLEANS = frozenset((bool,))
STRINGS = frozenset((str,))


class ValueType(Protocol):
    """A test of one value, the same of many at once, and what a sentence calls a value that passes."""

    @property
    def expected(self) -> str: ...

    def fits(self, value: Any) -> bool: ...

    def all_fit(self, values: Sequence[Any]) -> bool:
        """Whether each of one value or more fits; as `fits` of each says, an order of magnitude faster."""


class Number(Record):
    """A number between two bounds; `true` is none."""

    expected: str
    largest: float

    def fits(self, value: Any) -> bool:
        return type(value) in NUMBERS and -self.largest <= value <= self.largest

    def missed(self, value: Any) -> tuple[float, float] | None:
        return (-self.largest, self.largest) if type(value) in NUMBERS and abs(value) > self.largest else None

    def all_fit(self, values: Sequence[Any]) -> bool:
        return NUMBERS.issuperset(map(type, values)) and -self.largest <= min(values) and max(values) <= self.largest


class Whole(Record):
    """A whole number between two bounds, also one written with a fraction of zero."""

    expected: str
    smallest: int
    largest: int

    def fits(self, value: Any) -> bool:
        return is_whole(value) and bool(self.smallest <= value <= self.largest)

    def missed(self, value: Any) -> tuple[int, int] | None:
        return (self.smallest, self.largest) if is_whole(value) and not self.fits(value) else None

    def all_fit(self, values: Sequence[Any]) -> bool:
        types = {*map(type, values)}
        if types == INTEGERS or (types == FLOATS and all(map(float.is_integer, values))):
            return bool(self.smallest <= min(values) and max(values) <= self.largest)
        return all(map(self.fits, values))


class Boolean(Record):
    """true or false."""

    expected: str

    def fits(self, value: Any) -> bool:
        return type(value) is bool

    def all_fit(self, values: Sequence[Any]) -> bool:
        return BOOLEANS.issuperset(map(type, values))


class Flag(Record):
    """true or false as a tensor of numbers has them."""

    expected: str

    def fits(self, value: Any) -> bool:
        return type(value) in NUMBERS and value in FLAGS

    def all_fit(self, values: Sequence[Any]) -> bool:
        return NUMBERS.issuperset(map(type, values)) and FLAGS.issuperset(values)


class Text(Record):
    """A string of bounded length that UTF-8 can carry: JSON's escapes can also write half a character."""

    expected: str
    longest: int

    def fits(self, value: Any) -> bool:
        return type(value) is str and len(value) <= self.longest and is_unicode((value,))

    def all_fit(self, values: Sequence[Any]) -> bool:
        return STRINGS.issuperset(map(type, values)) and max(map(len, values)) <= self.longest and is_unicode(values)


def is_whole(value: Any) -> bool:
    """Whether a number has no fraction but zero."""
    return type(value) is int or (type(value) is float and value.is_integer())


def missed_bounds(value_type: ValueType, value: Any) -> tuple[float, float] | None:
    """The ends of a type of numbers, if the value is such a number and lies beyond them; None if it is not."""
    missed = getattr(getattr(value_type, "of", value_type), "missed", None)
    return missed(value) if missed else None


def is_unicode(texts: Iterable[str]) -> bool:
    """Whether UTF-8 can carry these texts."""
    # Two halves of a character that meet here stay two halves: Python's strings are of code points.
    joined = "".join(texts)
    if joined.isascii():
        return True
    try:
        joined.encode()
    except UnicodeEncodeError:
        return False
    return True


_NUMBER = Number("a number", LARGEST_FLOAT32)
_BOOLEAN = Boolean("true or false")
_FLAG = Flag("0 or 1")
_TEXT = Text(f"a string of at most {LONGEST_STRING} characters", LONGEST_STRING)
_WHOLE = Whole("a whole number", -LARGEST_INTEGER, LARGEST_INTEGER)
_INT32 = Whole("a whole number of 32 bits", -(2**31), 2**31 - 1)

# By feature type; a number or whole number that the model takes as a narrower type is narrower here too.
FEATURES: dict[str, ValueType] = {"number": _NUMBER, "integer": _WHOLE, "boolean": _BOOLEAN, "string": _TEXT}
NARROWER: dict[tuple[str, str], ValueType] = {
    ("number", "INT32"): _INT32,
    ("number", "INT64"): _WHOLE,
    ("integer", "INT32"): _INT32,
}


def in_tensor(kind: str, datatype: str) -> ValueType:
    """What a feature of a type takes in a tensor: what it takes in a record, where true and false are no numbers."""
    if datatype == "BOOL":
        return _BOOLEAN
    return _FLAG if kind == "boolean" else NARROWER.get((kind, datatype), FEATURES[kind])
