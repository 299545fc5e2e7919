"""Answers against golden predictions."""

from typing import Any

import pytest

from sparely.check.comparison import differences

TOLERANCE = {"absolute": 1e-5, "relative": 1e-5}


@pytest.mark.parametrize(
    ("expected", "given", "told"),
    [
        ({"value": 100.0}, {"value": 100.001}, []),
        ({"value": 100.0}, {"value": 100.0011}, ["predictions[0].value is 100.0011; expected 100.0"]),
        ({"value": 2}, {"value": 2.0}, []),
        ({"label": "a"}, {"label": "b"}, ["predictions[0].label is 'b'; expected 'a'"]),
        ({"label": 200_000}, {"label": 200_001}, ["predictions[0].label is 200001; expected 200000"]),
        ({"label": 1}, {"label": "1"}, ["predictions[0].label is '1'; expected 1"]),
        ({"label": True}, {"label": False}, ["predictions[0].label is False; expected True"]),
        ({"value": 1.0}, {}, ["predictions[0].value is missing; expected 1.0"]),
        ({"value": 1.0}, {"value": 1.0, "x": 2}, ["predictions[0].x is 2; expected missing"]),
        ({"value": 1.0}, {"value": float("nan")}, ["predictions[0].value is nan; expected 1.0"]),
    ],
)
def test_members_are_compared(expected: dict[str, Any], given: dict[str, Any], told: list[str]) -> None:
    """Labels of any type are equal, numbers within |a - b| <= absolute + relative * |b|, nothing is missing or too much."""
    assert list(differences([expected], [given], **TOLERANCE)) == told


def test_probabilities_are_compared_one_by_one() -> None:
    """The class that departs is named."""
    expected = {"label": "a", "probabilities": {"a": 0.9, "b": 0.1}}
    given = {"label": "a", "probabilities": {"a": 0.9, "b": 0.2}}

    told = list(differences([expected], [given], **TOLERANCE))

    assert told == ["predictions[0].probabilities.b is 0.2; expected 0.1"]


def test_a_missing_row_is_told_once() -> None:
    """Lengths that differ make every further comparison idle."""
    assert list(differences([{"value": 1}] * 3, [{"value": 2}], **TOLERANCE)) == ["1 predictions for 3 rows"]
