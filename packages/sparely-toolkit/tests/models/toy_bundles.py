"""Bundles of a model that adds two numbers."""

from pathlib import Path
from typing import Any

import pytest

from sparely.archive import to_text, versioned, write_archive
from sparely.bundle import GOLDEN, MANIFEST, MODEL, STEPS, sha256
from support.toys import toy_manifest, toy_model

Files = dict[str, bytes]


def toy(value: float = 3.0, unit: str = "m", steps: bytes | None = None, **changes: Any) -> Files:
    """The files of toys/sum, which answers a row of 1 and 2 with a value."""
    model = toy_model(2)
    feature = {"type": "number", "unit": unit, "required": True, "null": "refused"}
    entry = {"steps": {"sha256": sha256(steps).hexdigest(), "prepare": False, "present": True}} if steps else {}
    told = {"description": "A sum.", **entry}
    manifest = toy_manifest("toys", "sum", model, features=[{"name": name, **feature} for name in "ab"], **told)
    golden = {"instances": [{"a": 1.0, "b": 2.0}], "predictions": [{"value": value}]}
    files = {MODEL: model, MANIFEST: to_text(versioned({**manifest, **changes})), GOLDEN: to_text(golden)}
    return files | ({STEPS: steps} if steps else {})


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle of toys/sum."""
    write_archive(tmp_path / "sum.zip", toy())
    return tmp_path / "sum.zip"
