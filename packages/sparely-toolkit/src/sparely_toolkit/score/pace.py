"""How far a run over a file is, how fast, and what is left of it."""

from typing import NamedTuple

MINUTE_S = 60
HOUR_S = 3_600


class Step(NamedTuple):
    """
    A run after a part of it.

    Attributes:
        rows: dealt with in all.
        new_rows: those since this start of it, in `seconds`.
        passed: of `size`, how much of the file is dealt with in all.
        new_passed: the same since this start of it.
    """

    rows: int
    new_rows: int
    seconds: float
    passed: int
    new_passed: int
    size: int

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.new_rows / self.seconds if self.seconds > 0 else 0.0

    @property
    def left_s(self) -> float:
        """Seconds to the end, if it goes on as it went."""
        return self.seconds * max(self.size - self.passed, 0) / self.new_passed if self.new_passed > 0 else 0.0

    def __str__(self) -> str:
        """Such as "120,000 rows, 400,000 a second, 12 %, 3 s left"."""
        share = 100 * min(self.passed / self.size, 1.0) if self.size else 100.0
        return f"{self.rows:,} rows, {self.rate:,.0f} a second, {share:.0f} %, {lasting(self.left_s)} left"


def lasting(seconds: float, digits: int = 0) -> str:
    """
    A duration in the unit that says most.

    Args:
        digits: behind the point of seconds and minutes.
    """
    if seconds < 2 * MINUTE_S:
        return f"{seconds:.{digits}f} s"
    if seconds < 2 * HOUR_S:
        return f"{seconds / MINUTE_S:.{digits}f} min"
    return f"{seconds / HOUR_S:.1f} h"
