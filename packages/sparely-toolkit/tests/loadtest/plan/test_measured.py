"""A profile of another machine, given as a file."""

import json
from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.loadtest.plan import measured

FIGURES: dict[str, Any] = {
    "init_cpu_ms": 80,
    "init_wall_ms": 90.5,
    "request_cpu_ms": 0.4,
    "request_wall_ms": {"p50": 0.4, "p95": 0.5, "p99": 0.9},
    "peak_memory_mb": 40,
}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"request_cpu_ms": -1000}, "request_cpu_ms is -1000, and it should be greater than or equal to 0."),
        ({"init_cpu_ms": float("nan")}, "init_cpu_ms is nan, and it should be a finite number."),
        ({"peak_memory_mb": "40"}, "peak_memory_mb is '40', and it should be a valid number."),
        ({"request_wall_ms": {"p50": 1, "p95": 1}}, "request_wall_ms.p99 is missing."),
        ({"request_wall_ms": {"p50": 1, "p95": 1, "p99": -1}}, "request_wall_ms.p99 is -1, and it should be greater"),
    ],
)
def test_what_was_never_measured_is_refused(tmp_path: Path, change: dict[str, Any], what: str) -> None:
    """A plan from it would promise answers before their requests."""
    file = tmp_path / "m.json"
    file.write_text(json.dumps({**FIGURES, **change}), "utf-8")

    with pytest.raises(measured.UnreadableMeasurement) as caught:
        measured.read(file)

    assert str(caught.value).startswith(f"{file} does not hold what `sparely profile` prints: {what}")


@pytest.mark.parametrize("text", ["", "[]", "5"])
def test_what_is_no_profile_is_refused(tmp_path: Path, text: str) -> None:
    """In one sentence, as is a file that is not there."""
    file = tmp_path / "m.json"
    with pytest.raises(measured.UnreadableMeasurement, match="No such file"):
        measured.read(file)
    file.write_text(text, "utf-8")

    with pytest.raises(measured.UnreadableMeasurement):
        measured.read(file)
