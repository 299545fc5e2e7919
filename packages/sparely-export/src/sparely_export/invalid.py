"""Rows that an estimator does not answer: the first of them, with the column and value at fault where one is found."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from sparely_export.answers import as_fitted
from sparely_export.features import Feature, FeatureType, Instance
from sparely_export.frameworks.onnx_file import InvalidOnnx
from sparely_export.refusals import Refusal

ADVICE = {
    "number": "Expected a number there, such as 1834.31, or true or false; an empty cell where nothing is known.",
    "string": "Expected a word there.",
    "other": "Give rows as the model met them in training, before any of its own steps.",
}

Replacement: TypeAlias = tuple[str, FeatureType, Any]
"""A value to try in the place of one that may be at fault: what it would tell, its type, itself."""


def quoted(names: Iterable[str]) -> str:
    """Columns as sentences name them, so that one is seen that has no name, or spaces in it."""
    return ", ".join(f'"{name}"' for name in names)


class InvalidRows(Refusal):
    """
    The rows do not fit the estimator, or hold what callers could not send.

    Attributes:
        problem: the same without advice, for who knows better where the rows come from.
    """

    def __init__(self, problem: str, advice: str = "") -> None:
        super().__init__(f"{problem} {advice}".rstrip())
        self.problem = problem


class Unanswered(InvalidRows):
    """The estimator refuses a row; `fault` is the feature and what was expected in its place, if that is known."""

    def __init__(self, place: int, row: Instance, fault: tuple[Feature, str] | None, refusal: Exception) -> None:
        text = " ".join(str(refusal).split())[:300]
        words = text if isinstance(refusal, ValueError) else f"{type(refusal).__name__}: {text}"
        sentence = f"the estimator does not answer row {place} of the data"
        advice = ADVICE["other"]
        if fault is not None:
            sentence += f', where column "{fault[0].name}" holds {row[fault[0].name]!r}'
            advice = ADVICE[fault[1]]
        super().__init__(f"{sentence} ({words.rstrip('.')}).", advice)


def check_answers(
    estimator: Any, features: Sequence[Feature], rows: Sequence[Instance], *, whole: bool = False
) -> None:
    """
    Ask the estimator all rows, or only those without null (`whole`).

    Raises:
        Unanswered: it refuses some.
    """
    numbered = [(place, row) for place, row in enumerate(rows, 1) if not whole or None not in row.values()]
    refusal = _refusal(estimator, features, [row for _, row in numbered]) if numbered else None
    if refusal is None:
        return
    first = _first_refused(estimator, features, [row for _, row in numbered])
    place, row = numbered[first]
    alone = _refusal(estimator, features, [row]) or refusal
    raise Unanswered(place, row, _fault(estimator, features, row, numbered[0][1] if first else None), alone)


def _refusal(estimator: Any, features: Sequence[Feature], rows: Sequence[Instance]) -> Exception | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            estimator.predict(as_fitted(estimator, features, rows))
    except InvalidOnnx:
        raise
    except Exception as error:
        return error
    return None


def _first_refused(estimator: Any, features: Sequence[Feature], rows: Sequence[Instance]) -> int:
    """Halve the rows until one is left: what a few refuse, more refuse too."""
    answered, refused = 0, len(rows)
    while refused - answered > 1:
        middle = (answered + refused) // 2
        if _refusal(estimator, features, rows[:middle]) is None:
            answered = middle
        else:
            refused = middle
    return refused - 1


def _fault(
    estimator: Any, features: Sequence[Feature], row: Instance, answered: Instance | None
) -> tuple[Feature, str] | None:
    """Return the first feature by whose value alone the row is refused."""
    for feature in features:
        for expected, kind, value in _replacements(feature, answered):
            tried = [replace(each, type=kind) if each is feature else each for each in features]
            if _refusal(estimator, tried, [{**row, feature.name: value}]) is None:
                return feature, expected
    return None


def _replacements(feature: Feature, answered: Instance | None) -> Iterator[Replacement]:
    if not feature.numeric:
        yield "number", "number", 0.0
    if answered is not None:
        yield "other", feature.type, answered[feature.name]
    if feature.numeric:
        yield "string", "string", ""
