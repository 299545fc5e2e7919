"""The samples of other models than those that come with the service."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.contract.sample_events import area_rows, event, kind_of, samples
from support.kinds import served
from support.sample_service import SERVICE
from support.toys import toy_manifest

OF_NUMBERS = {"does-not-fit-wrong-type", "does-not-fit-too-large"}


def put(root: Path, area: str, name: str, row: Mapping[str, Any], *, null: str = "refused") -> None:
    """Write manifest and golden rows of a model whose features have the types of the row's values."""
    types = {str: "string", bool: "boolean", int: "integer", float: "number"}
    features = [
        {"name": each, "type": types[type(value)], "required": True, "null": null} for each, value in row.items()
    ]
    inputs = [{"name": "features", "datatype": "FP32", "features": list(row)}]
    manifest = toy_manifest(area, name, b"", version="1", features=features, inputs=inputs)
    folder = root / area / name
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (folder / "golden.json").write_text(json.dumps({"instances": [row], "predictions": [{"value": 1.0}]}), "utf-8")


def test_every_sample_of_any_kind_of_model_is_answered_as_promised(tmp_path: Path, context: Any) -> None:
    """Models with booleans among their numbers and of every kind: 200, or the fault that the name begins with."""
    with served(tmp_path):
        answers = {name: SERVICE(event(**how), context) for name, how in samples(tmp_path)}

    types = {name: json.loads(answer["body"]).get("type") for name, answer in answers.items()}
    kinds = {name: kind_of(name) for name in types}
    assert types == {name: kind and f"urn:problem-type:{kind}" for name, kind in kinds.items()}


@pytest.mark.parametrize(
    ("row", "missing"), [({"city": "x"}, OF_NUMBERS), ({"flag": True}, {"does-not-fit-too-large"})]
)
def test_faults_that_no_model_can_show_are_left_out(tmp_path: Path, row: dict[str, Any], missing: set[str]) -> None:
    """Where there is no number, none can be too large; every other fault has its sample."""
    (tmp_path / "with").mkdir()
    put(tmp_path / "with", "a", "numbers", {"size": 1.5})
    put(tmp_path / "without", "a", "words", row)

    shown, fewer = (dict(samples(tmp_path / each)) for each in ("with", "without"))

    faults = {name for name in shown if kind_of(name)}
    assert {name for name in fewer if kind_of(name)} == faults - missing


def test_a_fault_is_shown_by_the_first_model_that_can(tmp_path: Path) -> None:
    """A model of words alone stands before one of numbers."""
    put(tmp_path, "a", "words", {"city": "x"})
    put(tmp_path, "b", "numbers", {"count": 3, "size": 1.5})

    shown = dict(samples(tmp_path))

    assert shown["does-not-fit-too-large"]["target"] == "/predict/b/numbers"
    assert json.loads(shown["does-not-fit-too-large"]["body"]) == {"instances": [{"count": 3, "size": 1e300}]}


def test_a_feature_that_takes_null_does_not_show_that_null_is_refused(tmp_path: Path) -> None:
    """The sample would be answered."""
    put(tmp_path, "a", "gaps", {"size": 1.5}, null="nan")

    assert "does-not-fit-null" not in dict(samples(tmp_path))


@pytest.mark.parametrize(
    ("models", "names"),
    [
        ([("shop", "buys")], {"predict-shop", "predict-shop-buys"}),
        (
            [("shop", "buys"), ("shop-buys", "x")],
            {"predict-shop", "predict-shop--buys", "predict-shop-buys", "predict-shop-buys-x"},
        ),
        ([("a", "b-c"), ("a-b", "c")], {"predict-a", "predict-a--b-c", "predict-a-b", "predict-a-b--c"}),
    ],
)
def test_every_route_has_a_file_of_its_own(tmp_path: Path, models: list[tuple[str, str]], names: set[str]) -> None:
    """An area and a model that hyphens make alike are told apart by two."""
    for area, name in models:
        put(tmp_path, area, name, {"size": 1.5})

    listed = [(name, how["target"]) for name, how in samples(tmp_path) if name.startswith("predict-")]

    assert {name for name, _ in listed} == names
    assert len(listed) == len(names)


def test_rows_of_an_area_are_complete() -> None:
    """Rows with null are left out; where all have one, a row of first values stands for them."""
    first: list[dict[str, Any]] = [{"a": 1, "b": None}, {"a": None, "b": 2}, {"a": 3, "b": 4}]
    second: list[dict[str, Any]] = [{"c": 5}, {"c": 6}, {"c": 5}]

    assert area_rows([first, second]) == [{"a": 3, "b": 4, "c": 5}]
    assert area_rows([first[:2], second]) == [{"a": 1, "b": 2, "c": 5}]
    assert area_rows([[{"a": None}]]) == [{"a": None}]


def test_names_that_a_sample_needs_free_may_be_taken(tmp_path: Path) -> None:
    """A model of that name, an area, a version, a feature: the fault is shown with another."""
    put(tmp_path, "nowhere", "nothing", {"shoe_size": 42.0})

    shown = dict(samples(tmp_path))

    assert shown["unknown-area"]["target"] == "/predict/nowherex"
    assert shown["unknown-model"]["target"] == "/predict/nowhere/nothingx"
    (row,) = json.loads(shown["does-not-fit-extra-feature"]["body"])["instances"]
    assert set(row) == {"shoe_size", "shoe_sizex"}
