"""A traffic profile: a day in stretches of one rate, from a few numbers, a file of them, or arrivals in a CSV."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from sparely_toolkit.checked import Amount, Count, Unfit, checked
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.toml_file import read_toml

DAYS_A_MONTH = 730 / 24
MOST_SECONDS = 31 * 86400
"""Of arrivals; more than a month is another month."""
MOST_RATE = 1e9
"""Requests a second in the mean; more than that is a slip of the pen."""
NOTHING_ELSE = ConfigDict(extra="forbid")
_MORE = "more cells than columns"


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


class TooMuch(Problem):
    """More is asked for than anybody serves."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, rate: float) -> None:
        super().__init__(f"{rate:g} requests a second are asked for; a plan is for at most {MOST_RATE:g}.")


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
        raise UnreadableProfile(name, f"{str(fault).rstrip('.')}.", profiles) from None
    if not traffic.segments or traffic.mean_rate <= 0:
        raise UnreadableProfile(name, "it holds no requests.", profiles)
    return traffic


def steady(rate: float) -> Traffic:
    """The same rate all day."""
    return Traffic("steady", f"{rate:g} requests a second, always", (Segment(24 * 3600, rate),))


@dataclass(frozen=True, slots=True)
class Burst:
    """So many times the rate at the beginning of every so many hours."""

    __pydantic_config__ = NOTHING_ELSE

    factor: Amount
    seconds: Annotated[Amount, Field(le=3600)]
    every_hours: Count


@dataclass(frozen=True, slots=True)
class Day:
    """
    A profile's file.

    Attributes:
        hours: 24 weights.
        requests_per_second: the mean of the day; otherwise `requests_per_month` sets the size.
    """

    __pydantic_config__ = NOTHING_ELSE

    description: str = ""
    requests_per_second: Amount | None = None
    requests_per_month: Amount = 0.0
    hours: tuple[Amount, ...] = (1.0,) * 24
    burst: Burst | None = None


def from_table(table: dict[str, Any], name: str) -> Traffic:
    """
    Lay out a day from a profile's file.

    Raises:
        ValueError: with a sentence, where it is none.
    """
    day = checked(Day, table)
    if len(day.hours) != 24:
        raise ValueError(f"hours has {len(day.hours)} weights, not 24")
    segments: list[Segment] = []
    for hour, weight in enumerate(day.hours):
        seconds = day.burst.seconds if day.burst and hour % day.burst.every_hours == 0 else 0.0
        if day.burst:
            segments.append(Segment(seconds, weight * day.burst.factor))
        segments.append(Segment(3600 - seconds, weight))
    shaped = Traffic(name, day.description, tuple(segment for segment in segments if segment.seconds > 0))
    mean = day.requests_per_second
    if mean is None:
        mean = day.requests_per_month / (DAYS_A_MONTH * 86400)
    return shaped.scaled_to(mean) if shaped.mean_rate > 0 else shaped


def from_arrivals(path: Path) -> Traffic:
    """
    Read a CSV with the columns `second` and `requests`; seconds that are left out had none.

    Raises:
        ValueError: with a sentence, where it is none.
    """
    counts: dict[int, float] = {}
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    rows = csv.DictReader(text.splitlines(), restkey=_MORE)
    if not {"second", "requests"} <= {*(rows.fieldnames or ())}:
        raise ValueError(f"line 1 is {', '.join(rows.fieldnames or ()) or 'empty'}; expected second,requests")
    for row in rows:
        try:
            arrived = checked(_Arrived, row)
        except Unfit as fault:
            raise ValueError(f"line {rows.line_num}: {fault}") from None
        if _MORE in row:
            raise ValueError(f"line {rows.line_num} has {_MORE}")
        if arrived.second in counts:
            raise ValueError(f"line {rows.line_num}: second {arrived.second} is there twice")
        counts[arrived.second] = arrived.requests
    first, last = min(counts, default=0), max(counts, default=-1)
    if last - first >= MOST_SECONDS:
        raise ValueError(f"it covers {last - first + 1:,} seconds; at most {MOST_SECONDS:,} are planned for, a month")
    segments: list[Segment] = []
    for second in range(first, last + 1):
        rate = counts.get(second, 0.0)
        if segments and segments[-1].rate == rate:
            segments[-1] = Segment(segments[-1].seconds + 1, rate)
        else:
            segments.append(Segment(1.0, rate))
    return Traffic(path.stem, f"arrivals of {path.name}", tuple(segments))


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A row of arrivals, whose cells are texts."""

    second: Annotated[int, Field(ge=0)]
    requests: Annotated[float, Field(ge=0, allow_inf_nan=False)]
