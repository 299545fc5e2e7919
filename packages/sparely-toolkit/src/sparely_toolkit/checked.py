"""What somebody wrote into a file, held to the types of a dataclass by pydantic."""

import functools
from collections.abc import Hashable
from typing import Annotated, Any, cast

from pydantic import Field, TypeAdapter, ValidationError

Amount = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
"""A number from 0 on."""
Above = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
"""A number above 0."""
Count = Annotated[int, Field(strict=True, ge=1)]
"""A whole number from 1 on."""
LONGEST = 40
"""Of what a message shows, in characters."""
_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")


class Unfit(ValueError):
    """A document is not what it is to be; the message names the place, what stands there and what is expected."""


def checked[T](kind: type[T], document: object) -> T:
    """
    Make a dataclass, or whatever else a type says, of a document.

    Raises:
        Unfit: it does not fit.
    """
    try:
        made: T = _adapter(cast(Hashable, kind)).validate_python(document)
    except ValidationError as error:
        raise Unfit(_sentence(error.errors()[0])) from None
    return made


@functools.cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    """Made once: a CSV has tens of thousands of rows of one type."""
    return TypeAdapter(kind)


def _sentence(fault: Any) -> str:
    place, given = ".".join(map(str, fault["loc"])), repr(fault["input"])
    if fault["type"] in _UNKNOWN:
        return f"{place} is unknown"
    if fault["type"] == "missing" or fault["input"] is None:
        return f"{place} is missing"
    wanted = str(fault["msg"]).replace("Input should", "it should")
    given = given if len(given) <= LONGEST else f"{given[: LONGEST - 3]}..."
    return f"{place or 'it'} is {given}, and {wanted}"
