"""How far a run is."""

import pytest

from sparely_toolkit.score.pace import Step, lasting


def test_a_step_says_how_fast_it_goes_and_what_is_left() -> None:
    """By what was done since this start, not by what an earlier one did."""
    step = Step(rows=900_000, new_rows=100_000, seconds=2, passed=90, new_passed=10, size=100)

    assert f"{step}" == "900,000 rows, 50,000 a second, 90 %, 2 s left"


@pytest.mark.parametrize("size", [0, 10])
def test_a_step_that_has_done_nothing_divides_by_nothing(size: int) -> None:
    """As of an empty file."""
    assert "0 a second" in f"{Step(0, 0, 0.0, 0, 0, size)}"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (119, "119 s"), (600, "10 min"), (7_100, "118 min"), (9_000, "2.5 h")]
)
def test_durations_have_the_unit_that_says_most(seconds: float, text: str) -> None:
    """Seconds, minutes, hours."""
    assert lasting(seconds) == text
