"""Whether an answer is right."""

from typing import Any

import pytest

from sparely.agreement import agrees, differences
from sparely.manifest import Tolerance

STRICT = Tolerance()


@pytest.mark.parametrize(
    ("expected", "actual", "sentences"),
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
        ({"value": 1.0}, {"value": True}, ["predictions[0].value is True; expected 1.0"]),
        ({"value": 1.0}, [1.0], ["predictions[0] is [1.0]; expected an object"]),
    ],
)
def test_members_are_compared(expected: dict[str, Any], actual: Any, sentences: list[str]) -> None:
    """Labels of any type are equal, numbers within |a - b| <= absolute + relative * |b|, nothing is missing or too much."""
    assert list(differences([expected], [actual], STRICT)) == sentences


def test_probabilities_are_compared_one_by_one() -> None:
    """The class that departs is named."""
    expected = {"label": "a", "probabilities": {"a": 0.9, "b": 0.1}}
    actual = {"label": "a", "probabilities": {"a": 0.9, "b": 0.2}}

    sentences = list(differences([expected], [actual], STRICT))

    assert sentences == ["predictions[0].probabilities.b is 0.2; expected 0.1"]


@pytest.mark.parametrize(
    ("actual", "sentence"),
    [([{"value": 2}], "1 predictions for 3 rows"), ({"value": 1}, "predictions is {'value': 1}; expected a list")],
)
def test_what_is_no_answer_to_the_rows_is_told_once(actual: Any, sentence: str) -> None:
    """Lengths that differ make every further comparison idle."""
    assert list(differences([{"value": 1}] * 3, actual, STRICT)) == [sentence]


@pytest.mark.parametrize(("value", "right"), [(1000.5, True), (1005.0, False)])
def test_the_models_own_tolerance_decides(value: float, right: bool) -> None:
    """Half of a tolerance of a thousandth is right, five times as much is wrong."""
    assert agrees([{"value": 1000.0}], [{"value": value}], Tolerance(relative=1e-3)) is right


@pytest.mark.parametrize(
    ("actual", "sentences"),
    [
        ({"rule": {"at": {"most": 0.3}}, "parts": [{"share": 0.5}, 1]}, []),
        (
            {"rule": {"at": {"most": 0.4}}, "parts": [{"share": 0.5}, 1]},
            ["predictions[0].rule.at.most is 0.4; expected 0.30000000001"],
        ),
        (
            {"rule": {"at": {"most": 0.3}}, "parts": [{"share": 0.6}, 1]},
            ["predictions[0].parts is [{'share': 0.6}, 1]; expected [{'share': 0.50000000001}, 1]"],
        ),
    ],
)
def test_what_an_owner_adds_is_compared_at_any_depth(actual: dict[str, Any], sentences: list[str]) -> None:
    """Numbers within the tolerance, whatever objects and lists they are in."""
    expected = {"rule": {"at": {"most": 0.30000000001}}, "parts": [{"share": 0.50000000001}, 1]}

    assert list(differences([expected], [actual], STRICT)) == sentences


@pytest.mark.parametrize(("spam", "right"), [(2e-9, True), (3e-7, False)])
def test_columns_of_another_scale_have_a_tolerance_of_their_own(spam: float, right: bool) -> None:
    """A rare class is held to more digits than the class beside it."""
    tolerance = Tolerance(1e-5, 1e-5, {"probabilities.spam": 1e-8})
    expected = {"label": "ham", "probabilities": {"spam": 1e-9, "ham": 1.0}}

    assert agrees([expected], [{**expected, "probabilities": {"spam": spam, "ham": 0.999995}}], tolerance) is right
