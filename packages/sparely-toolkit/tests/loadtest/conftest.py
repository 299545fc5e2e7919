"""A small service to ask, and statistics as Locust writes them."""

import json
from pathlib import Path
from typing import Any

import pytest

from sparely.golden import CallersAnswer
from sparely.manifest import Tolerance
from sparely_toolkit.loadtest.instances import Question
from support.services import TEMPLATE
from support.toys import toy_manifest

TRAFFIC, THRESHOLDS, PROFILES, LOCUSTFILE = (
    TEMPLATE / "loadtest" / name for name in ("traffic.toml", "thresholds.toml", "profiles", "locustfile.py")
)
"""The service's files, as the template has them."""

HISTORY = (
    "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%,"
    "Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,"
    "Total Min Response Time,Total Max Response Time,Total Average Content Size"
)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Two models of one area that share a feature, and one of another area."""
    folder = tmp_path / "models"
    _golden(folder / "sums/plus", [{"a": 1, "b": 2}, {"a": 3, "b": None}], [{"value": 3.0}, {"value": 3.0}])
    _golden(folder / "sums/minus", [{"a": 1, "c": 1}, {"a": 3, "c": 1}], [{"value": 0.0}, {"value": 2.0}])
    answer = {"label": "odd", "probabilities": {"odd": 0.9, "even": 0.1}}
    _golden(folder / "kinds/parity", [{"n": 3}], [answer])
    return folder


def _golden(folder: Path, instances: list[dict[str, Any]], predictions: list[dict[str, Any]]) -> None:
    folder.mkdir(parents=True)
    names = list(instances[0])
    number = {"type": "number", "unit": "m", "required": True, "null": "nan"}
    manifest = toy_manifest(
        folder.parent.name,
        folder.name,
        b"",
        features=[{"name": name, **number} for name in names],
        inputs=[{"name": "features", "datatype": "FP32", "features": names}],
        parity={"absolute_tolerance": 1e-4, "relative_tolerance": 1e-4} if folder.name == "parity" else {},
    )
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "golden.json").write_text(json.dumps({"instances": instances, "predictions": predictions}))


@pytest.fixture
def question() -> Question:
    """A question to two models."""
    expected: dict[str, list[dict[str, Any]]] = {
        "sum": [{"value": 100.0}],
        "kind": [{"label": "odd", "probabilities": {"odd": 0.9, "even": 0.1}}],
    }
    return Question(b"{}", CallersAnswer(200, {"predictions": expected}), dict.fromkeys(expected, Tolerance()))
