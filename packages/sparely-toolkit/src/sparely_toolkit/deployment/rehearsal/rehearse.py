"""Rollouts to play: of the built package, of one that is made bad, or of all of them."""

import asyncio
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sparely_toolkit import names
from sparely_toolkit.deployment.rehearsal.bad_versions import BAD_VERSIONS, make
from sparely_toolkit.deployment.rehearsal.outcome import Outcome, table
from sparely_toolkit.deployment.rehearsal.picture import draw, page
from sparely_toolkit.deployment.rehearsal.plan import Plan, read_plan
from sparely_toolkit.deployment.rehearsal.play import Rehearsal
from sparely_toolkit.deployment.rehearsal.server import serving
from sparely_toolkit.deployment.rollouts import told
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import Stage

GOOD = "the built package"


class NotPromoted(Problem):
    """The new version does not get all traffic in the end."""

    exit_code = ExitCode.NO


class NotCaught(Problem):
    """A version made bad gets all traffic: neither the checks nor an alarm has seen it."""

    exit_code = ExitCode.NO

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(f"The bad version was not caught: {outcome.summary()}")


class UnknownRinging(Problem):
    """No alarm of this name stops a rollout."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"--ringing {name} is no alarm that stops a rollout; those are {', '.join(known)}.")


@dataclass(frozen=True, slots=True)
class Setting:
    """
    How rollouts are played.

    Attributes:
        rollout: instead of the stage's own.
        live: built template of what is live now; None is the built package itself.
        new: built template of the new version; None is the built package.
        minute_s: seconds that a minute lasts here.
        at_least: requests that callers send in all.
        requests_a_minute: of callers; None for as many as are answered.
        delay: minutes that CloudWatch takes until an alarm sees a minute.
        ringing: an alarm that rings before the rollout begins.
        asks: golden rows are asked while traffic moves, whatever the stage says of it.
        output: folder for JSON, picture and log.
    """

    project: Project
    stage: Stage
    output: Path
    rollout: str | None = None
    live: Path | None = None
    new: Path | None = None
    minute_s: float = 2.0
    at_least: int = 0
    requests_a_minute: float | None = None
    delay: float = 1.0
    ringing: str | None = None
    asks: bool = False


def rehearse(setting: Setting, new: Path | None = None, name: str = GOOD) -> Outcome:
    """
    Play one rollout and leave its JSON, its picture and its page in the output folder.

    Args:
        new: the artifact of a version made bad, instead of the setting's new one.
    """
    built = setting.project.built_template
    plan = _plan(setting)
    print(f"\n{name}: {plan.rollout}, a minute lasts {setting.minute_s:g} s", flush=True)
    if setting.requests_a_minute is not None:
        _say(told(plan.rollout, setting.requests_a_minute, asks=plan.asks))
    setting.output.mkdir(parents=True, exist_ok=True)
    stem = setting.output / name.replace(" %", "").replace(" ", "-")
    artifacts = (setting.live or built, new or setting.new or built)
    with serving(setting.project, setting.stage, *artifacts, stem.with_name(f"{stem.name}.log")) as server:
        rehearsal = Rehearsal(
            plan,
            server,
            minute_s=setting.minute_s,
            at_least=setting.at_least,
            is_injected=new is not None,
            requests_a_minute=setting.requests_a_minute,
            delay=setting.delay,
            ringing=setting.ringing,
            tell=lambda line: print(line, flush=True),
        )
        outcome = asyncio.run(rehearsal.play())
    stem.with_name(f"{stem.name}.json").write_text(json.dumps(outcome.document(), indent=2) + "\n", encoding="utf-8")
    stem.with_name(f"{stem.name}.svg").write_text(draw(outcome, name, plan.alarms), encoding="utf-8")
    stem.with_name(f"{stem.name}.html").write_text(page(outcome, name, plan.alarms).html(), encoding="utf-8")
    if setting.requests_a_minute is not None and plan.steps:
        _say(f"The new version was asked {outcome.seen_by_new:,} times before it got all traffic.")
    return outcome


def _plan(setting: Setting) -> Plan:
    """
    What is played.

    Raises:
        UnknownRinging: the alarm that is to ring takes no part in rollouts.
        Problem: the template holds what cannot be rehearsed.
    """
    plan = read_plan(setting.project.built_template, setting.stage, setting.rollout)
    known = [alarm.name for alarm in plan.alarms]
    if setting.ringing is not None and setting.ringing not in known:
        raise UnknownRinging(setting.ringing, known)
    return replace(plan, check_settings={**plan.check_settings, "WHILE_SHIFTING": "on"}) if setting.asks else plan


def rehearse_bad(setting: Setting, kind: str) -> Outcome:
    """Play the rollout of a package that is made bad."""
    with tempfile.TemporaryDirectory() as folder:
        return rehearse(setting, make(kind, setting.project.built / names.FUNCTION, Path(folder)), kind)


def require_promoted(outcome: Outcome) -> None:
    """
    Print how a rollout has ended.

    Raises:
        NotPromoted: the new version was refused, or rolled back.
    """
    if not outcome.promoted:
        raise NotPromoted(outcome.summary())
    print(outcome.summary(), flush=True)


def tell_bad(outcome: Outcome) -> None:
    """
    Print how a version made bad was caught.

    Raises:
        NotCaught: it was promoted.
    """
    if outcome.promoted:
        raise NotCaught(outcome)
    _say(f"The bad version was caught, as it should be: {outcome.summary()}")


def rehearse_all(setting: Setting) -> str:
    """
    Play the good version and every bad one.

    Returns:
        The table of the page on operations.

    Raises:
        NotPromoted: a version does not end as it should, or callers saw requests fail that no bad version had.
    """
    rows = [(GOOD, rehearse(setting))]
    _say(rows[0][1].summary())
    for kind in BAD_VERSIONS:
        rows.append((kind, rehearse_bad(setting, kind)))
        _say(rows[-1][1].summary())
    text = table(rows)
    wrong = [name for name, outcome in rows if outcome.promoted is not (name == GOOD) or outcome.failed_elsewhere]
    if wrong:
        print(f"\n{text}")
        raise NotPromoted(f"Not as it should be: {', '.join(wrong)}.")
    return text


def _say(line: str) -> None:
    print(line, flush=True)
