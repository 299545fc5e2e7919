"""Validated rows become tensors of the model's types, nulls what the manifest says."""

import math
from array import array
from typing import Any

import pytest

from sparely.engine import ElementType
from sparely.handler.tensors import packing, to_tensors
from sparely.manifest import Feature, Input, Manifest


def feature(name: str, null: Any = None, **changes: Any) -> Feature:
    """A number that refuses null, or takes it as the value given."""
    return Feature(name, changes.get("type", "number"), "", True, null is not None, null)


def manifest(features: list[Feature], inputs: list[Input]) -> Manifest:
    """A manifest of these features and inputs; the rest does not matter here."""
    return Manifest("m", "a", "1", "regressor", tuple(features), tuple(inputs), {}, (), "", {}, tuple(features))


def test_features_of_one_input_are_packed_row_by_row() -> None:
    """Two rows of two features become one row-major tensor of shape (2, 2)."""
    described = manifest([feature("a"), feature("b")], [Input("x", "FP32", ("a", "b"))])

    tensors = to_tensors([(1, 2.5), (3, 4)], packing(described, ("a", "b")))

    assert tensors["x"].shape == (2, 2)
    assert tensors["x"].values == array("f", [1, 2.5, 3, 4])


def test_features_are_found_by_name_among_others() -> None:
    """A model takes from an area's rows what it needs, in its own order."""
    described = manifest([feature("c"), feature("a")], [Input("x", "FP64", ("c", "a"))])

    tensors = to_tensors([(1, 2, 3)], packing(described, ("a", "b", "c")))

    assert tensors["x"].values == array("d", [3, 1])


def test_each_input_has_its_own_type() -> None:
    """Strings, booleans and integers keep theirs."""
    features = [feature("s", type="string"), feature("b", type="boolean"), feature("i", type="integer")]
    types = {"s": "BYTES", "b": "BOOL", "i": "INT64"}
    described = manifest(features, [Input(name, datatype, (name,)) for name, datatype in types.items()])

    tensors = to_tensors([("x", True, 3.0)], packing(described, ("s", "b", "i")))

    assert [list(each.values) for each in tensors.values()] == [["x"], [True], [3]]
    assert {name: each.element_type for name, each in tensors.items()} == {
        "s": ElementType.STRING,
        "b": ElementType.BOOL,
        "i": ElementType.INT64,
    }


@pytest.mark.parametrize(("null", "datatype"), [(math.nan, "FP32"), ("unknown", "BYTES")])
def test_null_becomes_what_stands_for_it(null: Any, datatype: str) -> None:
    """A number's null is NaN, a string's the token that the model was trained with."""
    described = manifest([feature("a", null)], [Input("x", datatype, ("a",))])

    (value,) = to_tensors([(None,)], packing(described, ("a",)))["x"].values

    assert value == null or (math.isnan(value) and math.isnan(null))


def test_null_of_each_column_is_its_own() -> None:
    """Within one input every column has its own stand-in."""
    described = manifest(
        [feature("a", "left"), feature("b", "right"), feature("c")],
        [Input("x", "BYTES", ("a", "b", "c"))],
    )

    tensors = to_tensors([(None, None, "z"), ("x", None, "y")], packing(described, ("a", "b", "c")))

    assert tensors["x"].values == ["left", "right", "z", "x", "right", "y"]
