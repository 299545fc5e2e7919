"""Traffic profiles."""

from pathlib import Path

import pytest

from sparely_toolkit.loadtest.plan import traffic
from sparely_toolkit.loadtest.plan.traffic import Segment, UnreadableProfile, from_table
from tests.loadtest.conftest import PROFILES


@pytest.mark.parametrize(("name", "requests"), [("diurnal", 10e6), ("bursty", 2e6), ("steady", 5 * 730 * 3600)])
def test_samples_hold_what_they_say(name: str, requests: float) -> None:
    """The samples' monthly totals come out."""
    assert traffic.read(name, PROFILES).requests_a_month == pytest.approx(requests)


def test_hours_give_the_day_its_course() -> None:
    """An hour with twice the weight has twice the rate; the mean stays."""
    found = from_table({"hours": [2.0] * 12 + [1.0] * 12, "requests_per_second": 3}, "two")

    assert [found.segments[0].rate, found.segments[-1].rate] == pytest.approx([4, 2])
    assert found.mean_rate == pytest.approx(3)


def test_bursts_begin_their_hours() -> None:
    """Every twelfth hour begins with a minute of ten times the rate."""
    found = from_table({"requests_per_second": 1, "burst": {"factor": 10, "seconds": 60, "every_hours": 12}}, "bursty")

    high = [segment for segment in found.segments if segment.rate > 5]
    assert [segment.seconds for segment in high] == [60, 60]
    assert found.segments[0] in high
    assert found.seconds == 86_400


def test_arrivals_come_from_a_csv(tmp_path: Path) -> None:
    """Seconds with the same count are one stretch; seconds that are left out had none."""
    file = tmp_path / "arrivals.csv"
    file.write_text("second,requests\n0,5\n1,5\n4,7\n")

    found = traffic.read(str(file), PROFILES)

    assert found.segments == (Segment(2, 5), Segment(2, 0), Segment(1, 7))
    assert found.mean_rate == pytest.approx(17 / 5)


def test_hourly_peaks_see_the_bursts() -> None:
    """The peak of an hour is its highest rate, however short."""
    peaks = from_table(
        {"requests_per_second": 1, "burst": {"factor": 10, "seconds": 60, "every_hours": 12}}, "b"
    ).hourly_peaks()

    assert len(peaks) == 24
    assert peaks[0] == peaks[12] == pytest.approx(10 * peaks[1])


@pytest.mark.parametrize(
    ("table", "what"), [({"hours": [1]}, "hours has 1 weights, not 24."), ({}, "it holds no requests.")]
)
def test_unusable_profiles_are_refused(table: dict[str, object], what: str, tmp_path: Path) -> None:
    """A profile that gives no traffic says what is wrong, and names the samples."""
    file = tmp_path / "mine.toml"
    file.write_text("\n".join(f"{key} = {value}" for key, value in table.items()))

    with pytest.raises(UnreadableProfile) as caught:
        traffic.read(str(file), PROFILES)

    assert what in str(caught.value)
    assert "Samples: bursty, diurnal, steady;" in str(caught.value)
