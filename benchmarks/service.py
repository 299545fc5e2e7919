"""The service itself, baked with the default answers and built as a user builds it."""

import json
import os
from pathlib import Path
from typing import Any

from sparely_toolkit.project import Project
from tests.support.services import built


def built_artifact() -> Path:
    """What Lambda would unpack; baked and built again only where something has changed."""
    return built().built / "PredictFunction"


def event_of(service: Project, area: str, model: str) -> dict[str, Any]:
    """The event of a good request to one model, as a service comes with it."""
    (file,) = service.events.rglob(f"predict-{area}-{model}.json")
    event: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return event


def user_environment() -> dict[str, str]:
    """A user's environment, without what make and this repository's Makefile set for themselves."""
    ours = ("MAKE", "MFLAGS", "ARGS", "OUTPUT", "PACKAGE", "PYTHON", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {"AWS_DEFAULT_REGION": "us-east-1", **kept, "SAM_CLI_TELEMETRY": "0"}
