"""Load over time."""

import random

import pytest

from sparely_toolkit.loadtest import shapes
from sparely_toolkit.loadtest.shapes import Pacing, Shape, Stage, UnknownShape


def test_steps_rise_to_the_peak_in_ten_stairs() -> None:
    """A few seconds to start environments, then ten steps of equal height and length."""
    steps = shapes.shape("steps", rate=500)

    first, *stairs = steps.stages
    assert (first.rate, first.seconds) == (5, 10)
    assert [stage.rate for stage in stairs] == pytest.approx([50.0 * n for n in range(1, 11)])
    assert {stage.seconds for stage in stairs} == {30}


@pytest.mark.parametrize(("name", "seconds"), [("smoke", 30), ("constant", 600), ("soak", 14_400)])
def test_tables_last_as_long_as_they_say(name: str, seconds: float) -> None:
    """Smoke takes half a minute, the story's constant load ten minutes, the soak four hours."""
    assert shapes.shape(name).seconds == seconds


def test_a_pace_of_two_halves_every_stage() -> None:
    """A spike at double pace keeps its rates and takes half the time."""
    spike, quick = shapes.shape("spike"), shapes.shape("spike", pace=2)

    assert quick.seconds == spike.seconds / 2
    assert quick.peak == spike.peak


@pytest.mark.parametrize(("elapsed_s", "rate"), [(0, 1.0), (9.9, 1.0), (10, 2.0), (29.9, 2.0), (30, None)])
def test_the_stage_follows_the_clock(elapsed_s: float, rate: float | None) -> None:
    """A stage ends when the next begins; after the last there is none."""
    stage = Shape("two", (Stage(10, 1.0), Stage(20, 2.0))).stage_at(elapsed_s)

    assert (stage.rate if stage else None) == rate


@pytest.mark.parametrize(("rate", "users"), [(0.1, 1), (1, 1), (10.5, 11), (1000, 1000)])
def test_more_load_is_more_users(rate: float, users: int) -> None:
    """One user asks once a second."""
    stage = Stage(1, rate)

    assert Shape("one", (stage,)).users_at(stage) == users


def test_a_fixed_population_stays() -> None:
    """A shape with its own number of users keeps it at every rate."""
    assert Shape("one", (Stage(1, 1000),), users=3).users_at(Stage(1, 1000)) == 3


def test_unknown_shape_names_the_known_ones() -> None:
    """A shape that is not there is refused with those that are."""
    with pytest.raises(UnknownShape) as caught:
        shapes.shape("stairs")

    assert str(caught.value) == 'No shape "stairs". Available: smoke, constant, steps, spike, soak.'


def test_a_user_asks_at_the_given_rate() -> None:
    """Whoever gets answers at once asks five times a second in the mean."""
    pacing, now = Pacing(random.Random(1)), 0.0

    for _ in range(5000):
        now = pacing.next(now, 5)

    assert now == pytest.approx(1000, rel=0.05)


def test_a_user_who_waited_asks_at_once_and_does_not_catch_up() -> None:
    """After an answer that took an hour comes one request, not the hundreds that were missed."""
    pacing = Pacing(random.Random(1))
    pacing.next(0, 5)

    late = [pacing.next(3600, 5), pacing.next(3600, 5)]

    assert late[0] == 3600
    assert late[1] > 3600
