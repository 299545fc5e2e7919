"""What the simulation predicts and what a run shows, on the same steps, with the same users."""

from collections.abc import Sequence
from dataclasses import dataclass

from sparely_toolkit.loadtest.measurements import Limits, Step
from sparely_toolkit.loadtest.page import Table
from sparely_toolkit.loadtest.shapes import Shape, Stage

TOLERANCE = 0.25
STAIR = 1.15
HELD = Limits(failed_percent=1.0, p95_ms=300.0, answered_percent=70.0)
"""Seven tenths of the offered: with few users in short steps, a tenth less is chance."""
WARM_UP_S = 4.0
CALM = Shape("calm", (Stage(6, 20.0),), 1)


@dataclass(frozen=True, slots=True)
class Setting:
    """A service of known concurrency, and steps around where it should break; without `wait_ms`, the package alone."""

    name: str
    concurrency: int
    users: int
    wait_ms: float | None
    lowest: float
    stairs: int = 8

    def shape(self, seconds: float) -> Shape:
        rates = [self.lowest * STAIR**n for n in range(self.stairs)]
        stages = (Stage(WARM_UP_S, self.lowest), *(Stage(seconds, rate) for rate in rates))
        return Shape("validation", stages, self.users)


SETTINGS = (
    Setting("one environment, 10 ms of work, one user", 1, 1, 10.0, 55),
    Setting("two environments, 10 ms of work, two users", 2, 2, 10.0, 110),
    Setting("throttled: eight environments, 20 ms of work, sixty users", 8, 60, 20.0, 80),
    Setting("the package alone, one environment, one user", 1, 1, None, 150),
)


@dataclass(frozen=True, slots=True)
class Compared:
    """Breaking step as predicted and as measured; None where not even the lowest step held."""

    setting: Setting
    predicted: Step | None
    measured: Step | None

    @property
    def agrees(self) -> bool:
        """Both the breaking point and the p95 there are within a quarter of what was measured."""
        if self.predicted is None or self.measured is None:
            return False
        return _near(self.predicted.offered, self.measured.offered) and _near(
            self.predicted.p95_ms, self.measured.p95_ms
        )


def _near(predicted: float, measured: float) -> bool:
    return abs(predicted - measured) <= TOLERANCE * measured


def table(compared: Sequence[Compared]) -> Table:
    """Lay the comparison out."""

    def cells(step: Step | None) -> list[str]:
        return ["below the steps", "-"] if step is None else [f"{step.offered:.1f}/s", f"{step.p95_ms:.0f}"]

    rows = [
        [each.setting.name, *cells(each.predicted), *cells(each.measured), "yes" if each.agrees else "no"]
        for each in compared
    ]
    head = ["Setting", "Predicted to break at", "p95 ms", "Measured to break at", "p95 ms", "Within 25 %"]
    return Table(head, rows)
