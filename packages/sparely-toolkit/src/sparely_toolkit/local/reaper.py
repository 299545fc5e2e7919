"""A process that outlives this one by a moment: it ends the environments should the server be killed."""

import contextlib
import subprocess
import sys

_SCRIPT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
groups = set()
for line in sys.stdin:
    (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
for group in groups:
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        pass
"""


class Reaper:
    """
    Knows the process groups of all environments; its input ends when the server does, also by SIGKILL.

    An idle runtime client ends by itself when the Runtime API goes away; one inside a handler would not.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _SCRIPT],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )

    def watch(self, group: int) -> None:
        """Take charge of a process group."""
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """Leave a process group that has ended alone; its number may be used again."""
        self._tell(f"-{group}\n")

    def close(self) -> None:
        """End the reaper, and with it whatever it still watches."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # a reaper that somebody ended is missed by no request
            self._process.stdin.write(line)
            self._process.stdin.flush()
