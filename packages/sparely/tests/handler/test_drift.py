"""Values that training did not see are counted, by model, and change no answer."""

import json
import math
from array import array
from collections.abc import Callable
from typing import Any

import pytest

from sparely.engine import ElementType, Tensor
from sparely.handler.drift import count_outside, count_outside_inputs, seen_in_inputs, seen_in_training
from sparely.handler.validation import MANY_ROWS
from sparely.manifest import Feature, Input, Manifest
from tests.handler.conftest import Reply

RISK = {"sex": "1", "bmi": 32.1, "bp": 101.0, "hdl": 38.0, "tch": 4.0, "ltg": 4.8598, "glu": 87.0}


def feature(name: str, **seen: Any) -> Feature:
    return Feature(name, "number", "", True, True, math.nan, **seen)


def manifest(*features: Feature) -> Manifest:
    return Manifest("m", "a", "1", "regressor", features, (), {}, (), "", {}, features)


@pytest.mark.parametrize("times", [1, MANY_ROWS], ids=["few rows", "many rows"])
@pytest.mark.parametrize(
    ("values", "count"),
    [([1, 5, 2.5], 0), ([0.9, 5.1, 3], 2), ([None, 7], 1), ([None], 0)],
)
def test_numbers_beyond_the_trained_range_are_counted(values: list[Any], count: int, times: int) -> None:
    """Both ends of the range are inside it, and null is not outside."""
    seen = seen_in_training(manifest(feature("x", minimum=1, maximum=5)), ("x",))

    assert count_outside([[value] for value in values] * times, seen) == count * times


@pytest.mark.parametrize("times", [1, MANY_ROWS], ids=["few rows", "many rows"])
def test_unseen_categories_are_counted(times: int) -> None:
    """A word that training did not see counts as much as a number beyond the range."""
    described = manifest(feature("word", categories=frozenset({"a", "b"})))
    rows = [("a",), ("c",), (None,)] * times

    assert count_outside(rows, seen_in_training(described, ("word",))) == times


def test_a_feature_of_which_nothing_is_known_is_passed_over() -> None:
    """A ready-made model may come without ranges."""
    assert seen_in_training(manifest(feature("x"), feature("y", minimum=0, maximum=1)), ("x", "y"))[0].position == 1


FLOATS = Input("features", "FP32", ("x", "y"))


@pytest.mark.parametrize(
    ("values", "count"), [([0.1, 5, 0.3, 5], 0), ([0.09, 4, 0.31, 6], 3), ([math.nan, 9, 0.2, math.nan], 1)]
)
def test_tensors_are_compared_as_they_are_rounded(values: list[float], count: int) -> None:
    """The limits of training are inside although a 32-bit float cannot hold them; null, which is NaN, is not outside."""
    described = manifest(feature("x", minimum=0.1, maximum=0.3), feature("y", minimum=4, maximum=5))
    seen = seen_in_inputs(described._replace(inputs=(FLOATS,)))
    given = {"features": Tensor(ElementType.FLOAT, (2, 2), array("f", values))}

    assert count_outside_inputs(given, seen) == count


def test_unseen_categories_of_tensors_are_counted() -> None:
    """By column; the token that null became, and what nothing is known of, are not."""
    known = Feature("x", "string", "", True, True, "missing", categories=frozenset({"a", "b"}))
    described = manifest(feature("y"), known)._replace(inputs=(Input("words", "BYTES", ("y", "x")),))
    given = {"words": Tensor(ElementType.STRING, (3, 2), ["?", "a", "?", "missing", "?", "c"])}

    assert count_outside_inputs(given, seen_in_inputs(described)) == 1


def test_inputs_of_which_nothing_is_known_are_passed_over() -> None:
    """A ready-made model may come without ranges, and costs nothing."""
    described = manifest(feature("x"), feature("y"))._replace(inputs=(FLOATS,))

    assert seen_in_inputs(described) == ()


def test_both_dialects_are_counted_alike(call: Callable[..., Reply], capsys: pytest.CaptureFixture[str]) -> None:
    """Rows as tensors add to the same metric as rows as records."""
    row = [2.45, 21.0, 98.0, 2.11, 2.8, 0.8, 438.0]
    names = ["malic_acid", "alcalinity_of_ash", "magnesium", "flavanoids", "color_intensity", "hue", "proline"]
    strange = [900.0, *row[1:6], -1.0]
    tensor = {"name": "features", "datatype": "FP32", "shape": [2, 7], "data": [*row, *strange]}

    call("POST", "/v2/models/cultivar/infer", {"inputs": [tensor]})
    call(
        "POST",
        "/predict/winery/cultivar",
        {"instances": [dict(zip(names, row, strict=True)) for row in (row, strange)]},
    )

    tensors, records = map(json.loads, capsys.readouterr().out.splitlines())
    assert tensors["Outside/cultivar"] == records["Outside/cultivar"] == [2.0]


def test_the_request_is_answered_and_counted(call: Callable[..., Reply], capsys: pytest.CaptureFixture[str]) -> None:
    """One metric a model and one of all, only where there is something to count."""
    inside = call("POST", "/predict/clinic/high-risk", {"instances": [RISK]})
    quiet = json.loads(capsys.readouterr().out)
    outside = call("POST", "/predict/clinic/high-risk", {"instances": [{**RISK, "bmi": 90.0, "sex": "3"}]})
    line = json.loads(capsys.readouterr().out)

    assert (inside.status, outside.status) == (200, 200)
    assert line["Outside/high-risk"] == line["Outside"] == [2.0]
    assert "Outside" not in quiet
