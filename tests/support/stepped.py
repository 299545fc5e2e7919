"""A model with steps whose answers are computed in the head: twice the size and the count, at most 5."""

import hashlib
import json
from pathlib import Path
from typing import Any

from .toys import toy_manifest, toy_model

PREPARE = """\
from sparely import Refused


def prepare(row):
    if row["size"] > 1000:
        raise Refused("nothing is that large", feature="size")
    return {"a": 2 * row["size"], "b": row["count"] or 0}
"""
PRESENT = """\
def present(prediction, row):
    return {**prediction, "value": min(prediction["value"], 5.0), "rule": {"capped": prediction["value"] > 5}}
"""
STEPS = f"{PREPARE}\n\n{PRESENT}"
NUMBER: dict[str, Any] = {"type": "number", "unit": "m", "required": True, "null": "refused"}
FEATURES: list[dict[str, Any]] = [
    {"name": "size", **NUMBER, "minimum": 0, "maximum": 10},
    {"name": "count", "type": "integer", "required": False, "null": {"token": "none"}},
]
GOLDEN: dict[str, list[dict[str, Any]]] = {
    "instances": [{"size": 1.5, "count": 4}, {"size": 0.5, "count": None}],
    "predictions": [{"value": 5.0, "rule": {"capped": True}}, {"value": 1.0, "rule": {"capped": False}}],
    "prepared": [{"a": 3.0, "b": 4}, {"a": 1.0, "b": 0}],
    "bare": [{"value": 7.0}, {"value": 1.0}],
}


def put_stepped(root: Path, *, code: str = STEPS, **golden: Any) -> Path:
    """Write it below a models folder, as toys/stepped, with members of golden.json changed; the folder."""
    folder = root / "toys" / "stepped"
    folder.mkdir(parents=True)
    content = toy_model(2)
    manifest = toy_manifest("toys", "stepped", content)
    manifest |= {
        "features": FEATURES,
        "prepared": manifest["features"],
        "steps": {"sha256": hashlib.sha256(code.encode()).hexdigest(), "prepare": True, "present": True},
    }
    (folder / "model.onnx").write_bytes(content)
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (folder / "golden.json").write_text(json.dumps({**GOLDEN, **golden}), "utf-8")
    (folder / "steps.py").write_text(code, "utf-8")
    return folder
