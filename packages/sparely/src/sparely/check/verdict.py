"""All that is asked of a version; what is found wrong becomes sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from sparely.bundle import Bundle
from sparely.check.dialects import Asked, good_question, questions, what_is_wrong
from sparely.check.pace import Durations, Unsteady, measure
from sparely.check.settings import Settings
from sparely.check.target import OutOfTime, Target


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What was found wrong, nothing if the version may serve, and figures for the log.

    `figures` say how much was asked: `questions` of `questions_in_all` golden ones, `calls` of `calls_in_all` that
    were timed. A check asks as much as it has time for and judges that.
    """

    findings: tuple[str, ...]
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return not self.findings

    @property
    def extent(self) -> str:
        """How much was asked, in words; empty where nothing was."""
        known = self.figures
        if "questions" not in known:
            return ""
        asked = f"{known['questions']} of {known['questions_in_all']} golden questions asked"
        return f"{asked}, {known['calls']} of {known['calls_in_all']} calls timed" if "calls" in known else asked


@dataclass
class Golden:
    """The golden questions of all models with what was answered, model by model, as far as there was time."""

    models: Sequence[Bundle]
    replies: list[list[Asked]]
    in_all: int

    @property
    def asked(self) -> int:
        return sum(map(len, self.replies))

    def findings(self) -> Iterator[str]:
        """What is wrong; a model that could not be asked at all is wrong too."""
        for model, replies in zip(self.models, self.replies, strict=True):
            yield from (f"{model.path}, {finding}" for finding in what_is_wrong(replies))
        unasked = [model.path for model, replies in zip(self.models, self.replies, strict=True) if not replies]
        if unasked:
            yield (
                f"there was no time to ask {len(unasked)} of {len(self.models)} models, {unasked[0]} first: give the "
                "function that checks a longer Timeout in template.yaml, of at most 900 s"
            )

    def warm(self) -> Durations:
        """What the answers took but for the first, which may have waited for a start."""
        return Durations([reply.duration_ms for replies in self.replies for _, reply in replies][1:])


def check_new_version(settings: Settings, models: Sequence[Bundle], new: Target, live: Target) -> Verdict:
    """Ask the version that is to get traffic; `live` is what callers reach now and sets the pace."""
    return _check(settings, models, tuple(_identity(settings, new)), new, live)


def check_alias(settings: Settings, models: Sequence[Bundle], alias: Target) -> Verdict:
    """Ask what callers reach now that all traffic has moved."""
    return _check(settings, models, tuple(_alias_identity(settings, alias)), alias, None)


def _check(
    settings: Settings, models: Sequence[Bundle], findings: tuple[str, ...], target: Target, live: Target | None
) -> Verdict:
    golden = _ask(settings, models, target)
    findings = (*findings, *golden.findings())
    figures: dict[str, Any] = {"questions": golden.asked, "questions_in_all": golden.in_all}
    if findings:
        return Verdict(findings, figures)
    figures |= {"models": {model.path: model.version for model in models}}
    events = [good_question(model).event(payload=settings.payload) for model in models]
    try:
        durations, findings = measure(settings, events, target, live)
    except Unsteady as error:
        return Verdict((str(error),), figures)
    if not durations.new_ms:  # there was no time left: the answers' own times are all that there is
        findings = golden.warm().slowness(settings)
    return Verdict(findings, {**figures, "calls_in_all": settings.calls, **durations.figures()})


def _ask(settings: Settings, models: Sequence[Bundle], target: Target) -> Golden:
    """Ask every model its first question, then every model its second, until all are asked or the time is over."""
    queues = [questions(model) for model in models]
    golden = Golden(models, [[] for _ in models], sum(map(len, queues)))
    try:
        for asked_in_turn in zip_longest(*queues):
            for replies, question in zip(golden.replies, asked_in_turn, strict=True):
                if question is not None:
                    replies.append((question, target.ask(question.event(payload=settings.payload))))
    except OutOfTime:
        pass
    return golden


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
