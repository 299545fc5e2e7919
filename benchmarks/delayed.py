"""
The built service with a wait in front of every answer: a slower model, or an endpoint of known capacity.

`concurrency / (wait + answer)` is the capacity in requests a second; what comes beyond is throttled.
"""

import json
from pathlib import Path

from sparely_toolkit.local import intrinsics, template
from sparely_toolkit.samconfig import Stage

_HANDLER = '''"""Waits, then answers as the built service does."""

import os
import sys
import time

sys.path.insert(0, os.environ["DELAYED_ARTIFACT"])
from handler.app import lambda_handler as answer


def lambda_handler(event, context):
    time.sleep(float(os.environ["DELAY_MS"]) / 1000)
    return answer(event, context)
'''


def write(folder: Path, built: Path, *, wait_ms: float, concurrency: int) -> Path:
    """
    Write a template that serves the built artifact behind a wait; gives its path.

    Raises:
        TemplateProblem: the built template cannot be read.
    """
    function = template.read(built, Stage()).function
    artifact = folder / "waiting"
    artifact.mkdir(parents=True, exist_ok=True)
    (artifact / "waiting.py").write_text(_HANDLER, encoding="utf-8")
    document = intrinsics.load(built.read_text(encoding="utf-8"))
    properties = document["Resources"][function.logical_id]["Properties"]
    properties.update(
        CodeUri=str(artifact.absolute()),
        Handler="waiting.lambda_handler",
        ReservedConcurrentExecutions=concurrency,
    )
    variables = properties.setdefault("Environment", {}).setdefault("Variables", {})
    variables.update(DELAYED_ARTIFACT=str(function.artifact), DELAY_MS=str(wait_ms))
    path = folder / "template.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")  # JSON is YAML too
    return path
