"""What a long step is doing, for people: a line that moves on a terminal, and nothing where nobody looks."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.spinner import Spinner

REFRESHES_A_SECOND = 8


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
    Show on stderr that something long is being done, if stderr is a terminal.

    What is printed meanwhile scrolls by above the line; it is gone when the block ends.

    Args:
        title: what is done, such as "Building the Lambda package".
    """
    shown = Step(title)
    if not sys.stderr.isatty():
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
