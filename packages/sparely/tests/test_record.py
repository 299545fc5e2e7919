"""Named tuples of what ships are what `typing.NamedTuple` makes of the same lines."""

import pickle
from typing import Any, NamedTuple

import pytest

from sparely.record import Record


class Ours(Record):
    """One of each."""

    name: str
    size: "int | None" = None
    of: tuple[Any, ...] = ()

    @property
    def double(self) -> int:
        return 2 * (self.size or 0)


class Typing(NamedTuple):
    """One of each."""

    name: str
    size: "int | None" = None
    of: tuple[Any, ...] = ()

    @property
    def double(self) -> int:
        return 2 * (self.size or 0)


@pytest.mark.parametrize("made", [Ours("a", 2), Ours(name="a", size=2)])
def test_it_is_a_tuple_with_names(made: Ours) -> None:
    """Equal to the other's, with the same fields, defaults, methods and words."""
    other = Typing("a", 2)

    assert tuple(made) == tuple(other)
    assert (made._fields, made._field_defaults, made.double) == (other._fields, other._field_defaults, other.double)
    assert made.__doc__ == other.__doc__
    assert repr(made) == repr(other).replace("Typing", "Ours")
    assert made._replace(of=(1,)) == ("a", 2, (1,))


def test_it_goes_through_a_pickle() -> None:
    """As rows do that go to another process."""
    assert pickle.loads(pickle.dumps(Ours("a"))) == Ours("a")


def test_a_field_that_is_missing_is_an_error() -> None:
    """By its name."""
    with pytest.raises(TypeError, match="name"):
        Ours()  # type: ignore[call-arg]


def test_annotations_may_come_from_a_function() -> None:
    """As in Python 3.14, where a class holds what tells them."""
    members = {"__module__": __name__, "__annotate_func__": lambda form: {"name": str, "size": int}, "size": 3}

    define: Any = type(Record)
    made = define("Lazy", (Record,), members)

    assert made("a") == ("a", 3)
    assert not hasattr(made, "__annotate_func__")
