"""The answers that are tried: every choice, every pair of choices, and texts that break a careless template."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, product

from tests.conftest import ANSWERS

Answers = dict[str, str]
Pair = frozenset[tuple[str, str]]

CHOICES: dict[str, list[str]] = {
    name: choices for name, choices in ANSWERS.items() if isinstance(choices, list) and not name.startswith("_")
}
AWKWARD = [
    "O'Brien's \"best\" {models}",
    "Prädiktion für Zürich",
    "予測サービス",
    "{x} {{ 7 * 7 }} #{y} ${z} %",
    "a: b # c \\ d",
    "42",
    "--help",
    "-" * 90,
    "yes",
    "~",
    "1e3",
]


def every(choices: Mapping[str, Sequence[str]]) -> list[Answers]:
    """Every combination of choices."""
    return [dict(zip(choices, values, strict=True)) for values in product(*choices.values())]


def pairs(answers: Iterable[Answers]) -> set[Pair]:
    """Every two answers that are given together."""
    return {frozenset(two) for each in answers for two in combinations(each.items(), 2)}


def covering(choices: Mapping[str, Sequence[str]]) -> list[Answers]:
    """A few combinations in which every pair of choices occurs: always the one that has most of what is missing."""
    candidates, chosen = every(choices), list[Answers]()
    missing = pairs(candidates)
    while missing:
        chosen.append(max(candidates, key=lambda answers: len(pairs([answers]) & missing)))
        missing -= pairs(chosen[-1:])
    return chosen


def first_seen(rows: Iterable[Answers]) -> list[Answers]:
    """Of these combinations those with an answer that none before has: every answer is in one of them."""
    seen, chosen = set[tuple[str, str]](), list[Answers]()
    for row in rows:
        if not seen >= row.items():
            chosen.append(row)
        seen |= row.items()
    return chosen


def title(answers: Answers) -> str:
    """A test's name for its answers."""
    return " ".join(answers.values())[:60]
