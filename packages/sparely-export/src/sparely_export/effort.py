"""What an export took: seconds by step, and memory at most."""

import sys
import time
from collections.abc import Sequence

from sparely_export.precision import Progress

STEPS_SHOWN = 4


class Effort:
    """Passes progress on, and keeps when each step began."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.started: list[tuple[float, str]] = []

    def __call__(self, step: str) -> None:
        self.started.append((time.perf_counter(), step))
        self.progress(step)

    def summary(self) -> str:
        """Return a sentence: the whole, the longest steps, the memory."""
        now = time.perf_counter()
        ends = [begun for begun, _ in self.started[1:]] + [now]
        steps = [(end - begun, step) for (begun, step), end in zip(self.started, ends, strict=True)]
        longest = ", ".join(f"{step} {seconds:.1f} s" for seconds, step in _longest(steps))
        memory = _most_megabytes()
        whole = sum(seconds for seconds, _ in steps)
        return (
            f"took {whole:.1f} s{f' ({longest})' if longest else ''}{f', {memory:.0f} MB of memory' if memory else ''}"
        )


def _longest(steps: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    chosen = sorted(steps, reverse=True)[:STEPS_SHOWN]
    return [each for each in steps if each in chosen]


def _most_megabytes() -> float | None:
    """The most memory that this process has had, in MB; None where the system does not tell."""
    if sys.platform == "win32":
        return None
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most / 1e3
