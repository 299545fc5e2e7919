"""A command that is ended from outside clears up first, and a full disk is told in a sentence."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sparely_toolkit.cli import commands
from sparely_toolkit.problems import ExitCode
from support.signals import in_a_terminal as in_a_terminal

pytestmark = pytest.mark.usefixtures("in_a_terminal")

WORK = """
import time
from sparely_toolkit.endings import end_in_order, ending_signals
end_in_order()
try:
    print(*(each.name for each in ending_signals()), flush=True)
    time.sleep(60)
finally:
    print("cleared up", flush=True)
"""


@contextmanager
def working(*before: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that holds something, for a test's time."""
    with subprocess.Popen([*before, sys.executable, "-c", WORK], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_a_command_holds_is_cleared_up(number: signal.Signals) -> None:
    """Temporary folders are tens of MB each."""
    with working() as process:
        assert process.stdout
        assert process.stdout.readline() == "SIGINT SIGTERM SIGHUP\n"

        process.send_signal(number)

        assert process.stdout.read() == "cleared up\n"
        assert process.wait(30) == 128 + number


def test_a_command_outlives_its_terminal_where_it_is_to() -> None:
    """As nohup promises; SIGTERM ends it."""
    with working("nohup") as process:
        assert process.stdout
        assert process.stdout.readline() == "SIGINT SIGTERM\n"

        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)

        assert process.stdout.read() == "cleared up\n"
        assert process.wait(30) == 128 + signal.SIGTERM


FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (FULL, "No space left on device.\n"),
        (OSError(errno.ENOSPC, FULL.strerror, "a/b"), "a/b: No space left on device.\n"),
        (shutil.Error([("a", "b/c", f"{FULL}: 'b/c'"), ("d", "e", "f")]), "b/c: No space left on device.\n"),
    ],
)
def test_a_full_disk_is_told_in_a_sentence(
    error: OSError, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whichever call of the system met it, for one file or for one of many."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(commands, "app", fail)

    assert commands.run([]) == ExitCode.LACKING
    assert capsys.readouterr().err == sentence


def test_an_unforeseen_fault_of_the_system_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file it is this program's."""

    def fail(*_: object, **__: object) -> None:
        raise ConnectionResetError(errno.ECONNRESET, "reset")

    monkeypatch.setattr(commands, "app", fail)

    with pytest.raises(ConnectionResetError):
        commands.run([])
