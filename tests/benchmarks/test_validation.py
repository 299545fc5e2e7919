"""The simulation beside the local API."""

import pytest

from benchmarks.validation.comparison import SETTINGS, Compared, table
from sparely_toolkit.loadtest.measurements import Step


def _step(offered: float, p95_ms: float) -> Step:
    return Step(offered, offered, 1000, 0, p95_ms)


@pytest.mark.parametrize(
    ("predicted", "agrees"),
    [((100, 20), True), ((125, 20), True), ((126, 20), False), ((100, 25.1), False), ((75, 15), True), (None, False)],
)
def test_a_quarter_of_what_was_measured_is_allowed(predicted: tuple[float, float] | None, agrees: bool) -> None:
    """Breaking point and p95 must both be near; a prediction that does not break is none."""
    compared = Compared(SETTINGS[0], _step(*predicted) if predicted else None, _step(100, 20))

    assert compared.agrees is agrees


def test_the_settings_are_one_two_and_a_throttled_one() -> None:
    """Concurrency one and two with as many users, and one with more users than environments."""
    assert [setting.concurrency for setting in SETTINGS[:2]] == [1, 2]
    assert any(setting.users > setting.concurrency for setting in SETTINGS)


def test_the_table_shows_both_sides() -> None:
    """What was predicted stands beside what was measured."""
    rows = table([Compared(SETTINGS[0], _step(100, 20), None)])

    assert list(rows.rows[0]) == [SETTINGS[0].name, "100.0/s", "20", "below the steps", "-", "no"]
