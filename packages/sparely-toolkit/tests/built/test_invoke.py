"""`sparely invoke` with a built service: the same answer as in this interpreter, from any folder of it."""

import json
import subprocess
import sys
from typing import Any

import pytest

from sparely_toolkit.project import Project
from support.sample_service import SERVICE

pytestmark = pytest.mark.slow


def test_event_gets_the_handlers_answer(project: Project, context: Any) -> None:
    """Called in the events' folder, the package that is built answers as the handler does."""
    (event,) = project.events.rglob("predict-clinic.json")

    command = [sys.executable, "-m", "sparely_toolkit", "invoke", event.name]

    done = subprocess.run(command, cwd=event.parent, capture_output=True, text=True, check=True)

    answer, expected = json.loads(done.stdout), SERVICE(json.loads(event.read_text("utf-8")), context)
    assert (answer["statusCode"], answer["body"]) == (expected["statusCode"], expected["body"])
