"""All that is asked of a version; what is found wrong becomes sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

from sparely.bundle import Bundle
from sparely.check.dialects import good_question, wrong_answers
from sparely.check.latency import percentile, slowness
from sparely.check.settings import Settings
from sparely.check.target import Target

ROUNDS = 2


class Unsteady(Exception):
    """A version that has answered well fails when it is asked again."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"asked again, it fails: {problem}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found wrong, nothing if the version may serve, and figures for the log."""

    findings: tuple[str, ...]
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return not self.findings


def check_new_version(settings: Settings, models: Sequence[Bundle], new: Target, live: Target) -> Verdict:
    """Ask the version that is to get traffic; `live` is what callers reach now and sets the pace."""
    findings = [*_identity(settings, new), *_answers(settings, models, new)]
    return Verdict(tuple(findings)) if findings else _pace(settings, models, new, live)


def check_alias(settings: Settings, models: Sequence[Bundle], alias: Target) -> Verdict:
    """Ask what callers reach now that all traffic has moved."""
    findings = [*_alias_identity(settings, alias), *_answers(settings, models, alias)]
    return Verdict(tuple(findings)) if findings else _pace(settings, models, alias, None)


def _identity(settings: Settings, new: Target) -> Iterator[str]:
    """
    Say when the version is not the package that this deployment brought.

    The zip's digest is not known before `sam deploy` makes it. What can be known: a version is frozen from
    the function as it was deployed last, and carries the release id that was made from the package.
    """
    frozen, deployed = new.configuration(), new.at(settings.function).configuration()
    if frozen["CodeSha256"] != deployed["CodeSha256"]:
        yield f"its package is {frozen['CodeSha256']}; the function was deployed with {deployed['CodeSha256']}"
    if settings.release_id not in frozen.get("Description", ""):
        yield f'its description is "{frozen.get("Description", "")}"; expected release {settings.release_id}'


def _alias_identity(settings: Settings, alias: Target) -> Iterator[str]:
    reached = alias.configuration()["Version"]
    if reached != settings.version:
        yield f"the alias reaches version {reached}; expected {settings.version}"


def _answers(settings: Settings, models: Sequence[Bundle], target: Target) -> Iterator[str]:
    for model in models:
        for finding in wrong_answers(model, lambda question: target.ask(question.event(payload=settings.payload))):
            yield f"{model.path}, {finding}"


def _pace(settings: Settings, models: Sequence[Bundle], new: Target, live: Target | None) -> Verdict:
    """Judge the latency; who is slow is measured again, since a slow version is slow twice and a busy minute is not."""
    for _ in range(ROUNDS):
        try:
            new_ms, live_ms = _durations(settings, models, new, live)
        except Unsteady as error:
            return Verdict((str(error),))
        findings = tuple(
            slowness(new_ms, live_ms, slower_at_most=settings.slower_at_most, limit_ms=settings.latency_limit_ms)
        )
        if not findings:
            break
    return Verdict(findings, _figures(models, new_ms, live_ms))


def _durations(
    settings: Settings, models: Sequence[Bundle], new: Target, live: Target | None
) -> tuple[list[float], list[float]]:
    """
    Call both in turn, so that what slows one slows the other; ms by call.

    Both are warm by then: the new version from its answers, the live one from the question whether it has the
    model at all. One that it has not is new, and there is nothing to compare it with.
    """
    new_ms: list[float] = []
    live_ms: list[float] = []
    events = [good_question(model).event(payload=settings.payload) for model in models]
    pairs = [(event, live if live and not live.ask(event).problem else None) for event in events]
    for event, compared in islice(cycle(pairs), settings.calls):
        reply = new.ask(event)
        if reply.problem:
            raise Unsteady(reply.problem)
        new_ms.append(reply.duration_ms)
        if compared:
            live_ms.append(compared.ask(event).duration_ms)
    return new_ms, live_ms


def _figures(models: Sequence[Bundle], new_ms: Sequence[float], live_ms: Sequence[float]) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "models": {model.path: model.version for model in models},
        "calls": len(new_ms),
        "p95_ms": round(percentile(new_ms, 95), 1),
    }
    return {**figures, "live_p95_ms": round(percentile(live_ms, 95), 1)} if live_ms else figures
