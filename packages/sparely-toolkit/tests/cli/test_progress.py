"""A long step shows what it is at, where somebody looks."""

import os
import pty
import re
import select
import subprocess
import sys

import pytest

from sparely_toolkit.cli import progress
from sparely_toolkit.cli.progress import step

LONG = (
    "import sys\nfrom sparely_toolkit.cli.progress import step\n"
    "with step('Building') as shown:\n    shown.at('3 of [8]')\n    sys.stdin.readline()\n    print('a line')\n"
)
LONGEST_WAIT_S = 120  # for a sign of the program, however busy the machine


def read_until(terminal: int, pattern: bytes) -> bytes:
    """What a terminal is sent, up to a pattern; all that came where it does not come."""
    text = b""
    while not re.search(pattern, text) and select.select([terminal], [], [], LONGEST_WAIT_S)[0]:
        text += os.read(terminal, 65_536)
    return text


def test_a_short_step_leaves_no_line_in_a_log(capfd: pytest.CaptureFixture[str]) -> None:
    """Nor has a log lines that move."""
    with step("Building") as shown:
        shown.at("3 of 8")

    assert capfd.readouterr() == ("", "")


def test_a_long_step_is_told_in_a_log(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to guess whether it still does something."""
    monkeypatch.setattr(progress, "SILENT_S", 0.01)
    monkeypatch.setattr(progress, "AGAIN_S", 0.01)
    told = ""

    with step("Building") as shown:
        shown.at("3 of 8")
        while "3 of 8" not in told:
            told += capfd.readouterr().err

    assert re.search(r"^Building, 3 of 8, \d+ s \.\.\.$", told, re.MULTILINE)


def test_a_terminal_shows_the_step_and_how_far_it_is() -> None:
    """On stderr, so that what a command prints can be read by a program."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}

    with subprocess.Popen(
        [sys.executable, "-c", LONG], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=theirs, env=environment
    ) as shown:
        text = read_until(ours, line := rb"Building, 3 of \[8\], \d+ s")
        out, _ = shown.communicate(b"\n")
    os.close(theirs)
    os.close(ours)

    assert re.search(line, text)
    assert out == b"a line\n"


def test_a_failure_ends_the_line() -> None:
    """What is raised in a step comes out of it."""
    with pytest.raises(ValueError, match="no"), step("Building"):
        raise ValueError("no")
