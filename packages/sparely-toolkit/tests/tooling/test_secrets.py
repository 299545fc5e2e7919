"""Nothing that runs prints what it must keep to itself."""

import re
from pathlib import Path

import pytest

import sparely
import sparely_toolkit
from support.services import baked

PROJECT = baked().root
SCRIPTS = [*sorted((PROJECT / "tools").iterdir()), *sorted((PROJECT / ".github" / "workflows").glob("*.yml"))]
CODE = sorted(
    [
        *Path(sparely.__file__).parent.rglob("*.py"),
        *(Path(sparely_toolkit.__file__).parent / "deployment").rglob("*.py"),
    ]
)
# Each would write credentials or whole requests into a log.
SPEAKING = {
    "script": re.compile(r"set -\w*x|\bprintenv\b|^\s*env\s*$|ACTIONS_STEP_DEBUG|secrets\.|curl[^\n]* -v|--debug", re.MULTILINE),
    "code": re.compile(r"set_stream_logger|set_debuglevel|log_event=True|get_frozen_credentials|print\(os\.environ|aws_secret"),
}  # fmt: skip


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_scripts_and_workflows_print_no_environment(file: Path) -> None:
    """A runner's environment holds the deployment's short-lived keys; no stored secret is read at all."""
    assert SPEAKING["script"].findall(file.read_text("utf-8")) == []


def test_code_that_holds_credentials_switches_no_tracing_on() -> None:
    """boto3 and http.client write signatures and tokens when told to trace."""
    told = {file.name: SPEAKING["code"].findall(file.read_text("utf-8")) for file in CODE}

    assert CODE
    assert {name: found for name, found in told.items() if found} == {}
