"""A model with a steps.py, beside one without."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sparely.bundle import sha256
from sparely.handler.registry import load_models
from support.sample_service import SERVICE
from tests.handler.conftest import Reply

Call = Callable[..., Reply]
Put = Callable[..., None]
NUMBER = {"type": "number", "unit": "m", "required": True, "null": "refused"}
PREPARED = [{"name": "a", **NUMBER}, {"name": "b", **NUMBER}]
RAW: list[dict[str, Any]] = [
    {"name": "size", **NUMBER, "minimum": 0, "maximum": 10},
    {"name": "count", "type": "integer", "required": False, "null": {"token": "none"}},
]
"""The caller's row of the model with steps; the other model of the area takes a and b."""
DOUBLE = """
from sparely import Refused

def prepare(row):
    if row["size"] > 1000:
        raise Refused("nothing is that large", feature="size")
    return {**row, "a": 2 * row["size"], "b": row["count"] or 0}
"""


@pytest.fixture
def put(put_model: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Have the service serve toys/stepped with a steps.py, and other toys without one."""

    def write(
        code: str,
        *others: str,
        then: str = "",
        features: list[dict[str, Any]] = RAW,
        prepared: list[dict[str, Any]] = PREPARED,
    ) -> None:
        has = {name: f"def {name}(" in code for name in ("prepare", "present")}
        described = {"features": features, "prepared": prepared} if has["prepare"] else {}
        steps = {"sha256": sha256(code.encode()).hexdigest(), **has}
        folder = put_model(name="stepped", then=then, steps=steps, **described)
        (folder / "steps.py").write_text(code, "utf-8")
        for name in others:
            put_model(name=name)
        monkeypatch.setattr(SERVICE, "registry", load_models(str(tmp_path / "models")))

    return write


def ask(call: Call, *rows: dict[str, Any], area: bool = False) -> Reply:
    return call("POST", "/predict/toys" if area else "/predict/toys/stepped", {"instances": list(rows)})
