"""Rows far outside of training: float32 loses what of so large a number still matters, as where in its turn it is."""

from collections.abc import Iterator, Sequence
from typing import Any

from sparely_export.features import Feature, Instance
from sparely_export.rows import evenly

SPANS = 1_000_000
"""So many ranges beyond what training saw."""
ROWS = 3
"""In so many rows each number is tried; of hundreds of features as many as fit into `MOST_CELLS`."""
MOST_CELLS = 100_000
NOTE = "Numbers a million times beyond what training saw may get another answer than the estimator's."
"""Where even float64 has no digits left of them; what each library makes of its rounding then is its own."""
WITHIN_A_TURN = 0.37
"""Of a number that need not be whole, for whole ones float32 holds longer."""


def far_rows(features: Sequence[Feature], rows: Sequence[Instance]) -> list[dict[str, Any]]:
    """
    Return rows of which one number lies far below or above training.

    Args:
        features: with their ranges.
    """
    bases = evenly([row for row in rows if None not in row.values()], ROWS)
    tried = evenly(features, max(MOST_CELLS // (2 * ROWS * len(features)), 1))
    return [{**base, feature.name: value} for base in bases for feature in tried for value in _values(feature)]


def _values(feature: Feature) -> Iterator[float]:
    if feature.type not in ("number", "integer") or feature.minimum is None or feature.maximum is None:
        return
    span = (feature.maximum - feature.minimum) or 1
    beyond = SPANS * span if feature.type == "integer" else round(SPANS * span) + WITHIN_A_TURN
    yield from (feature.minimum - beyond, feature.maximum + beyond)
