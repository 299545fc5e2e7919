"""
What AWS, or the way to it, has said, in the one sentence that is said of it.

`sparely docs aws-faults` shows them, and a test holds them against an AWS that answers so.
"""

import re

from sparely_toolkit.deployment.faults import Fault, Place
from sparely_toolkit.deployment.meanings import MEANINGS
from sparely_toolkit.problems import ExitCode, Problem


class AwsFault(Problem):
    """AWS has refused, or was not reached; the sentence says what to do."""

    exit_code = ExitCode.AWS

    def __init__(self, fault: Fault, place: Place) -> None:
        super().__init__(f"{sentence(fault, place)}.")


def sentence(fault: Fault, place: Place) -> str:
    """One sentence, without a full stop: what is wrong, and what to do."""
    for meaning in MEANINGS:
        if not re.fullmatch(meaning.code or ".*", fault.code):
            continue
        if found := re.search(meaning.message, fault.message, re.DOTALL):
            said = (
                meaning.say(fault, place, found) if callable(meaning.say) else _filled(meaning.say, fault, place, found)
            )
            if said is not None:
                return said
    if fault.of_sam:
        return f"`sam deploy` stopped ({fault.code}): {fault.words or 'it does not say why'}; `make doctor` may say why"
    if fault.operation:
        return f"AWS refused {fault.operation}: {fault.code}: {fault.words}; `make doctor` may say why"
    return f"AWS could not be asked: {fault.words or fault.code}; `make doctor` may say why"


def _filled(say: str, fault: Fault, place: Place, found: re.Match[str]) -> str:
    stage = place.stage
    return say.format(
        *(" ".join((each or "").split()).rstrip(".") for each in found.groups()),
        code=fault.code,
        operation=fault.operation,
        where=place.where,
        login=place.login,
        profile=place.profile,
        table=stage.table,
        cloudformation=stage.aws("cloudformation"),
        deploy=stage.command("deploy"),
        delete=stage.delete,
    )
