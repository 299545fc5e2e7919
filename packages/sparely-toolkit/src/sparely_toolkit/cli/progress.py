"""What a long step is doing, for people: a line that moves on a terminal, and nothing where nobody looks."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.status import Status


class Step:
    """A long step that is under way."""

    def __init__(self, title: str, line: "Status | None") -> None:
        self._title, self._detail, self._line = title, "", line
        self._started = time.monotonic()

    def at(self, detail: str) -> None:
        """Say how far it is, such as "3 of 8" or the name of what is being done."""
        self._detail = detail
        self.show()

    def show(self) -> None:
        """Write the line anew, with the seconds since the start."""
        if self._line is not None:
            from rich.markup import escape

            seconds = f"{time.monotonic() - self._started:.0f} s"
            self._line.update(escape(", ".join(part for part in (self._title, self._detail, seconds) if part)))


@contextmanager
def step(title: str) -> Iterator[Step]:
    """
    Show on stderr that something long is being done, if stderr is a terminal.

    What is printed meanwhile scrolls by above the line; it is gone when the block ends.

    Args:
        title: what is done, such as "Building the Lambda package".
    """
    if not sys.stderr.isatty():
        yield Step(title, None)
        return
    from rich.console import Console

    with Console(stderr=True).status(title) as line:
        shown, ended = Step(title, line), threading.Event()
        clock = threading.Thread(target=_tick, args=(shown, ended), daemon=True)
        clock.start()
        try:
            yield shown
        finally:
            ended.set()
            clock.join()


def _tick(shown: Step, ended: threading.Event) -> None:
    while not ended.wait(1):
        shown.show()
