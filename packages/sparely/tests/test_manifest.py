"""What a manifest says, where a test of the service does not show it."""

import json
from typing import Any

import pytest

from sparely.engine import ElementType
from sparely.handler.values import ELEMENT_TYPES
from sparely.manifest import Tolerance, parse_manifest
from support.toys import toy_manifest


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, Tolerance(1e-5, 1e-5)),
        ({"parity": {"rows": 8}}, Tolerance(1e-5, 1e-5)),
        ({"parity": {"absolute_tolerance": 0, "relative_tolerance": 0.001}}, Tolerance(0.0, 0.001)),
        ({"parity": {"absolute_tolerances": {"values.a": 1e-9}}}, Tolerance(1e-5, 1e-5, {"values.a": 1e-9})),
    ],
)
def test_the_tolerance_is_the_one_of_the_export(members: dict[str, Any], expected: Tolerance) -> None:
    """A manifest that does not name one was made when all had the same."""
    assert parse_manifest(json.dumps(toy_manifest("toys", "toy", b"", **members))).tolerance == expected


def test_null_of_a_callers_row_may_be_none() -> None:
    """`prepare` gets it; where there is none, nobody says what it means."""
    feature = {"name": "a", "type": "string", "required": False, "null": "none"}
    manifest = toy_manifest("toys", "toy", b"")
    stepped = {**manifest, "prepared": manifest["features"], "steps": {"sha256": "", "prepare": True, "present": False}}

    (read,) = parse_manifest(json.dumps({**stepped, "features": [feature]})).features

    assert (read.takes_null, read.null_value) == (True, None)
    with pytest.raises(ValueError, match='feature "a" has null "none", and no prepare says what that means'):
        parse_manifest(json.dumps({**manifest, "features": [feature, manifest["features"][1]]}))


def test_every_datatype_is_a_type_of_the_engine() -> None:
    """And every type of the engine has a name that manifests can use."""
    assert {*ELEMENT_TYPES.values()} == {*ElementType}
