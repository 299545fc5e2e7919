"""A service that cannot be written to is named before a command begins, not by what fails in it later."""

import os
from pathlib import Path

import pytest

from sparely_toolkit.problems import ExitCode
from support.command_line import Sparely

MODEL = ("model.joblib", "--area", "shop", "--name", "churn", "--data", "rows.csv")


@pytest.mark.parametrize(
    ("command", "folder"),
    [
        (["add-model", *MODEL], "."),
        (["add-model", *MODEL], "src/models"),
        (["lock"], "requirements"),
        (["fix"], "."),
        (["fix"], "tests"),
    ],
    ids=lambda each: each if isinstance(each, str) else each[0],
)
def test_read_only_folder_is_named(
    sparely: Sparely, service: Path, command: list[str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence; the operating system is asked, for whom an administrator may write everywhere."""
    closed = service / folder
    closed.mkdir(parents=True, exist_ok=True)
    allowed = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: not (mode & os.W_OK and Path(path) == closed) and allowed(path, mode)
    )

    outcome = sparely(*command, service=service)

    assert (outcome.exit_code, outcome.out, outcome.err) == (
        ExitCode.LACKING,
        "",
        f"{closed} cannot be written to, and nothing was changed: make it writable, or use a copy.\n",
    )
