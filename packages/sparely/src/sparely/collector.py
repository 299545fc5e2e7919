"""Python's garbage collector while a service is loaded: all that is made then stays, so there is nothing to find."""

import gc
from types import TracebackType


class Paused:
    """
    A block without a search for garbage; what there is at its end is left out of all later ones.

    A search takes the longer the more there is: those during init were a tenth of its processor time.
    """

    def __enter__(self) -> None:
        self._was_enabled = gc.isenabled()
        gc.disable()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        gc.freeze()  # without it the first requests would search through all of it at once
        if self._was_enabled:
            gc.enable()
