"""A traffic profile: a day in stretches of one rate, from a few numbers, a file of them, or arrivals in a CSV."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.toml_file import read_toml

DAYS_A_MONTH = 730 / 24


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time with one mean rate, in requests a second."""

    seconds: float
    rate: float


@dataclass(frozen=True, slots=True)
class Traffic:
    """A day, or whatever a CSV covers, which repeats."""

    name: str
    description: str
    segments: tuple[Segment, ...]

    @property
    def seconds(self) -> float:
        return sum(segment.seconds for segment in self.segments)

    @property
    def mean_rate(self) -> float:
        return sum(segment.seconds * segment.rate for segment in self.segments) / self.seconds

    @property
    def peak_rate(self) -> float:
        return max(segment.rate for segment in self.segments)

    @property
    def requests_a_month(self) -> float:
        return self.mean_rate * DAYS_A_MONTH * 24 * 3600

    def scaled_to(self, mean_rate: float) -> "Traffic":
        """The same course with another mean rate."""
        factor = mean_rate / self.mean_rate
        segments = tuple(Segment(each.seconds, each.rate * factor) for each in self.segments)
        return Traffic(self.name, self.description, segments)

    def hourly_peaks(self) -> list[float]:
        """The highest rate of every hour that the course covers."""
        peaks = [0.0] * max(1, round(self.seconds / 3600))
        began = 0.0
        for segment in self.segments:
            first, last = int(began // 3600), int((began + segment.seconds - 1e-6) // 3600)
            for hour in range(first, min(last, len(peaks) - 1) + 1):
                peaks[hour] = max(peaks[hour], segment.rate)
            began += segment.seconds
        return peaks


class UnreadableProfile(Problem):
    """A traffic profile is missing or does not say what is needed."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, name: str, what: str, profiles: Path) -> None:
        known = ", ".join(sorted(path.stem for path in profiles.glob("*.toml"))) or "none"
        super().__init__(f'Profile "{name}": {what} Samples: {known}; or the path of a .toml or a .csv file.')


def read(name: str, profiles: Path) -> Traffic:
    """
    Read a sample by its name, or a file by its path.

    Args:
        profiles: the folder of the samples.

    Raises:
        UnreadableProfile: there is none, or it holds no traffic.
        UnreadableToml: it is no TOML.
    """
    sample = profiles / f"{name}.toml"
    path = sample if sample.is_file() else Path(name)
    if not path.is_file():
        raise UnreadableProfile(name, "no such sample or file.", profiles)
    try:
        traffic = from_arrivals(path) if path.suffix == ".csv" else from_table(read_toml(path), path.stem)
    except ValueError as fault:
        raise UnreadableProfile(name, str(fault), profiles) from None
    except (KeyError, TypeError, AttributeError) as fault:
        raise UnreadableProfile(name, f"it does not have a profile's shape ({fault}).", profiles) from None
    if not traffic.segments or traffic.mean_rate <= 0:
        raise UnreadableProfile(name, "it holds no requests.", profiles)
    return traffic


def steady(rate: float) -> Traffic:
    """The same rate all day."""
    return Traffic("steady", f"{rate:g} requests a second, always", (Segment(24 * 3600, rate),))


def from_table(table: dict[str, Any], name: str) -> Traffic:
    """
    Lay out a day from a profile file.

    `hours` are 24 weights; `requests_per_second` (the mean) or `requests_per_month` sets the size; `burst` multiplies
    the rate at the beginning of every `every_hours`-th hour.

    Raises:
        ValueError: with a sentence, when there are not 24 hours.
    """
    weights: Sequence[float] = table.get("hours", [1.0] * 24)
    if len(weights) != 24:
        raise ValueError(f"hours has {len(weights)} weights, not 24.")
    burst = table.get("burst")
    segments: list[Segment] = []
    for hour, weight in enumerate(weights):
        bursts = burst is not None and hour % burst["every_hours"] == 0
        seconds = float(burst["seconds"]) if burst and bursts else 0.0
        if burst and bursts:
            segments.append(Segment(seconds, weight * burst["factor"]))
        segments.append(Segment(3600 - seconds, weight))
    shaped = Traffic(name, table.get("description", ""), tuple(segment for segment in segments if segment.seconds > 0))
    mean = table.get("requests_per_second", table.get("requests_per_month", 0.0) / (DAYS_A_MONTH * 86400))
    return shaped.scaled_to(mean) if shaped.mean_rate > 0 else shaped


def from_arrivals(path: Path) -> Traffic:
    """Read a CSV with the columns `second` and `requests`; seconds that are left out had none."""
    with path.open(newline="", encoding="utf-8") as stream:
        counts = {int(float(row["second"])): float(row["requests"]) for row in csv.DictReader(stream)}
    first, last = min(counts, default=0), max(counts, default=-1)
    segments: list[Segment] = []
    for second in range(first, last + 1):
        rate = counts.get(second, 0.0)
        if segments and segments[-1].rate == rate:
            segments[-1] = Segment(segments[-1].seconds + 1, rate)
        else:
            segments.append(Segment(1.0, rate))
    return Traffic(path.stem, f"arrivals of {path.name}", tuple(segments))
