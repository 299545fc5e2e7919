"""A model's files from an older format to a newer one, without its estimator."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.upkeep import formats
from support.services import MODELS


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """The sample models, in a folder of their own."""
    shutil.copytree(MODELS, tmp_path / "models")
    return tmp_path / "models"


def to_second(manifest: dict[str, Any], golden: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A second format: the description is called summary, golden rows carry their number."""
    summary = manifest.pop("description")
    return {**manifest, "summary": summary}, {**golden, "rows": len(golden["instances"])}


def to_third(manifest: dict[str, Any], golden: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A third: nothing but its number."""
    return manifest, golden


def read(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return document


def test_what_has_the_format_already_is_not_touched(models: Path) -> None:
    """Not even written anew."""
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in models.rglob("*.json")}

    assert formats.carry(models) == []
    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in models.rglob("*.json")} == before


def test_every_model_is_carried_step_by_step(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first format to the third by way of the second; the graph is nobody's business here."""
    graphs = {file: file.read_bytes() for file in models.rglob("model.onnx")}
    old = read(models / "winery" / "cultivar" / "manifest.json")
    monkeypatch.setattr(formats, "FORMAT", 3)
    monkeypatch.setattr(formats, "STEPS", {1: to_second, 2: to_third})

    carried = formats.carry(models)

    manifest, golden = (read(models / "winery" / "cultivar" / f"{name}.json") for name in ("manifest", "golden"))
    assert carried == ["clinic/high-risk", "clinic/progression", "winery/alcohol", "winery/cultivar"]
    assert (manifest["format"], manifest["summary"], "description" in manifest) == (3, old["description"], False)
    assert golden["rows"] == len(golden["instances"])
    assert {file: file.read_bytes() for file in models.rglob("model.onnx")} == graphs
    assert formats.carry(models) == []
