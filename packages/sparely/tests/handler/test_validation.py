"""Instances are accepted exactly when every value is what every model takes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparely.handler.errors import DoesNotFit, UnknownModel
from sparely.handler.validation import Schema, read_instances
from sparely.manifest import Feature, Manifest

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def feature(name: str, kind: str, *, required: bool = True, takes_null: bool = False) -> Feature:
    """A feature without unit."""
    return Feature(name, kind, "", required, takes_null, None)


def schema(*features: Feature) -> Schema:
    """What one model of these features takes."""
    return Schema.of("toys/sum", [Manifest("m", "a", "1", "regressor", features, (), {}, (), "", {}, features)])


FLOAT32 = "from -3.4028234663852886e+38 to 3.4028234663852886e+38"
EXACT = "from -9007199254740992 to 9007199254740992"


def verdict(value: Any, kind: str) -> str | None:
    """The sentence that refuses a value of a feature `x`, or None."""
    try:
        read_instances({"instances": [{"x": value}]}, schema(feature("x", kind)), most_rows=10)
    except DoesNotFit as error:
        return error.detail
    return None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", 1), ("number", -0.0), ("number", 3.4e38), ("number", 2**63), ("integer", 5), ("integer", 5.0),
        ("integer", -(2**53)), ("boolean", False), ("string", ""), ("string", "é" * 1000),
    ],
)  # fmt: skip
def test_a_value_of_the_features_type_is_accepted(kind: str, value: Any) -> None:
    """Whole numbers may be written with a fraction of zero; numbers are those that a 32-bit float holds."""
    assert verdict(value, kind) is None


@pytest.mark.parametrize(
    ("kind", "value", "found", "expected"),
    [
        ("number", 3.5e38, "3.5e+38", f"a number {FLOAT32}"),
        ("number", float("-inf"), "too large", f"a number {FLOAT32}"),
        ("number", 10**400, "too large", f"a number {FLOAT32}"),
        ("number", True, "true", "a number"),
        ("integer", 5.5, "5.5", "a whole number"),
        ("integer", 2**53 + 1, "9007199254740993", f"a whole number {EXACT}"),
        ("integer", -1e30, "-1e+30", f"a whole number {EXACT}"),
        ("integer", False, "false", "a whole number"),
        ("boolean", 0, "0", "true or false"),
        ("boolean", "true", '"true"', "true or false"),
        ("string", 7, "7", "a string of at most 1000 characters"),
        ("string", "a" * 1001, f'"{"a" * 39}…"', "a string of at most 1000 characters"),
    ],
)
def test_another_value_is_refused_with_what_would_be_right(kind: str, value: Any, found: str, expected: str) -> None:
    """The sentence says where, what was found and what is expected, with the bounds of what lies beyond them."""
    assert verdict(value, kind) == f"instances[0].x is {found}; expected {expected}."


def test_an_optional_feature_may_be_left_out() -> None:
    """Its row holds None, as for null."""
    wanted = schema(feature("x", "number"), feature("y", "number", required=False, takes_null=True))

    assert read_instances({"instances": [{"x": 1}, {"y": None, "x": 2}]}, wanted, most_rows=2) == [
        [1, None],
        [2, None],
    ]


def test_a_required_feature_that_takes_null_must_be_there() -> None:
    """Null can be meant, an absent member can be forgotten."""
    wanted = schema(feature("x", "number", takes_null=True))

    with pytest.raises(DoesNotFit, match=r"instances\[0\]\.x is missing; expected a number or null\."):
        read_instances({"instances": [{}]}, wanted, most_rows=1)


def test_an_area_takes_what_the_strictest_of_its_models_takes() -> None:
    """A null that one model refuses is refused for the area, and so is an absence."""
    loose, tight = (feature("x", "number", required=False, takes_null=True),), (feature("x", "number"),)
    lenient = Manifest("a", "a", "1", "regressor", loose, (), {}, (), "", {}, loose)
    strict = Manifest("b", "a", "1", "regressor", tight, (), {}, (), "", {}, tight)

    united = Schema.of("a", [lenient, strict])

    assert [(column.required, column.takes_null) for column in united.columns] == [(True, False)]


@given(JSON_VALUES)
def test_no_body_is_beyond_a_verdict(document: Any) -> None:
    """Whatever JSON comes is either rows that fit or faults; nothing else is raised."""
    wanted = schema(feature("x", "number"), feature("y", "string", required=False, takes_null=True))

    try:
        rows = read_instances(document, wanted, most_rows=5)
    except DoesNotFit as error:
        json.dumps([fault.detail for fault in error.faults[:1]])
    else:
        assert all(type(x) in (int, float) and (y is None or type(y) is str) for x, y in rows)


@given(st.lists(st.fixed_dictionaries({"x": JSON_VALUES}, optional={"y": JSON_VALUES}), min_size=1, max_size=5))
def test_every_fault_is_true(instances: list[dict[str, Any]]) -> None:
    """Taking the rows with faults away leaves rows that are accepted."""
    wanted = schema(feature("x", "number"), feature("y", "boolean", required=False, takes_null=True))

    try:
        read_instances({"instances": instances}, wanted, most_rows=5)
    except DoesNotFit as error:
        faulty = {int(fault.pointer.split("/")[2]) for fault in error.faults}
        sound = [row for position, row in enumerate(instances) if position not in faulty]
        assert not sound or read_instances({"instances": sound}, wanted, most_rows=5)


def test_many_choices_are_not_all_listed() -> None:
    """From ten on a sentence points to the catalogue."""
    assert UnknownModel("x", map(str, range(10))).detail == 'No model "x". GET /models lists what is available.'
