"""Measured points by a size, with the straight line through them by least squares."""

from collections.abc import Sequence
from dataclasses import dataclass

from sparely_toolkit.pictures.drawing import to_svg
from sparely_toolkit.pictures.lines import Line, Panel, panels
from sparely_toolkit.pictures.parts import Axis

HEIGHT = 120


@dataclass(frozen=True, slots=True)
class Straight:
    """The straight line through points: `y = start + slope * x`, and the share of their spread that it explains."""

    start: float
    slope: float
    explained: float

    def at(self, x: float) -> float:
        return self.start + self.slope * x


@dataclass(frozen=True, slots=True)
class Curve:
    """One figure by a size: points of (x, y), sizes rising."""

    title: str
    points: Sequence[tuple[float, float]]


def least_squares(points: Sequence[tuple[float, float]]) -> Straight:
    """
    The line whose distances to the points, squared, are least in sum.

    Args:
        points: two or more, not all above one another.
    """
    count = len(points)
    x_mean, y_mean = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
    x_spread = sum((x - x_mean) ** 2 for x, _ in points)
    y_spread = sum((y - y_mean) ** 2 for _, y in points)
    slope = sum((x - x_mean) * (y - y_mean) for x, y in points) / x_spread
    return Straight(y_mean - slope * x_mean, slope, slope**2 * x_spread / y_spread if y_spread else 1.0)


def picture(curves: Sequence[Curve], across: str, title: str) -> str:
    """Draw curves below one another over the same sizes, each with its straight line, as an SVG."""
    drawn = [
        Panel(
            Axis(curve.title, minimum=0),
            [Line("measured", curve.points), Line("least squares", _line(curve.points), dashed=True)],
            height=HEIGHT,
        )
        for curve in curves
    ]
    return to_svg(panels(drawn, Axis(across)), title=title)


def _line(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    fitted = least_squares(points)
    return [(x, fitted.at(x)) for x in (points[0][0], points[-1][0])]
