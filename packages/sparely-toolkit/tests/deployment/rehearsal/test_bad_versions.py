"""Bad versions are packages whose entry point is bad and whose rest is right."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.deployment.rehearsal.bad_versions import BAD_VERSIONS, make


@pytest.mark.parametrize("kind", BAD_VERSIONS)
def test_the_entry_point_is_replaced(kind: str, tmp_path: Path) -> None:
    """The right one lies beside it, without the bytecode that would be taken for it."""
    package = tmp_path / "right"
    (package / "handler" / "__pycache__").mkdir(parents=True)
    (package / "handler" / "app.py").write_text("right = True\n")
    for module in ("app", "request"):
        (package / "handler" / "__pycache__" / f"{module}.cpython-313.pyc").touch()

    bad = make(kind, package, tmp_path)

    files = {file.relative_to(bad / "handler").as_posix() for file in (bad / "handler").rglob("*") if file.is_file()}
    assert files == {"app.py", "right.py", "__pycache__/request.cpython-313.pyc"}
    assert (bad / "handler" / "right.py").read_text() == "right = True\n"
    ast.parse((bad / "handler" / "app.py").read_text())


def test_both_ways_to_fail_are_there() -> None:
    """Lambda counts what raises, and the function itself what it answers with 500."""
    assert {"failing on 2 % of callers", "answering 500 to 2 % of callers"} <= set(BAD_VERSIONS)


@pytest.mark.parametrize("path", ["rawPath", "path"])
@pytest.mark.parametrize(
    "prediction",
    [
        {"value": 12.5},
        {"value": -1},
        {"values": [0, 2.0]},
        {"label": 1, "probabilities": {"0": 0.2, "1": 0.8}},
        {"label": "left", "flagged": True},
        {"labels": ["red"], "reason": None},
    ],
    ids=str,
)
def test_wrong_predictions_are_wrong_of_every_kind_of_model(
    tmp_path: Path, path: str, prediction: dict[str, Any]
) -> None:
    """No value of any prediction is the right one; versions, and what is no prediction, stay."""
    right = {"predictions": {"model": [prediction]}, "versions": {"model": "ac7f66e2800e"}}
    package = tmp_path / "right"
    (package / "handler").mkdir(parents=True)
    code = f"def lambda_handler(event, context):\n    return {{'statusCode': 200, 'body': {json.dumps(right)!r}}}\n"
    (package / "handler" / "app.py").write_text(code)
    bad = make("wrong predictions", package, tmp_path)

    ask = f"from handler.app import lambda_handler as ask; print(ask({{{path!r}: '/predict/a/model'}}, 0)['body'])"
    done = subprocess.run([sys.executable, "-c", ask], cwd=bad, capture_output=True, text=True, check=True)

    answer = json.loads(done.stdout)
    assert answer["versions"] == right["versions"]
    assert _same(answer["predictions"]["model"][0], prediction) == []


def _same(one: Any, other: Any) -> list[Any]:
    """The values that are alike."""
    if isinstance(other, dict):
        return [value for name in other for value in _same(one[name], other[name])]
    if isinstance(other, list):
        return [value for pair in zip(one, other, strict=True) for value in _same(*pair)]
    return [other] if one == other else []
