"""`sparely golden` and `sparely test` of a model whose steps have changed: both show what differs before anything is built."""

from pathlib import Path

import pytest

from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from support.command_line import Sparely
from support.stepped import STEPS, put_stepped


@pytest.fixture
def project(service: Path) -> Project:
    """A service of one model, whose rule is another than that of its golden rows."""
    made = Project(service)
    folder = put_stepped(made.models)
    (folder / "steps.py").write_text(STEPS.replace("5.0", "6.0"), "utf-8")
    return made


@pytest.mark.parametrize("command", [["test"], ["golden", "--check"], ["golden"]])
def test_what_differs_is_shown_on_80_columns(command: list[str], sparely: Sparely, project: Project) -> None:
    """Row, member, and both values; then what to do."""
    outcome = sparely(*command, service=project.root)

    assert outcome.exit_code == ExitCode.NO
    assert "│ toys/stepped │ 0   │ value        │ 5.0         │ 6.0          │" in outcome.out
    assert max(map(len, outcome.out.splitlines())) <= 80
    assert outcome.err == (
        "Own steps give other answers than is written for 1 golden answer: if that is meant, run make golden; "
        "in a script, make golden ARGS=--yes.\n"
    )
