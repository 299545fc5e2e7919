"""index.json: what is known of many models before one is opened."""

import hashlib
import json
from pathlib import Path

import pytest
from onnx import helper

from sparely.bundle import INDEX, MANIFEST, MODEL, ModelLoadError
from sparely.index import FEW, Entry, read_index, write_index
from support.toys import toy_manifest, toy_model


def put(root: Path, area: str, name: str, **changes: object) -> Path:
    """Write a toy model."""
    folder = root / area / name
    folder.mkdir(parents=True)
    content = toy_model(2)
    (folder / MODEL).write_bytes(content)
    (folder / MANIFEST).write_text(json.dumps(toy_manifest(area, name, content, **changes)), "utf-8")
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """One model more than need no index."""
    for number in range(FEW + 1):
        put(tmp_path, f"area-{number % 3}", f"sum-{number}", version=f"{number:012}")
    return tmp_path


def test_an_entry_has_version_digest_and_size(root: Path) -> None:
    """By which a model's files are known again."""
    write_index(str(root))

    index = read_index(str(root))

    assert index is not None
    folder = root / "area-1" / "sum-4"
    digest = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    assert index.models["area-1"]["sum-4"] == Entry("000000000004", digest, (folder / MODEL).stat().st_size)
    assert sum(map(len, index.models.values())) == FEW + 1


@pytest.mark.parametrize(("operator", "growth"), [("TreeEnsemble", 38), ("TreeEnsembleRegressor", 14), ("Tree", 4)])
def test_models_of_trees_take_more_memory_of_smaller_files(root: Path, operator: str, growth: int) -> None:
    """By the operator's own name, not by the one that a converter gave to a node."""
    node = helper.make_node(operator, ["rows"], ["scores"], name="TreesTreeEnsembleRegressor_7", domain="ai.onnx.ml")
    model = helper.make_model(helper.make_graph([node], "trees", [], []))
    (root / "area-1" / "sum-4" / MODEL).write_bytes(model.SerializeToString())
    write_index(str(root))

    index = read_index(str(root))

    assert index is not None
    assert index.models["area-1"]["sum-4"].growth == growth


def test_columns_are_those_of_an_areas_models_together(root: Path) -> None:
    """One that two models share counts once."""
    feature = {"type": "number", "required": True, "null": "refused"}
    features = [{"name": name, **feature} for name in ("a", "c")]
    inputs = [{"name": "features", "datatype": "FP32", "features": ["a", "c"]}]
    put(root, "area-0", "other", features=features, inputs=inputs)
    write_index(str(root))

    index = read_index(str(root))

    assert index is not None
    assert index.columns == {"area-0": 3, "area-1": 2, "area-2": 2}


def test_equal_models_give_equal_bytes(root: Path) -> None:
    """So that builds stay equal."""
    write_index(str(root))
    first = (root / INDEX).read_bytes()
    write_index(str(root))

    assert (root / INDEX).read_bytes() == first


def test_where_there_is_none_there_is_none(tmp_path: Path) -> None:
    """Few models are opened without it."""
    put(tmp_path, "toys", "sum")
    write_index(str(tmp_path))

    assert read_index(str(tmp_path)) is None


def test_a_broken_manifest_is_named(root: Path) -> None:
    """Before anything is written."""
    (root / "area-0" / "sum-0" / MANIFEST).write_text("{", "utf-8")

    with pytest.raises(ModelLoadError, match=r"sum-0.manifest\.json: "):
        write_index(str(root))
    assert not (root / INDEX).exists()
