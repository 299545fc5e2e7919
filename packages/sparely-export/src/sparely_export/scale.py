"""How near a converted model must be: by the scale of its own answers, column by column."""

from collections.abc import Sequence
from math import floor, log10

import numpy as np

from sparely.manifest import Tolerance
from sparely_export.answers import Answers
from sparely_export.options import SHARE, Allowed
from sparely_export.parity import Difference, ParityError, Probe

SMALL, LARGE = 0.05, 0.95
"""Which of the answers' sizes, by rank, are a column's small and large ones."""
LEAST_PROBABILITY = 1e-12
"""Below it a probability is compared with zero, but for whether it is zero."""
THIRD_DIGIT = 1e-3
PLACES_SHOWN = 5
SMALLEST = 1e-37
"""What float32 still holds."""


def tolerances(allowed: Tolerance | Allowed, expected: Answers, usual: np.ndarray) -> tuple[Tolerance, ...]:
    """
    Return the tolerance to pass by, and then one that lets small numbers differ, where float64 does not hold them.

    Args:
        expected: the estimator's answers to n rows.
        usual: (n,) which of them are rows like those of training, whose answers have the scale.
    """
    if isinstance(allowed, Tolerance):
        return (allowed,)
    if allowed.absolute is not None:
        return (Tolerance(allowed.absolute, allowed.relative),)
    return tuple(_by_scale(allowed.relative, expected, usual, share) for share in (SMALL, LARGE))


def _by_scale(relative: float, expected: Answers, usual: np.ndarray, share: float) -> Tolerance:
    most = 1.0 if expected.labels is not None and expected.task and expected.task.labels else np.inf
    sizes = {
        place: _rounded_down(SHARE * min(_size(column[usual], share, likely=most == 1.0), most))
        for place, column in zip(expected.places, expected.values.T, strict=True)
    }
    if len(sizes) == 1:
        return Tolerance(next(iter(sizes.values())), relative)
    return Tolerance(max(sizes.values(), default=SHARE), relative, sizes)


def _size(values: np.ndarray, share: float, *, likely: bool) -> float:
    """
    How large small or large answers are; around zero, where a share of an answer means nothing, the usual ones.

    `likely` is of probabilities.
    """
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    if not len(sizes):
        return 1.0
    if values.min() < 0 < values.max():
        share = max(share, 0.5)
    found = float(np.quantile(sizes, share, method="lower"))
    return max(found, LEAST_PROBABILITY / SHARE) if likely else found


def _rounded_down(value: float) -> float:
    """One significant digit: the last ones depend on the processor's linear algebra."""
    exponent = floor(log10(value))
    return float(f"{max(int(value / 10.0**exponent), 1)}e{exponent}")


def check_zeros(model: str, probed: Sequence[Probe], expected: Answers, got: Answers, tolerance: Tolerance) -> None:
    """
    Check that no small number has become zero, for then it does not rank any more.

    Raises:
        ParityError: some have.
    """
    lost = np.argwhere((got.values == 0) & (np.abs(expected.values) > SMALLEST))
    differences = [
        Difference(probed[row], expected.columns[column], float(expected.values[row, column]), 0.0,
                   float(abs(expected.values[row, column])))
        for row, column in lost
    ]  # fmt: skip
    if differences:
        raise ParityError(model, len(probed), differences, tolerance)


def note(expected: Answers, got: Answers) -> str:
    """What stays, in plain words, where even float64 does not hold a model's small numbers."""
    parts = []
    for place, right, found in zip(expected.places, expected.values.T, got.values.T, strict=True):
        differing = np.abs(right)[np.abs(right - found) > THIRD_DIGIT * np.abs(right)]
        if len(differing):
            parts.append(f"{place} below 1e{floor(log10(differing.max())) + 1}")
    further = f" and {len(parts) - PLACES_SHOWN} more" if len(parts) > PLACES_SHOWN else ""
    return (
        "Small numbers may differ from the estimator's in their third digit, or be 0"
        f"{': ' if parts else ''}{', '.join(parts[:PLACES_SHOWN])}{further}."
    )
