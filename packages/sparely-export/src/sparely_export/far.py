"""Rows far outside of training, for steps that have periods: float32 loses where in its turn a number is."""

from collections.abc import Iterator, Sequence
from typing import Any

from sparely_export.features import Feature, Instance
from sparely_export.steps import walk

TURNING = ("sin", "cos", "tan")
SPANS = 1_000_000
"""So many ranges beyond what training saw."""

WITHIN_A_TURN = 0.37
"""Of a number that need not be whole, for whole ones float32 holds longer."""


def comes_round(estimator: Any) -> bool:
    """Whether a step has periods: a sine and its kin, or a periodic spline."""
    steps = [step for _, step in walk(estimator)]
    functions = [getattr(getattr(step, "func", None), "__name__", "") for step in steps]
    return any(name in TURNING for name in functions) or any(
        getattr(step, "extrapolation", None) == "periodic" for step in steps
    )


def far_rows(estimator: Any, features: Sequence[Feature], rows: Sequence[Instance]) -> list[dict[str, Any]]:
    """
    Return rows of which one number lies far below or above training, for estimators with a step that has periods.

    Args:
        features: with their ranges.
    """
    base = next((row for row in rows if None not in row.values()), None)
    if base is None or not comes_round(estimator):
        return []
    return [{**base, feature.name: value} for feature in features for value in _values(feature)]


def _values(feature: Feature) -> Iterator[float]:
    if feature.type not in ("number", "integer") or feature.minimum is None or feature.maximum is None:
        return
    span = (feature.maximum - feature.minimum) or 1
    beyond = SPANS * span if feature.type == "integer" else round(SPANS * span) + WITHIN_A_TURN
    yield from (feature.minimum - beyond, feature.maximum + beyond)
