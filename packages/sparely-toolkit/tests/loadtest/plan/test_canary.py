"""What a new version sees of the planned traffic."""

from pathlib import Path

import pytest

from sparely_toolkit.loadtest.page import Table, Text
from sparely_toolkit.loadtest.plan.canary import Rollouts, read_rollouts, section
from sparely_toolkit.loadtest.plan.traffic import Segment, Traffic, steady
from sparely_toolkit.samconfig import Stage
from support.services import baked

DAY = Traffic("day", "a busy half and a quiet one", (Segment(43_200, 2.0), Segment(43_200, 1 / 60)))
CANARIES = ("AllAtOnce", "Canary10Percent5Minutes", "Linear10PercentEvery1Minute")


@pytest.fixture(scope="module")
def template() -> Path:
    """A service's, as its owner has it."""
    return baked().template


def test_the_templates_rollouts_and_the_stages_own_are_read(template: Path) -> None:
    """With what the stage says of golden rows."""
    stage = Stage("prod", "service-prod", overrides={"Rollout": "Canary10Percent5Minutes", "AskWhileShifting": "on"})

    found = read_rollouts(template, stage, 3.0)

    assert (found.chosen, found.asks, found.requests_a_minute) == ("Canary10Percent5Minutes", True, 3.0)
    assert set(CANARIES) <= set(found.allowed)


def test_each_rollout_has_its_chance_in_the_mean_and_when_it_is_quietest() -> None:
    """At one request a minute 59 % of the canaries of five minutes get nothing."""
    said, table = section(Rollouts("Canary10Percent5Minutes", CANARIES), DAY).blocks

    assert isinstance(said, Text)
    assert said.text.startswith("Canary10Percent5Minutes at 60.5 requests a minute: ")
    assert table == Table(
        ["Rollout", "Requests, in the mean", "None, in the mean", "Requests, when it is quietest",
         "None, when it is quietest"],
        [
            ["Canary10Percent5Minutes", "30.2", "below 0.1 %", "0.5", "59 %"],
            ["Linear10PercentEvery1Minute", "272", "below 0.1 %", "4.5", "below 0.1 %"],
        ],
    )  # fmt: skip


def test_the_services_own_traffic_goes_before_the_profiles() -> None:
    """`--requests-a-minute`."""
    _, table = section(Rollouts("AllAtOnce", CANARIES, requests_a_minute=1.0), DAY).blocks

    assert isinstance(table, Table)
    assert table.rows[0] == ["Canary10Percent5Minutes", "0.5", "59 %"]


def test_traffic_that_never_changes_has_no_quietest_hour() -> None:
    """The same figures twice say nothing."""
    _, table = section(Rollouts("AllAtOnce", CANARIES), steady(5)).blocks

    assert isinstance(table, Table)
    assert table.columns == ["Rollout", "Requests, in the mean", "None, in the mean"]
