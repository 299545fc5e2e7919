"""CodeDeploy's ways to move traffic, as steps."""

import re
from dataclasses import dataclass

from sparely_toolkit.deployment.configuration import DeploymentProblem

_CANARY = re.compile(r"Canary(\d+)Percent(\d+)Minutes?")
_LINEAR = re.compile(r"Linear(\d+)PercentEvery(\d+)Minutes?")


@dataclass(frozen=True, slots=True)
class Step:
    """A share of traffic that the new version has for some minutes."""

    share: float
    minutes: int


def steps(rollout: str) -> tuple[Step, ...]:
    """
    Give the steps before all traffic moves; none for AllAtOnce.

    Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html

    Raises:
        DeploymentProblem: CodeDeploy has no such rollout.
    """
    if rollout == "AllAtOnce":
        return ()
    if canary := _CANARY.fullmatch(rollout):
        return (Step(int(canary[1]) / 100, int(canary[2])),)
    if linear := _LINEAR.fullmatch(rollout):
        percent, minutes = int(linear[1]), int(linear[2])
        return tuple(Step(share / 100, minutes) for share in range(percent, 100, percent))
    raise DeploymentProblem(f"CodeDeploy has no rollout {rollout}.")
