"""Features that a table has not: which they are, and which of its names may be meant."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

from sparely.handler.values import is_unicode

MOST_NAMED = 9
LIKE = 0.75
"""How much of two names is the same where one may be meant by the other; 1 is all."""

Lacking: TypeAlias = Mapping[str, str]
"""By feature the name that may be meant; an empty one where none looks like it."""


def look_alikes(features: Iterable[str], others: Collection[str]) -> dict[str, str]:
    """
    By feature what may be meant by it: the same letters and digits, or a close match.

    Args:
        others: names that are of no feature; of one that UTF-8 cannot carry nothing can be told.
    """
    plain = {_plain(name): name for name in sorted(others) if is_unicode((name,))}
    return {feature: _meant(_plain(feature), plain) for feature in features}


def in_neither(one: Lacking | None, other: Lacking | None) -> Lacking | None:
    """What neither of two parts of a table has; a part without rows, which is None, says nothing."""
    if one is None or other is None:
        return other if one is None else one
    return {name: meant or other[name] for name, meant in one.items() if name in other}


def without(lacking: Lacking | None, by: str) -> str:
    """
    What is to be said of a whole table in which no row had some features; nothing where there are none.

    Args:
        by: how a caller says that this is right, with `{}` for the names.
    """
    if not lacking:
        return ""
    what = "them" if len(lacking) > 1 else "it"
    names = by.format(joined(lacking))
    return f"No row has {with_meant(lacking)}, so every row was answered with null for {what}; {names} allows that."


def with_meant(lacking: Lacking) -> str:
    """Their names as a sentence has them."""
    return listed([f'"{name}" ("{meant}" may be meant)' if meant else f'"{name}"' for name, meant in lacking.items()])


def listed(quoted: Sequence[str]) -> str:
    """Some, and how many more there are."""
    shown = ", ".join(quoted[:MOST_NAMED])
    return f"{shown} and {len(quoted) - MOST_NAMED} more" if len(quoted) > MOST_NAMED else shown


def joined(names: Iterable[str]) -> str:
    """Names as an option takes them."""
    first = [*names]
    return ",".join([*first[:MOST_NAMED], *(["…"] if len(first) > MOST_NAMED else [])])


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold())) or name


def _meant(name: str, plain: Mapping[str, str]) -> str:
    if name in plain:
        return plain[name]
    from difflib import get_close_matches  # only where something is lacking

    return next((plain[each] for each in get_close_matches(name, plain, 1, LIKE)), "")
