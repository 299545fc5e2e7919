"""Values that an estimator refuses are the caller's to mend: named with what it takes, row by row."""

import json
from typing import Any

import pytest

from sparely.engine import TensorSpec
from sparely.engine.tensors import ElementType
from sparely.handler.errors import LISTED_FAULTS, DoesNotFit
from sparely.handler.tensor_documents import read_tensor, tensor_types
from sparely.handler.validation import MANY_ROWS, Schema, read_instances
from sparely.manifest import Feature, Input, Manifest, parse_manifest

WORDS = {"values": ["phone", "web"]}


def manifest(name: str, accepts: dict[str, Any] | None, kind: str = "number", **settings: Any) -> Manifest:
    """A model of one feature x, of which its estimator takes only this."""
    described = {"name": "x", "type": kind, "required": True, "null": "refused", **settings}
    document = {
        "name": name,
        "area": "shop",
        "version": "1",
        "kind": "regressor",
        "features": [{**described, **({"accepts": accepts} if accepts else {})}],
        "inputs": [{"name": "in", "datatype": "BYTES" if kind == "string" else "FP32", "features": ["x"]}],
        "outputs": {"value": "value"},
        "onnx": {"sha256": ""},
    }
    return parse_manifest(json.dumps(document))


def faults(values: list[Any], *manifests: Manifest) -> list[tuple[str, str]]:
    """Pointers and sentences that refuse these values of x."""
    try:
        read_instances({"instances": [{"x": each} for each in values]}, Schema.of("shop", manifests), most_rows=99)
    except DoesNotFit as error:
        return [(fault.pointer, fault.detail) for fault in error.faults]
    return []


def test_word_never_seen_is_named_with_the_known_ones() -> None:
    """Each row by itself; an empty word is a word like others."""
    strict = manifest("m", WORDS, "string")

    assert faults(["web", "fax", ""], strict) == [
        ("/instances/1/x", 'instances[1].x is "fax"; expected one of "phone", "web".'),
        ("/instances/2/x", 'instances[2].x is ""; expected one of "phone", "web".'),
    ]


@pytest.mark.parametrize("rows", [1, 20])
def test_known_words_pass(rows: int) -> None:
    """Value by value, and column by column where there are many rows."""
    assert faults(["web", "phone"] * rows, manifest("m", WORDS, "string")) == []


@pytest.mark.parametrize("rows", [0, 20])
def test_a_number_that_is_not_taken_is_found_among_others(rows: int) -> None:
    """Value by value, and column by column."""
    ((place, _),) = faults([1.5] * rows + [0], manifest("m", {"without": [0]}))

    assert place == f"/instances/{rows}/x"


def test_one_stranger_among_many_rows_is_found() -> None:
    """Going by columns hides none."""
    ((place, _),) = faults(["web"] * 20 + ["fax"], manifest("m", WORDS, "string"))

    assert place == "/instances/20/x"


@pytest.mark.parametrize(
    ("accepts", "good", "bad", "expected"),
    [
        ({"above": 0}, [1e-9, 5], 0, "a number of EUR above 0"),
        ({"minimum": 0}, [0, 5], -1, "a number of EUR from 0 on"),
        ({"minimum": 0, "maximum": 4}, [0, 4], 5, "a number of EUR from 0 to 4"),
        ({"maximum": 4}, [-9, 4], 4.5, "a number of EUR up to 4"),
        ({"above": -1, "below": 1}, [-0.5], 1, "a number of EUR above -1 below 1"),
        ({"maximum": 20.1234567}, [20], 20.1235, "a number of EUR up to 20.1234567"),
        ({"without": [0]}, [-1, 5], 0, "a number of EUR other than 0"),
        ({"without": [0]}, [1e-30], -0.0, "a number of EUR other than 0"),
        ({"minimum": -2, "without": [-1, 0, 1]}, [-2, 0.5], 1.0, "a number of EUR from -2 on other than -1, 0 or 1"),
        ({"values": [1, 2, 5]}, [1, 2.0, 5], 3, "one of 1, 2, 5"),
    ],
)
def test_bounds_are_told(accepts: dict[str, Any], good: list[Any], bad: Any, expected: str) -> None:
    """Numbers within them pass, one beyond them is named with them."""
    model = manifest("m", accepts, unit="EUR")

    assert faults(good * 10, model) == []
    assert faults([bad], model) == [("/instances/0/x", f"instances[0].x is {bad}; expected {expected}.")]


def test_null_passes_where_it_is_allowed() -> None:
    """What the estimator refuses is about values, not about their absence."""
    model = manifest("m", {"minimum": 0}, null="nan")

    assert faults([None, 1], model) == []
    assert "expected a number from 0 on or null." in faults([-1], model)[0][1]


@pytest.mark.parametrize(
    ("accepts", "expected"),
    [
        ({"minimum": 0}, f"from 0 to {2**53}"),
        ({"above": 2}, f"above 2 up to {2**53}"),
        ({"values": [1, 2]}, "one of 1, 2"),
    ],
)
def test_a_number_beyond_the_types_own_bounds_is_told_those_too(accepts: dict[str, Any], expected: str) -> None:
    """Of the estimator's and the type's bounds the narrower on each side."""
    assert faults([10**30], manifest("m", accepts, "integer"))[0][1].endswith(f"{expected}.")


def test_values_of_another_type_are_refused_as_ever() -> None:
    """A list is no word that could be looked up."""
    assert 'is an empty list; expected one of "phone", "web"' in faults([[]], manifest("m", WORDS, "string"))[0][1]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (WORDS, {"values": ["fax", "web"]}, 'one of "web"'),
        (WORDS, None, 'one of "phone", "web"'),
        (None, WORDS, 'one of "phone", "web"'),
    ],
)
def test_models_asked_together_take_what_all_take(one: Any, other: Any, expected: str) -> None:
    """An area's call asks all of its models."""
    models = [manifest("m", one, "string"), manifest("n", other, "string")]

    assert faults(["mail"], *models)[0][1].endswith(f"expected {expected}.")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"minimum": 0}, {"above": -1, "maximum": 9}, "a number from 0 to 9"),
        ({"values": [1, 2, 5]}, {"minimum": 2}, "one of 2, 5"),
        ({"without": [0, -5]}, {"without": [0, 3]}, "a number other than -5, 0 or 3"),
        ({"values": [-5, 1]}, {"without": [-5]}, "one of 1"),
    ],
)
def test_bounds_of_models_asked_together_are_the_narrowest(one: Any, other: Any, expected: str) -> None:
    """Values and bounds are united too."""
    assert faults([-5], manifest("m", one), manifest("n", other))[0][1].endswith(f"expected {expected}.")


@pytest.mark.parametrize(
    ("one", "other", "kind", "value"),
    [
        (WORDS, {"values": ["fax", "mail"]}, "string", "web"),
        ({"values": [1, 2]}, {"minimum": 3}, "number", 1),
        ({"minimum": 3}, {"values": [1, 2]}, "integer", 3),
    ],
)
@pytest.mark.parametrize("third", [None, {"values": [1, 2]}, WORDS])
@pytest.mark.parametrize("rows", [1, MANY_ROWS + 1])
def test_models_that_have_no_value_in_common_take_none(
    one: Any, other: Any, kind: str, value: Any, third: Any, rows: int
) -> None:
    """Whatever a third one takes: each value would be one that an estimator refuses."""
    models = [manifest(name, accepts, kind) for name, accepts in (("m", one), ("n", other), ("o", third))]

    told = faults([value] * rows, *models)

    assert len(told) == min(rows, LISTED_FAULTS + 1)
    assert told[0][1].endswith(" that all models asked together take, of which there is none.")


@pytest.mark.parametrize("accepts", [{"values": []}, {"without": []}, {"minimum": None}])
def test_a_manifest_that_names_no_restriction_has_none(accepts: dict[str, Any]) -> None:
    """Every value passes."""
    assert manifest("m", accepts).features[0].accepts is None


def test_long_lists_are_cut() -> None:
    """Nine are named, and where the others are listed."""
    sentence = faults(["x"], manifest("m", {"values": [f"w{place:02}" for place in range(12)]}, "string"))[0][1]

    assert sentence.endswith('"w08" and 3 more, which GET /models lists.')


def test_tensors_are_checked_too() -> None:
    """The Open Inference Protocol speaks to the bare model, which refuses the same."""
    specs = [TensorSpec("in", ElementType.STRING, (None, 1))]
    (spec,) = tensor_types(manifest("m", WORDS, "string"), specs)
    document = {"name": "in", "shape": [2, 1], "datatype": "BYTES", "data": ["web", "fax"]}

    tensor, found = read_tensor(document, spec, "/inputs/0")

    assert tensor is None
    assert [each.detail for each in found] == ['inputs["in"].data[1] is "fax"; expected one of "phone", "web".']


def test_tensor_of_known_values_passes() -> None:
    """And null where it is allowed."""
    specs = [TensorSpec("in", ElementType.FLOAT, (None, 1))]
    (spec,) = tensor_types(manifest("m", {"minimum": 0}, null="nan"), specs)

    tensor, found = read_tensor(
        {"name": "in", "shape": [2, 1], "datatype": "FP32", "data": [1, None]}, spec, "/inputs/0"
    )

    assert found == []
    assert tensor is not None


def test_models_without_it_have_plain_types() -> None:
    """Nothing is checked, and nothing loaded, where the estimator refuses nothing."""
    plain = Manifest("m", "a", "1", "regressor", (Feature("x", "number", "", True, False, None),),
                     (Input("in", "FP32", ("x",)),), {}, (), "", {}, (Feature("x", "number", "", True, False, None),))  # fmt: skip

    (column,) = Schema.of("a/m", [plain]).columns
    (spec,) = tensor_types(plain, [TensorSpec("in", ElementType.FLOAT, (None, 1))])

    assert column.accepts is None
    assert not hasattr(column.value_type, "of")
    assert [type(each).__name__ for each in spec.types] == ["Number"]
