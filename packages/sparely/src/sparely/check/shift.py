"""
Golden rows asked through the alias while traffic moves: what the alarms of a quiet service's new version have to see.

Lambda gives a version behind an alias metrics of its own only for what the alias has sent it, so these calls go through
the alias, and chance gives the new version its share of them.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

from sparely.bundle import Bundle
from sparely.check.dialects import Question, record_question
from sparely.check.events import SHIFT
from sparely.check.settings import Settings
from sparely.check.target import OutOfTime, Target

PAUSE_S = 0.5
STEADY = 240
"""Calls in a row of one version after which no traffic moves: of a share of 90 % once in 10^11."""


@dataclass
class Shift:
    """
    What was asked meanwhile.

    Attributes:
        answered: calls by the version that Lambda chose.
        findings: what is wrong with the first wrong answer of the new version; it was asked no more after that.
    """

    answered: Counter[str] = field(default_factory=Counter)
    findings: tuple[str, ...] = ()

    def summary(self, version: str) -> str:
        """One line for people."""
        wrong = f"; the last of them is wrong: {self.findings[0]}" if self.findings else ""
        return (
            f"While traffic moved: {self.answered.total()} golden calls through the alias, "
            f"{self.answered[version]} answered by version {version}{wrong}."
        )


def ask_while_shifting(
    settings: Settings,
    models: Sequence[Bundle],
    alias: Target,
    *,
    pause_s: float = PAUSE_S,
    clock: Callable[[], float] = time.monotonic,
    wait: Callable[[float], None] = time.sleep,
    goes_on: Callable[[], bool] = lambda: True,
) -> Shift:
    """
    Ask row after row, each for itself as callers do.

    It ends with a wrong answer of the new version, when one version answers all, or with the time there is.

    Args:
        pause_s: from the beginning of one call to that of the next, if the call is not longer.
        goes_on: whether to ask on.
    """
    shift = Shift()
    in_a_row, last = 0, ""
    due_s = clock()
    for question in cycle(_questions(models)):
        if in_a_row >= STEADY or shift.findings or not goes_on():
            break
        try:
            reply = alias.ask(question.event(payload=settings.payload, agent=SHIFT))
        except OutOfTime:
            break
        in_a_row = in_a_row + 1 if reply.version == last else 1
        last = reply.version
        shift.answered[last] += 1
        if last == settings.version:
            found = [reply.fault] if reply.fault else question.judge(reply.status, reply.document)
            shift.findings = tuple(f"{question.path}: {each}" for each in found)
        now_s = clock()
        due_s = max(due_s + pause_s, now_s)
        wait(due_s - now_s)
    return shift


def _questions(models: Sequence[Bundle]) -> Iterator[Question]:
    """One row of every model, then the next of every model."""
    most = max(len(model.instances) for model in models)
    for row in range(most):
        for model in models:
            if row < len(model.instances):
                yield record_question(model, [model.instances[row]], model.answer(row))
