"""What the manifests say is taken is taken: every row that fits is answered, by every model."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparely.handler import routes
from sparely.handler.errors import DoesNotFit
from sparely.handler.tensors import to_tensors
from sparely.handler.validation import MANY_ROWS, Schema, _read_rows, complete_rows, read_instances
from support.sample_service import SERVICE
from support.services import MODELS
from tests.handler.test_validation import JSON_VALUES, feature, schema

MANIFESTS = [json.loads(path.read_text("utf-8")) for path in sorted(MODELS.glob("*/*/manifest.json"))]


def value(described: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a feature as training saw them, and null where it is taken."""
    if described["type"] == "number":
        values: st.SearchStrategy[Any] = st.floats(described["minimum"], described["maximum"])
    else:
        values = st.sampled_from(described["categories"]) | st.text(
            st.characters(exclude_categories=["Cs"]), max_size=20
        )
    return values if described["null"] == "refused" else values | st.none()


def instance(manifest: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Rows of a model; what may be left out is left out at times."""
    values = {each["name"]: value(each) for each in manifest["features"]}
    optional = {each["name"] for each in manifest["features"] if not each["required"]}
    return st.fixed_dictionaries(
        {name: each for name, each in values.items() if name not in optional},
        optional={name: values[name] for name in optional},
    )


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda manifest: manifest["name"])
@settings(max_examples=50)
@given(data=st.data())
def test_every_row_that_fits_is_answered(manifest: dict[str, Any], data: st.DataObject) -> None:
    """As many predictions as rows, each of the model's kind and nothing that JSON cannot tell."""
    rows = data.draw(st.lists(instance(manifest), min_size=1, max_size=MANY_ROWS + 2))
    group = SERVICE.registry.models[manifest["area"]][manifest["name"]]
    (model, packing), *_ = group.members

    read = read_instances({"instances": rows}, group.schema, most_rows=len(rows))
    found = routes._ask(model, packing, read)

    assert isinstance(found, list)
    assert len(found) == len(rows)
    json.dumps(found, allow_nan=False)


WANTED: Schema = schema(
    feature("x", "number"), feature("y", "string", takes_null=True), feature("z", "integer"), feature("b", "boolean")
)
NEARLY = {
    "x": st.just(1) | st.just(2.5) | JSON_VALUES,
    "y": st.just("a") | st.none() | JSON_VALUES,
    "z": st.just(3) | st.just(4.0) | JSON_VALUES,
    "b": st.just(True) | JSON_VALUES,
}


@settings(max_examples=300)
@given(st.lists(st.fixed_dictionaries(NEARLY) | JSON_VALUES, min_size=1, max_size=4))
def test_rows_read_by_columns_are_those_read_one_by_one(instances: list[Any]) -> None:
    """The fast way never takes what the exact way refuses, and gives the same values."""
    fast = complete_rows(instances, WANTED)

    if fast is not None:
        assert [[*row] for row in fast] == [[*row] for row in _read_rows(instances, WANTED)]


def test_rows_without_a_fault_are_read_by_columns() -> None:
    """Otherwise the fast way would be dead."""
    rows: list[Any] = [{"x": 1, "y": None, "z": 4.0, "b": True}, {"x": 2.5, "y": "a", "z": 3, "b": False}]

    assert complete_rows(rows, WANTED) == [(1, None, 4.0, True), (2.5, "a", 3, False)]


@pytest.mark.parametrize("rows", [MANY_ROWS - 1, MANY_ROWS])
def test_a_fault_is_told_alike_for_few_rows_and_many(rows: int) -> None:
    """Which way was taken cannot be seen."""
    good = {"x": 1, "y": None, "z": 4.0, "b": True}

    with pytest.raises(DoesNotFit) as caught:
        read_instances({"instances": [good] * (rows - 1) + [{**good, "z": 0.5}]}, WANTED, most_rows=rows)

    assert caught.value.detail == f"instances[{rows - 1}].z is 0.5; expected a whole number."


def test_nothing_of_a_row_is_lost_on_the_way_to_tensors() -> None:
    """The catalogue's models get as many values as their inputs have features."""
    for models in SERVICE.registry.models.values():
        for group in models.values():
            ((model, packing),) = group.members
            row = [0.0 if column.type == "number" else "x" for column in group.schema.columns]
            tensors = to_tensors([row] * 3, packing)
            assert {name: each.shape for name, each in tensors.items()} == {
                each.name: (3, len(each.features)) for each in model.manifest.inputs
            }
