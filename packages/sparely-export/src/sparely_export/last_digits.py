"""
Rows at the very edge of a step, where the last bits of what is computed before it decide.

Behind a projection, a logarithm or a root a threshold is met by numbers that are rounded, and by no two libraries or
processors alike in the last bit.
A row that was placed there by bisection is settled if the estimator gives our answer to a value next to it, nearer than
any measurement tells apart; rows that were given, and numbers that people write, are held to their answer.
"""

import contextlib
import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sparely.manifest import Tolerance
from sparely_export.answers import Answers, ask_estimator
from sparely_export.features import Feature, Instance
from sparely_export.parity import THRESHOLD, Probe, agreeing
from sparely_export.refused_values import asking
from sparely_export.rows import evenly
from sparely_export.steps import walk
from sparely_export.tasks import Task

SHARES = (1e-15, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9)
"""How far a value is moved, of the largest that its feature has; float32 tells apart 1e-7."""

WRITTEN_DIGITS = 12
"""Numbers of fewer digits are such as people write, and are not moved."""

MOST_ROWS = 500
"""So many are tried at a time; where most of them differ by more than the last bits of an edge, so do the others."""


WIDE = (*SHARES, 1e-8, 1e-7, 1e-6, 1e-5)
"""Where a curve only touches its border, its last bit decides over a wider stretch."""

ON_BORDER = (
    "These rows lie on a border that a step compares with (bins, thresholds, a sign), behind a step that rounds in its "
    "last bit, such as a projection, a power or a logarithm: the estimator itself answers otherwise a hair beside "
    "them. Put the step that compares before the one that rounds, or round its input; trees need no step in front of "
    "them that keeps the order of numbers, so leave it out there."
)

HAIR = (1e-13, 1e-12, 1e-11, 1e-10)
UNSTABLE = (
    "The estimator itself gives other answers to these rows as soon as their numbers, or those of its steps, move by a "
    "ten-billionth: a step such as a projection makes digits of rounding errors, or equal numbers unequal in front of "
    "one that compares them, and no other library or processor rounds alike. Scale the columns in front of it, or "
    "leave it out."
)
PLACES = ("mean_", "center_", "scale_", "components_", "statistics_", "normalization_")
"""What steps call the numbers that they take from columns, divide by and project with."""
DRAW = 1e-12
DRAWN = (
    "Two classes draw in these rows: their probabilities are equal in a dozen digits, and rounding decides which one "
    "is told. Take an odd number of members, or weights with which none draw."
)
ASKED = 50
"""So many of the rows that differ are asked for that."""


@dataclass(frozen=True, slots=True)
class Compared:
    """
    The estimator's answers and ours to the same n rows.

    Attributes:
        features: with their ranges.
        probed: the rows, with where each comes from.
        expected: the estimator's answers.
        got: ours.
        tolerance: how far they may lie apart.
    """

    estimator: Any
    features: Sequence[Feature]
    probed: Sequence[Probe]
    expected: Answers
    got: Answers
    tolerance: Tolerance

    @property
    def differing(self) -> list[int]:
        """The places of the rows whose answers are not the same."""
        return [int(place) for place in np.flatnonzero(~agreeing(self.expected, self.got, self.tolerance))]

    def without(self, places: Sequence[int]) -> "Compared":
        """The same of the other rows."""
        rest = sorted(set(range(len(self.probed))) - set(places))
        probed = [self.probed[place] for place in rest]
        return replace(self, probed=probed, expected=self.expected.at(rest), got=self.got.at(rest))


def settled(compared: Compared) -> list[int]:
    """Return the places of the rows that differ, and whose answer is the estimator's to a value next to theirs."""
    placed = [place for place in compared.differing if compared.probed[place].origin == THRESHOLD]
    found: list[int] = []
    for start in range(0, len(placed), MOST_ROWS):
        some = placed[start : start + MOST_ROWS]
        here = _found(compared, some, WRITTEN_DIGITS, SHARES)
        if 2 * len(here) < len(some):
            break
        found += here
    return found


def on_border(compared: Compared) -> str | None:
    """Say that all rows that differ lie on a border, given ones too; None where that is not why."""
    places = compared.differing
    if not places or len(places) > MOST_ROWS:
        return None
    return ON_BORDER if len(_found(compared, places, 0, WIDE)) == len(places) else None


def unstable(compared: Compared) -> str | None:
    """Say that the estimator's own answers to the rows that differ are a matter of its rounding; None where not."""
    places = evenly(compared.differing, ASKED)
    numeric = [feature for feature in compared.features if feature.numeric]
    moved = [(place, row) for place in places for row in _beside(compared.probed[place].instance, numeric, 0, HAIR)]
    rows = [compared.probed[place].instance for place in places]
    others = _otherwise(compared, compared.estimator, [place for place, _ in moved], [row for _, row in moved])
    for share in HAIR:
        with contextlib.suppress(Exception):
            others |= _otherwise(compared, _moved(compared.estimator, share), places, rows)
    return UNSTABLE if 2 * len(others) > len(places) else None


def drawn(compared: Compared) -> str | None:
    """Say that two classes draw in all rows that differ; None where that is not why."""
    values, places = compared.expected.values, compared.differing
    if compared.expected.labels is None or values.shape[1] < 2 or not places:
        return None
    best = np.sort(values[places], axis=1)[:, -2:]
    near = np.abs(values[places] - compared.got.values[places]).max() <= compared.tolerance.absolute
    return DRAWN if near and (best[:, 1] - best[:, 0]).max() <= DRAW else None


def _otherwise(compared: Compared, estimator: Any, places: Sequence[int], rows: Sequence[Instance]) -> set[int]:
    """Those of the places for whose rows this estimator gives something else than was expected."""
    places, rows = _answered(estimator, compared.features, places, rows)
    if not rows:
        return set()
    answers = ask_estimator(estimator, compared.features, rows, compared.expected.task or Task("regressor"))
    same = agreeing(compared.expected.at(places), answers, compared.tolerance)
    return {place for place, each in zip(places, same, strict=True) if not each}


def _answered(
    estimator: Any, features: Sequence[Feature], places: Sequence[int], rows: Sequence[Instance]
) -> tuple[list[int], list[Instance]]:
    """The rows that the estimator answers, with their places: an encoder of numbers knows none beside its own."""
    taken = asking(estimator, features)(rows)
    kept = [(place, row) for place, row, each in zip(places, rows, taken, strict=True) if each]
    return [place for place, _ in kept], [row for _, row in kept]


def _moved(estimator: Any, share: float) -> Any:
    """The estimator with the numbers of its steps moved by next to nothing, up or down by chance."""
    other, random = copy.deepcopy(estimator), np.random.default_rng(0)
    for _, step in walk(other):
        for name in PLACES:
            values = getattr(step, name, None)
            if isinstance(values, np.ndarray) and values.dtype.kind == "f":
                setattr(step, name, values * (1 + share * random.uniform(-1, 1, values.shape)))
    return other


def _found(compared: Compared, places: Sequence[int], digits: int, shares: Sequence[float]) -> list[int]:
    """Those of the places where the estimator gives our answer to a value next to the row's, written in more digits."""
    features = compared.features
    numeric = [feature for feature in features if feature.numeric]
    moved = [
        (place, row) for place in places for row in _beside(compared.probed[place].instance, numeric, digits, shares)
    ]
    places, rows = _answered(compared.estimator, features, [place for place, _ in moved], [row for _, row in moved])
    if not rows:
        return []
    answers = ask_estimator(compared.estimator, features, rows, compared.expected.task or Task("regressor"))
    same = agreeing(answers, compared.got.at(places), compared.tolerance)
    return sorted({place for place, each in zip(places, same, strict=True) if each})


def _beside(row: Instance, numeric: Sequence[Feature], digits: int, shares: Sequence[float]) -> list[dict[str, Any]]:
    """The row with one of its numbers moved by next to nothing, up and down."""
    found = []
    for feature in numeric:
        value = row.get(feature.name)
        if value is None or _digits(float(value)) < digits:
            continue
        size = max(abs(each) for each in (float(value), feature.minimum or 0.0, feature.maximum or 0.0))
        steps = {float(value) + sign * share * size for share in shares for sign in (-1, 1)}
        found += [{**row, feature.name: near} for near in sorted(steps)]
    return found


def _digits(value: float) -> int:
    """How many digits it takes to write a number."""
    return len(repr(value).partition("e")[0].replace(".", "").replace("-", "").strip("0"))


def note(rows: int) -> str:
    """What the report and the manifest say of them."""
    return (
        f"{rows} of the rows at thresholds get the estimator's answer to a value that differs from theirs by less than "
        "one part in a billion, where a step before the threshold rounds."
    )
