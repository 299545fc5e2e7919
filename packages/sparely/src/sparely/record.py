"""
Named tuples as `typing.NamedTuple` writes them, at two thirds of what that takes to define one.

The handler defines thirty before its first request; the annotations that typing checks and keeps are for type checkers
alone, which read them here as ever.
"""

from collections import namedtuple
from typing import TYPE_CHECKING, Any

__all__ = ["Record"]

if TYPE_CHECKING:
    from typing import NamedTuple as Record
else:
    VALUES = 1
    """`annotationlib.Format.VALUE`: what Python 3.14's function of a class is asked for to tell its annotations."""
    _OF_ITS_DEFINITION = {"__annotate_func__", "__classdictcell__", "__module__"}

    class _Definition(type):
        """Reads a class' annotations as the fields of a tuple, in order, and its values as their defaults."""

        def __new__(cls, name: str, bases: tuple[type, ...], members: dict[str, Any]) -> type:
            lazy = members.get("__annotate_func__")
            fields = [*(lazy(VALUES) if lazy else members.get("__annotations__", ()))]
            defaults = [members.pop(field) for field in fields if field in members]
            made = namedtuple(name, fields, defaults=defaults, module=members["__module__"])
            for member in members.keys() - _OF_ITS_DEFINITION:
                setattr(made, member, members[member])
            return made

    Record = type.__new__(_Definition, "Record", (), {})
    """The class to derive from: fields with annotations, those with defaults last; methods and properties below."""
