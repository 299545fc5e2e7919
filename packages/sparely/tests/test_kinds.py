"""What a kind of model gives."""

from typing import Any

import pytest

from sparely.kinds import KINDS, read_predictions


@pytest.mark.parametrize("kind", KINDS)
def test_an_output_has_one_place_in_a_prediction(kind: str) -> None:
    """And no two members have one name."""
    members = KINDS[kind]

    assert len({each.name for each in members}) == len({each.role for each in members}) == len(members)


def test_an_output_that_the_kind_needs_is_missed() -> None:
    """Probabilities alone may be absent."""
    with pytest.raises(KeyError, match="score"):
        read_predictions("outlier-detector", {"label": [1]}, ())


@pytest.mark.parametrize("probabilities", [[0.5], [0.5, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5]])
def test_outputs_of_unequal_length_are_refused(probabilities: list[float]) -> None:
    """Two probabilities belong to one label."""
    with pytest.raises(ValueError, match=r"shorter|longer"):
        read_predictions("classifier", {"label": ["a"], "probabilities": probabilities}, ("a", "b"))


def test_flags_are_true_and_false() -> None:
    """A graph gives 1 and 0 for them."""
    shown = read_predictions("classifier", {"label": [0, 1]}, ("false", "true"), flags=True)

    assert [each["label"] for each in shown] == [False, True]
    assert [type(each["label"]) for each in shown] == [bool, bool]


def test_probabilities_lie_from_0_to_1() -> None:
    """Rounding in a graph leaves some a hair outside."""
    outputs: dict[str, list[Any]] = {"label": ["b", "b"], "probabilities": [-5e-8, 1.0000001, 0.25, 0.75]}

    assert [list(each["probabilities"].values()) for each in read_predictions("classifier", outputs, ("a", "b"))] == [
        [0, 1],
        [0.25, 0.75],
    ]
