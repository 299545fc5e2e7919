"""Rounds in which every contestant starts once and answers: medians, spread, and ratios pair by pair."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.emulator import Emulator
from benchmarks.events import Question, check_answer
from benchmarks.packages import runtime_client
from benchmarks.processor import FULL, Share, limited, off_the_function_core
from benchmarks.roster import Contestant
from sparely.check.latency import percentile


@dataclass(frozen=True, slots=True)
class Run:
    """One start of one function: times in ms, memory in MB of 2**20 bytes; the rate is that of warm invocations."""

    init_ms: float
    first_answer_ms: float
    warm_p50_ms: float
    warm_p95_ms: float
    warm_p99_ms: float
    warm_per_second: float
    peak_memory_mb: float


@dataclass(frozen=True, slots=True)
class Summary:
    """Median of several runs, with the quartiles around it."""

    median: float
    lower: float
    upper: float


Runs = Mapping[str, Sequence[Run]]


def run_once(
    contestant: Contestant,
    artifact: Path,
    questions: Sequence[Question],
    *,
    requests: int,
    share: Share = FULL,
) -> Run:
    """
    Start a function, ask it `requests` questions and stop it.

    Raises:
        ValueError: an answer is not the estimator's.
    """
    with limited(share) as group, Emulator(artifact, contestant.handler, runtime_client(), group) as function:
        _, first_ms = _ask(function, contestant, questions[0])
        for question in itertools.islice(itertools.cycle(questions), 1, requests):
            _ask(function, contestant, question)
        warm = function.durations_ms()[1:]
        return Run(
            init_ms=function.init_ms(),
            first_answer_ms=first_ms,
            warm_p50_ms=percentile(warm, 50),
            warm_p95_ms=percentile(warm, 95),
            warm_p99_ms=percentile(warm, 99),
            warm_per_second=1_000 * len(warm) / sum(warm),
            peak_memory_mb=function.peak_memory_mb(),
        )


def run_rounds(
    field: Mapping[Contestant, Path],
    questions: Sequence[Question],
    *,
    rounds: int,
    requests: int,
    share: Share = FULL,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, list[Run]]:
    """
    Run every contestant once a round, in an order that turns by one each round.

    The first start of each is not counted: it brings its files into the page cache.
    """
    order = list(field)
    runs: dict[str, list[Run]] = {contestant.key: [] for contestant in order}
    with off_the_function_core():
        for contestant in order:
            run_once(contestant, field[contestant], questions, requests=len(questions))
        for number in range(rounds):
            turn = number % len(order)
            for contestant in order[turn:] + order[:turn]:
                run = run_once(contestant, field[contestant], questions, requests=requests, share=share)
                runs[contestant.key].append(run)
                progress(
                    f"{share.title}, round {number + 1} of {rounds}: {contestant.key} init {run.init_ms:.0f} ms, "
                    f"p50 {run.warm_p50_ms:.2f} ms, {run.peak_memory_mb:.0f} MB"
                )
    return runs


def summary(values: Sequence[float]) -> Summary:
    return Summary(median(values), percentile(values, 25), percentile(values, 75))


def ratios(runs: Runs, field: str, key: str, base: str) -> list[float]:
    """A figure of `key` over the same figure of `base`, round by round."""
    return [getattr(one, field) / getattr(other, field) for one, other in zip(runs[key], runs[base], strict=True)]


def _ask(function: Emulator, contestant: Contestant, question: Question) -> tuple[object, float]:
    answer, waited_ms = function.invoke(question.event)
    if contestant.predicts:
        check_answer(question, answer)
    return answer, waited_ms
