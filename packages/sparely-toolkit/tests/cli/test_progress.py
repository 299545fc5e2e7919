"""A long step shows what it is at, where somebody looks."""

import os
import pty
import subprocess
import sys

import pytest

from sparely_toolkit.cli.progress import step

LONG = (
    "import time\nfrom sparely_toolkit.cli.progress import step\n"
    "with step('Building') as shown:\n    shown.at('3 of [8]')\n    time.sleep(0.3)\n    print('a line')\n"
)


def test_nothing_is_shown_where_nobody_looks(capfd: pytest.CaptureFixture[str]) -> None:
    """A log of a build server has no lines that move."""
    with step("Building") as shown:
        shown.at("3 of 8")

    assert capfd.readouterr() == ("", "")


def test_a_terminal_shows_the_step_and_how_far_it_is() -> None:
    """On stderr, so that what a command prints can be read by a program."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}

    with subprocess.Popen(
        [sys.executable, "-c", LONG], stdout=subprocess.PIPE, stderr=theirs, env=environment
    ) as shown:
        out, _ = shown.communicate()
    os.close(theirs)

    assert out == b"a line\n"
    assert b"Building, 3 of [8], 0 s" in os.read(ours, 65_536)


def test_a_failure_ends_the_line() -> None:
    """What is raised in a step comes out of it."""
    with pytest.raises(ValueError, match="no"), step("Building"):
        raise ValueError("no")
