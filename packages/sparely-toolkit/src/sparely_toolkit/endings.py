"""Signals that end a command: what it has begun is cleared up first."""

import signal
from types import FrameType

_ASKED = (signal.SIGTERM, signal.SIGHUP)
"""By whoever manages processes, and by a terminal that is closed or a connection that is lost."""


def ending_signals() -> list[signal.Signals]:
    """Those that end a server; a terminal's end is none for one that was started by nohup."""
    return [each for each in (signal.SIGINT, *_ASKED) if each == signal.SIGINT or not _is_ignored(each)]


def end_in_order() -> None:
    """From now on leave through every `with` and `finally` on such a signal, and exit with 128 and its number."""
    for each in _ASKED:
        if not _is_ignored(each):
            signal.signal(each, _end)


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _is_ignored(number: signal.Signals) -> bool:
    return signal.getsignal(number) is signal.SIG_IGN
