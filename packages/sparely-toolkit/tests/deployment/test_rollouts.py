"""CodeDeploy's ways to move traffic, as steps, and what a quiet service has of them."""

import pytest

from sparely_toolkit.deployment.rollouts import Step, chance_of_none, requests_of_new, steps, told
from sparely_toolkit.problems import ExitCode, Problem
from tests.infrastructure.conftest import Template
from tests.infrastructure.conftest import template as template


def test_a_canary_has_one_step() -> None:
    """A tenth of traffic for the time its name says."""
    assert steps("Canary10Percent5Minutes") == (Step(0.1, 5),)


def test_a_linear_rollout_has_nine() -> None:
    """A tenth more each time; the tenth step is all traffic."""
    found = steps("Linear10PercentEvery1Minute")

    assert [step.share for step in found] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert {step.minutes for step in found} == {1}


def test_every_rollout_of_the_template_can_be_played(template: Template) -> None:
    """What can be chosen can be rehearsed."""
    for rollout in template.document["Parameters"]["Rollout"]["AllowedValues"]:
        assert bool(steps(rollout)) == (rollout != "AllAtOnce")


def test_another_one_is_refused() -> None:
    """CodeDeploy would not know it either."""
    with pytest.raises(Problem) as caught:
        steps("Canary")

    assert str(caught.value) == (
        "CodeDeploy has no rollout Canary; it has AllAtOnce, Canary10Percent5Minutes, Linear10PercentEvery1Minute and "
        "others of these kinds."
    )
    assert caught.value.exit_code == ExitCode.WRONG_CALL


@pytest.mark.parametrize(
    ("rollout", "requests_a_minute", "mean", "none"),
    [
        ("Canary10Percent5Minutes", 1, 0.5, 0.59),
        ("Canary10Percent30Minutes", 1, 3.0, 0.042),
        ("Linear10PercentEvery1Minute", 1, 4.5, 0.00036),
        ("Canary10Percent5Minutes", 100, 50.0, 0.0),
        ("AllAtOnce", 1, 0.0, 1.0),
    ],
)
def test_a_quiet_services_canary_may_get_nothing(
    rollout: str, requests_a_minute: float, mean: float, none: float
) -> None:
    """Each request goes to the old version with the chance that the weights give it: 0.9 to the power of five."""
    found = steps(rollout)

    assert requests_of_new(found, requests_a_minute) == pytest.approx(mean)
    assert chance_of_none(found, requests_a_minute) == pytest.approx(none, abs=0.001)


@pytest.mark.parametrize(
    ("rollout", "requests_a_minute", "asks", "said"),
    [
        ("Canary10Percent5Minutes", 1, False,
         "Canary10Percent5Minutes at 1 request a minute: the new version gets 0.5 of them before it gets all, and none "
         "with a chance of 59 %; AskWhileShifting=on has golden rows asked meanwhile (`sparely docs operations`)."),
        ("Canary10Percent30Minutes", 1, True,
         "Canary10Percent30Minutes at 1 request a minute: the new version gets 3 of them before it gets all, and none "
         "with a chance of 4.2 %; golden rows are asked through the alias meanwhile."),
        ("Canary10Percent5Minutes", 100, False,
         "Canary10Percent5Minutes at 100 requests a minute: the new version gets 50 of them before it gets all, and "
         "none with a chance of below 0.1 %."),
        ("AllAtOnce", 2.5, False,
         "AllAtOnce at 2.5 requests a minute: all requests go to the new version at once, and no alarm sees it before."),
    ],
)  # fmt: skip
def test_the_chance_is_told_with_what_to_do(rollout: str, requests_a_minute: float, asks: bool, said: str) -> None:
    """Where it is small there is nothing to do."""
    assert told(rollout, requests_a_minute, asks=asks) == said
