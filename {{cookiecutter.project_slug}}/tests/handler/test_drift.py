"""Values that training did not see are counted, by model, and change no answer."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from handler.drift import count_outside, seen_in_training
from handler.manifest import Feature, Manifest
from tests.handler.conftest import Reply

RISK = {"sex": "1", "bmi": 32.1, "bp": 101.0, "hdl": 38.0, "tch": 4.0, "ltg": 4.8598, "glu": 87.0}


def feature(name: str, **seen: Any) -> Feature:
    return Feature(name, "number", "", True, True, math.nan, **seen)


def manifest(*features: Feature) -> Manifest:
    return Manifest("m", "a", "1", "regressor", features, (), {}, (), "", {})


@pytest.mark.parametrize(
    ("values", "count"),
    [([1, 5, 2.5], 0), ([0.9, 5.1, 3], 2), ([None, 7], 1), ([None], 0)],
)
def test_numbers_beyond_the_trained_range_are_counted(values: list[Any], count: int) -> None:
    """Both ends of the range are inside it, and null is not outside."""
    seen = seen_in_training(manifest(feature("x", minimum=1, maximum=5)), ("x",))

    assert count_outside([[value] for value in values], seen) == count


def test_unseen_categories_are_counted() -> None:
    """A word that training did not see counts as much as a number beyond the range."""
    described = manifest(feature("word", categories=frozenset({"a", "b"})))

    assert count_outside([("a",), ("c",), (None,)], seen_in_training(described, ("word",))) == 1


def test_a_feature_of_which_nothing_is_known_is_passed_over() -> None:
    """A ready-made model may come without ranges."""
    assert seen_in_training(manifest(feature("x"), feature("y", minimum=0, maximum=1)), ("x", "y"))[0].position == 1


def test_the_request_is_answered_and_counted(call: Callable[..., Reply], capsys: pytest.CaptureFixture[str]) -> None:
    """One metric a model and one of all, only where there is something to count."""
    inside = call("POST", "/predict/clinic/high-risk", {"instances": [RISK]})
    quiet = json.loads(capsys.readouterr().out)
    outside = call("POST", "/predict/clinic/high-risk", {"instances": [{**RISK, "bmi": 90.0, "sex": "3"}]})
    line = json.loads(capsys.readouterr().out)

    assert (inside.status, outside.status) == (200, 200)
    assert line["Outside/high-risk"] == line["Outside"] == [2.0]
    assert "Outside" not in quiet
