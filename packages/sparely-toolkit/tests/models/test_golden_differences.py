"""What differs between answers, member by member."""

from typing import Any

import pytest

from sparely.golden import CallersAnswer
from sparely_toolkit.models.golden_differences import differing, told

BEFORE: dict[str, Any] = {"label": "yes", "probabilities": {"no": 0.03, "yes": 0.97}}


@pytest.mark.parametrize(
    ("now", "cells"),
    [
        (BEFORE, []),
        ({**BEFORE, "probabilities": {"no": 0.03, "yes": 0.97 + 1e-15}}, []),
        ({**BEFORE, "probabilities": {"no": 0.03, "yes": 0.9}}, [("probabilities.yes", "0.97", "0.9")]),
        ({**BEFORE, "say": "größer"}, [("say", "-", '"größer"')]),
        ({"label": 1, "probabilities": []}, [
            ("label", '"yes"', "1"),
            ("probabilities.no", "0.03", "-"),
            ("probabilities.yes", "0.97", "-"),
            ("probabilities", "-", "[]"),
        ]),
        ({**BEFORE, "label": None}, [("label", '"yes"', "null")]),
        ("closed", [("label", '"yes"', "-"), ("probabilities.no", "0.03", "-"), ("probabilities.yes", "0.97", "-"),
            ("all of it", "-", '"closed"')]),
    ],
)  # fmt: skip
def test_only_what_differs_is_told(now: Any, cells: list[tuple[str, ...]]) -> None:
    """With what it was; numbers that only their last digits part are the same."""
    assert [*differing([BEFORE, now])] == cells


def test_a_further_document_is_shown_beside() -> None:
    """It is not compared."""
    assert [*differing([{"a": 1}, {"a": 2}, {"a": 3}])] == [("a", "1", "2", "3")]
    assert [*differing([{"a": 1}, {"a": 1}, {"a": 3}])] == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (CallersAnswer(200, {"predictions": {"churn": [BEFORE]}}), BEFORE),
        (CallersAnswer(200, {"predictions": {"a": [{"value": 1}], "b": [{"value": 2}]}}), {"a": {"value": 1}, "b": {"value": 2}}),
        (CallersAnswer(200, {"predictions": {"a": [BEFORE]}, "currency": "EUR"}), {"predictions": {"a": [BEFORE]}, "currency": "EUR"}),
        (CallersAnswer(422, {"detail": "closed."}), {"status": 422, "detail": "closed."}),
        (CallersAnswer(503, None), {"status": 503, "document": None}),
    ],
)  # fmt: skip
def test_an_answer_is_told_without_what_all_have(answer: CallersAnswer, expected: Any) -> None:
    """Status and further members where there is something to them."""
    assert told(answer) == expected
