"""CodeDeploy's ways to move traffic, as steps."""

import pytest

from sparely_toolkit.deployment.rehearsal.plan import Step, steps
from sparely_toolkit.problems import ExitCode, Problem
from tests.infrastructure.conftest import Template


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
