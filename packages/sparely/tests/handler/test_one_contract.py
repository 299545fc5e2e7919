"""Rows as records and rows as tensors are one contract: what one dialect refuses of a feature, the other does."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparely.handler.errors import DoesNotFit
from sparely.handler.registry import load_models
from sparely.handler.tensor_documents import read_tensor, tensor_type
from sparely.handler.validation import Schema, read_instances
from sparely.handler.values import LARGEST_FLOAT32
from sparely.manifest import Manifest, parse_manifest
from support.sample_service import SERVICE
from tests.handler.conftest import Reply
from tests.handler.every_kind import put_every_kind

Call = Callable[..., Reply]
Refused = dict[tuple[int, int], str]

COLUMNS = {
    "FP32": ["number", "integer", "boolean"],
    "FP64": ["number", "integer", "boolean"],
    "INT32": ["number", "integer", "boolean"],
    "INT64": ["number", "integer", "boolean"],
    "BOOL": ["boolean"],
    "BYTES": ["string"],
}
"""The types of features that a tensor of each datatype may have."""
VALUES: list[Any] = [
    *(0, 1, -1, 5, 7, 0.0, 1.0, 0.5, 5.5, 5.0, -0.0, 3e9, 2**31, -(2**31), 2**53, 2**53 + 1, float(2**53), 2**63, 1e19),
    *(LARGEST_FLOAT32, 3.5e38, 1e39, -1e39, 1.7e308, 10**400, float("inf"), float("-inf"), float("nan")),
    *(True, False, None, "", "red", "blue", "x" * 1000, "x" * 1001, "\ud800", [], [1], {}, {"a": 1}),
]
ACCEPTS: dict[str, list[dict[str, Any]]] = {
    "number": [{"above": 0}, {"minimum": -1, "maximum": 5}, {"without": [0]}, {"values": [1, 5.5]}],
    "integer": [{"minimum": 1}, {"values": [0, 5]}],
    "boolean": [{"values": [True]}],
    "string": [{"values": ["red"]}],
}


def manifest(datatype: str, *, takes_null: bool = False, accepts: int | None = None) -> Manifest:
    """A model with one tensor that has a feature of each type that it may have."""
    kinds = COLUMNS[datatype]
    null: Any = {"token": "none"} if datatype == "BYTES" else "nan"
    features = [
        {"name": kind, "type": kind, "required": True, "null": null if takes_null else "refused"}
        | ({"accepts": ACCEPTS[kind][accepts % len(ACCEPTS[kind])]} if accepts is not None else {})
        for kind in kinds
    ]
    document = {
        "name": "m",
        "area": "a",
        "version": "1",
        "kind": "regressor",
        "features": features,
        "inputs": [{"name": "in", "datatype": datatype, "features": kinds}],
        "outputs": {"value": "value"},
        "onnx": {"sha256": ""},
    }
    return parse_manifest(json.dumps(document))


def refused_records(model: Manifest, rows: list[list[Any]]) -> Refused:
    """What is expected in place of each value of these rows that is refused in a record."""
    names = model.inputs[0].features
    found: Refused = {}
    for place, row in enumerate(rows):
        try:
            document = {"instances": [dict(zip(names, row, strict=True))]}
            read_instances(document, Schema.of("a", [model]), most_rows=1)
        except DoesNotFit as error:
            for fault in error.faults:
                found[place, names.index(fault.pointer.split("/")[3])] = fault.detail.split("; expected ")[1]
    return found


def refused_tensors(model: Manifest, rows: list[list[Any]]) -> Refused:
    """The same of a tensor, where true and false are 1 and 0 unless it is one of booleans."""
    (taken,) = model.inputs
    found: Refused = {}
    for place, row in enumerate(rows):
        values = [
            _in_tensor(value, kind, taken.datatype) for value, kind in zip(row, COLUMNS[taken.datatype], strict=True)
        ]
        document = {"shape": [1, len(row)], "datatype": taken.datatype, "data": [values]}
        tensor, faults = read_tensor(document, tensor_type(model, taken), "")
        assert (tensor is None) is bool(faults)
        for fault in faults:
            found[place, int(fault.pointer.split("/")[-1])] = fault.detail.split("; expected ")[1]
    return found


def _in_tensor(value: Any, kind: str, datatype: str) -> Any:
    """What a record's value is in a tensor; what is 1 in a record is no boolean there, and so none here."""
    if kind != "boolean" or datatype == "BOOL":
        return value
    return int(value) if type(value) is bool else "1" if value in (0, 1) else value


MODELS = [
    manifest(datatype, takes_null=takes_null, accepts=accepts)
    for datatype in COLUMNS
    for takes_null in (False, True)
    for accepts in (None, 0, 1, 2, 3)
    if not takes_null or datatype in ("FP32", "FP64", "BYTES")
]


@pytest.mark.parametrize("model", MODELS, ids=lambda each: each.inputs[0].datatype)
def test_a_tensor_takes_what_a_record_takes(model: Manifest) -> None:
    """Every value in every feature: refused in both or in neither."""
    rows = [[value] * len(model.features) for value in VALUES]

    assert refused_tensors(model, rows).keys() == refused_records(model, rows).keys()


@pytest.mark.parametrize("model", MODELS, ids=lambda each: each.inputs[0].datatype)
def test_both_dialects_expect_the_same(model: Manifest) -> None:
    """Word by word, but for booleans in a tensor of numbers."""
    rows = [[value] * len(model.features) for value in VALUES]

    said = {place: sentence for place, sentence in refused_tensors(model, rows).items() if _is_same_there(model, place)}

    records = refused_records(model, rows)
    assert said == {place: records[place] for place in said}


def _is_same_there(model: Manifest, place: tuple[int, int]) -> bool:
    (taken,) = model.inputs
    return taken.datatype == "BOOL" or COLUMNS[taken.datatype][place[1]] != "boolean"


CELLS = st.sampled_from(VALUES) | st.floats() | st.integers() | st.booleans() | st.text(max_size=3)


@given(st.sampled_from(MODELS), st.data())
def test_rows_of_any_values_get_the_same_verdict(model: Manifest, data: st.DataObject) -> None:
    """Several rows of different values too, whose columns are read together."""
    row = st.lists(CELLS, min_size=len(model.features), max_size=len(model.features))
    rows = data.draw(st.lists(row, min_size=1, max_size=4))
    (taken,) = model.inputs

    values = [
        _in_tensor(v, kind, taken.datatype) for r in rows for v, kind in zip(r, COLUMNS[taken.datatype], strict=True)
    ]
    document = {"shape": [len(rows), len(model.features)], "datatype": taken.datatype, "data": values}
    tensor, faults = read_tensor(document, tensor_type(model, taken), "")

    assert (tensor is None) is bool(faults) is bool(refused_records(model, rows))


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        (0, 1e39, f"1e+39; expected a number from {-LARGEST_FLOAT32} to {LARGEST_FLOAT32}."),
        (2, 5.5, "5.5; expected a whole number."),
        (2, 2**53 + 1, f"9007199254740993; expected a whole number from {-(2**53)} to {2**53}."),
        (3, 7, "7; expected 0 or 1."),
        (3, 0.5, "0.5; expected 0 or 1."),
        (3, True, "true; expected 0 or 1."),
    ],
)
@pytest.mark.parametrize("datatype", ["FP32", "FP64"])
def test_a_misfit_beside_other_types_is_told_with_its_place(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, datatype: str, place: int, value: Any, sentence: str
) -> None:
    """Numbers, a whole number and a flag in one tensor, as an export of mixed columns has them."""
    put_every_kind(tmp_path)
    monkeypatch.setattr(SERVICE, "registry", load_models(str(tmp_path)))
    numbers: list[Any] = [1, 2.5, 3.0, 1, 1, 2.5, 3, 0]
    good = _request(datatype, numbers)
    numbers[4 + place] = value

    taken = call("POST", f"/v2/models/regressor-null-nowhere-{datatype.lower()}/infer", good)
    refused = call("POST", f"/v2/models/regressor-null-nowhere-{datatype.lower()}/infer", _request(datatype, numbers))

    assert (taken.status, refused.status) == (200, 422)
    assert refused.document["errors"] == [
        {"pointer": f"/inputs/0/data/{4 + place}", "detail": f'inputs["numbers"].data[{4 + place}] is {sentence}'}
    ]


def _request(datatype: str, numbers: list[Any]) -> dict[str, Any]:
    return {
        "inputs": [
            {"name": "numbers", "datatype": datatype, "shape": [2, 4], "data": [*numbers]},
            {"name": "words", "datatype": "BYTES", "shape": [2, 1], "data": ["red", "blue"]},
        ]
    }
