"""`sparely` in this process, as a test calls it: what it exits with and says."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sparely_toolkit.cli.commands import run


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left: its exit code, and what it and its programs wrote."""

    exit_code: int
    out: str
    err: str


Sparely = Callable[..., Outcome]


@pytest.fixture
def sparely(capfd: pytest.CaptureFixture[str]) -> Sparely:
    """Call a command line: `sparely("contract", "--check", service=project.root)`."""

    def call(*arguments: str | Path, service: Path | None = None) -> Outcome:
        capfd.readouterr()
        code = run([*(["--service", str(service)] if service else []), *map(str, arguments)])
        out, err = capfd.readouterr()
        return Outcome(int(code), out, err)

    return call
