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


HOURS = ", ".join(["1"] * 23)


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("a.csv", "second,requests\n0,nan\n1,5\n", "line 2: requests is 'nan', and it should be a finite number."),
        ("a.csv", "second,requests\n0,5\n1,inf\n", "line 3: requests is 'inf', and it should be a finite number."),
        ("a.csv", "second,requests\n0,-5\n1,10\n", "line 2: requests is '-5', and it should be greater than or equal"),
        ("a.csv", "second,requests\n-3,5\n", "line 2: second is '-3', and it should be greater than or equal"),
        ("a.csv", "second,requests\n0.5,5\n", "line 2: second is '0.5', and it should be a valid integer"),
        ("a.csv", "second,requests\n1,5\n1,6\n", "line 3: second 1 is there twice."),
        ("a.csv", "second,requests\n1\n", "line 2: requests is missing."),
        ("a.csv", "second,requests\n1,2,3\n", "line 2 has more cells than columns."),
        ("a.csv", "second;requests\n0;5\n", "line 1 is second;requests; expected second,requests."),
        ("a.csv", "", "line 1 is empty; expected second,requests."),
        ("a.csv", "second,requests\n", "it holds no requests."),
        ("a.csv", "second,requests\n0,5\n99999999999,6\n", "it covers 100,000,000,000 seconds; at most 2,678,400 are"),
        ("a.toml", "requests_per_month = nan", "requests_per_month is nan, and it should be a finite number."),
        ("a.toml", "requests_per_second = inf", "requests_per_second is inf, and it should be a finite number."),
        ("a.toml", "requests_per_second = true", "requests_per_second is True, and it should be a valid number."),
        ("a.toml", f"requests_per_second = 1\nhours = [{HOURS}, nan]", "hours.23 is nan, and it should be a finite"),
        ("a.toml", "requests_per_second = 1\nhours = 5", "hours is 5, and it should be a valid tuple."),
        ("a.toml", "requests_per_second = 1\nper_day = 3", "per_day is unknown."),
        ("a.toml", "requests_per_second = 1\n[burst]\nfactor = 2", "burst.seconds is missing."),
        (
            "a.toml",
            "requests_per_second = 1\n[burst]\nfactor = 2\nseconds = 9\nevery_hours = 0",
            "burst.every_hours is 0, and it should be greater than or equal to 1.",
        ),
    ],
)
def test_what_no_day_can_have_is_refused(tmp_path: Path, name: str, text: str, what: str) -> None:
    """With the line or the member, before anything is planned from it."""
    file = tmp_path / name
    file.write_text(text, "utf-8")

    with pytest.raises(UnreadableProfile) as caught:
        traffic.read(str(file), PROFILES)

    assert what in str(caught.value)


def test_a_csv_of_another_encoding_is_refused(tmp_path: Path) -> None:
    """And one that a spreadsheet saved as UTF-8, with its mark at the beginning, is read."""
    file = tmp_path / "a.csv"
    file.write_bytes(b"\xef\xbb\xbfsecond,requests\r\n0,5\r\n")
    assert traffic.read(str(file), PROFILES).segments == (Segment(1, 5),)

    file.write_bytes("second,requests\n0,5\n".encode("utf-16"))

    with pytest.raises(UnreadableProfile, match="it is not UTF-8"):
        traffic.read(str(file), PROFILES)
