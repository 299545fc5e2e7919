"""CodeDeploy's ways to move traffic, and how much of a quiet service's traffic a new version sees in them."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sparely_toolkit.problems import ExitCode, Problem

_CANARY = re.compile(r"Canary(\d+)Percent(\d+)Minutes?")
_LINEAR = re.compile(r"Linear(\d+)PercentEvery(\d+)Minutes?")
ALL_AT_ONCE = "AllAtOnce"
OFTEN = 0.01
"""A chance above which it is worth a word that a new version may be given all traffic unseen."""


class UnknownRollout(Problem):
    """CodeDeploy has no such rollout."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, rollout: str) -> None:
        super().__init__(
            f"CodeDeploy has no rollout {rollout}; it has AllAtOnce, Canary10Percent5Minutes, "
            "Linear10PercentEvery1Minute and others of these kinds."
        )


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
        UnknownRollout: CodeDeploy has none of this name.
    """
    if rollout == ALL_AT_ONCE:
        return ()
    if canary := _CANARY.fullmatch(rollout):
        return (Step(int(canary[1]) / 100, int(canary[2])),)
    if linear := _LINEAR.fullmatch(rollout):
        percent, minutes = int(linear[1]), int(linear[2])
        return tuple(Step(share / 100, minutes) for share in range(percent, 100, percent))
    raise UnknownRollout(rollout)


def requests_of_new(found: Sequence[Step], requests_a_minute: float) -> float:
    """How many requests a new version gets in the mean before it gets all."""
    return sum(step.share * step.minutes for step in found) * requests_a_minute


def chance_of_none(found: Sequence[Step], requests_a_minute: float) -> float:
    """The chance that it gets none: Lambda sends each request to one of two versions by chance."""
    return math.prod(math.pow(1 - step.share, step.minutes * requests_a_minute) for step in found)


def told(rollout: str, requests_a_minute: float, *, asks: bool) -> str:
    """
    What a service of so much traffic has of a rollout, in one sentence.

    Args:
        asks: whether golden rows are asked through the alias meanwhile (AskWhileShifting).
    """
    found = steps(rollout)
    pace = f"at {requests_a_minute:g} {'request' if requests_a_minute == 1 else 'requests'} a minute"
    if not found:
        return f"{rollout} {pace}: all requests go to the new version at once, and no alarm sees it before."
    mean, none = requests_of_new(found, requests_a_minute), chance_of_none(found, requests_a_minute)
    said = f"{rollout} {pace}: the new version gets {mean:,.3g} of them before it gets all"
    said += f", and none with a chance of {percent(none)}"
    if none <= OFTEN:
        return f"{said}."
    if asks:
        return f"{said}; golden rows are asked through the alias meanwhile."
    return f"{said}; AskWhileShifting=on has golden rows asked meanwhile (`sparely docs operations`)."


def percent(chance: float) -> str:
    """A chance as people write it."""
    return "below 0.1 %" if chance < 0.001 else f"{100 * chance:.0f} %" if chance >= 0.1 else f"{100 * chance:.1f} %"
