"""An export in its caller's own process, a notebook's, has an end as well: wherever Python is at when time is up."""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sparely_export.precision import Progress
from sparely_export.refusals import Refusal


class TooLong(Refusal):
    """The export is not done after the seconds that it may take."""

    def __init__(self, path: str, seconds: float, step: str) -> None:
        super().__init__(
            f'{path} is not done after {seconds:g} s, at the step "{step}". Nothing was written. Give it more with '
            f"--most-seconds {seconds * 4:g}, or fit a smaller model: fewer trees, fewer columns, fewer rows that it "
            "keeps."
        )


class _TimeIsUp(BaseException):
    """Raised in the thread that exports; no `except Exception` on the way holds it up."""


@contextmanager
def time_limit(path: str, seconds: float, tell: Progress) -> Iterator[Progress]:
    """
    End the block after some seconds, by an exception in its thread.

    A process of its own, as the command has, would have to be forked, and what has fitted models before may not
    survive that. What one call of a library takes is not interrupted: the block ends when it returns.

    Args:
        path: the model's name with its area.
        tell: is passed what the block tells of its steps.

    Raises:
        TooLong: it was not done by then.
    """
    steps, lock, thread, is_done = ["start"], threading.Lock(), threading.get_ident(), False

    def progress(step: str) -> None:
        steps.append(step)
        tell(step)

    def end() -> None:
        with lock:
            if not is_done:
                _raise(thread, ctypes.py_object(_TimeIsUp))

    timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), end)
    timer.daemon = True
    timer.start()
    try:
        try:
            yield progress
        finally:
            timer.cancel()
            with lock:
                is_done = True
            _raise(thread, None)  # takes back what has not arrived yet
    except _TimeIsUp:
        raise TooLong(path, seconds, steps[-1]) from None


def _raise(thread: int, kind: "ctypes.py_object[type[BaseException]] | None") -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), kind)
