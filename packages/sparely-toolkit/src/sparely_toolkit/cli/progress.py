"""What a long step is doing, for people: a line that moves on a terminal, and now and then a line of a log."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.spinner import Spinner

REFRESHES_A_SECOND = 8
SILENT_S, AGAIN_S = 5.0, 60.0
"""Where stderr is no terminal, a step is told after so many seconds, and every so many then."""


class Step:
    """A long step that is under way."""

    def __init__(self, title: str) -> None:
        self._title, self._detail = title, ""
        self._started = time.monotonic()

    def at(self, detail: str) -> None:
        """Say how far it is, such as "3 of 8" or the name of what is being done."""
        self._detail = detail

    def __str__(self) -> str:
        """The step, how far it is, and the seconds since its start."""
        seconds = f"{time.monotonic() - self._started:.0f} s"
        return ", ".join(part for part in (self._title, self._detail, seconds) if part)


@contextmanager
def step(title: str) -> Iterator[Step]:
    """
    Show on stderr that something long is being done.

    On a terminal, what is printed meanwhile scrolls by above the line; it is gone when the block ends. A log has a line
    of a step only where it takes long.

    Args:
        title: what is done, such as "Building the Lambda package".
    """
    shown = Step(title)
    if not sys.stderr.isatty():
        with _told_now_and_then(shown):
            yield shown
        return
    from rich.console import Console
    from rich.live import Live
    from rich.spinner import Spinner
    from rich.text import Text

    spinner = Spinner("dots")

    def line() -> "Spinner":
        spinner.update(text=Text(f"{shown}"))
        return spinner

    # Where stdout is no terminal, a program reads it: it stays what the command prints.
    with Live(
        get_renderable=line,
        console=Console(stderr=True),
        refresh_per_second=REFRESHES_A_SECOND,
        transient=True,
        redirect_stdout=sys.stdout.isatty(),
    ):
        yield shown


@contextmanager
def _told_now_and_then(shown: Step) -> Iterator[None]:
    done = threading.Event()

    def tell() -> None:
        wait = SILENT_S
        while not done.wait(wait):
            print(f"{shown} ...", file=sys.stderr, flush=True)
            wait = AGAIN_S

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()
