"""A service of two files, for what the command line does before it knows more."""

from pathlib import Path

import pytest

from support.command_line import sparely as sparely


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """The folder of a service that a command finds."""
    (tmp_path / "src" / "handler").mkdir(parents=True)
    (tmp_path / "src" / "handler" / "app.py").touch()
    (tmp_path / "template.yaml").touch()
    return tmp_path
