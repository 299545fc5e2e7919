"""The report of a run."""

from dataclasses import replace

import pytest

from sparely_toolkit.loadtest import report
from sparely_toolkit.loadtest.answers import FAILED_OR_THROTTLED, THROTTLED
from sparely_toolkit.loadtest.invocations import Invocations
from sparely_toolkit.loadtest.measurements import Limits, Run, Sample, Step, Totals
from sparely_toolkit.loadtest.report import Asked, Facts
from sparely_toolkit.loadtest.shapes import Shape, Stage, shape

TOTAL = Totals("Aggregated", 526_185, 5, 910.0, 9, 40, 90)


@pytest.fixture
def facts() -> Facts:
    """The story's third test, as if it had been run here."""
    steps = (Step(455, 455, 200_000, 0, 30.0), Step(910, 910, 326_185, 5, 40.0))
    samples = (Sample(0, 0, 0, 0, None), Sample(1, 910, 910, 0, 40.0), Sample(2, 910, 1820, 1, 41.0))
    run = Run(TOTAL, (replace(TOTAL, name="winery"),), {THROTTLED: 5}, samples, {9.0: 500_000, 40.0: 26_185})
    shape = Shape("steps", (Stage(300, 455), Stage(300, 910)))
    inside = Invocations((1.0, 2.0), 300, (120.0,), 43)
    asked = Asked("wines-dev", "dev", "python3.13, x86_64", 512, {"winery/cultivar": "ab12"})
    return Facts(asked, shape, "here", "2026-11-22", run, steps, steps[1], Limits(), inside, [])


def test_the_storys_table_comes_first(facts: Facts) -> None:
    """Rate, total, failures, breaking point, times, cold starts and throttles in one row."""
    text = report.report(facts).markdown()

    row = "| 910.00 | 526,185 | 0.00 | 5 | above 910/s | 9 | 40 | 90 | 1 | 5 |"
    assert text.splitlines()[6] == row


@pytest.mark.slow
def test_the_page_has_a_picture_of_every_kind(facts: Facts) -> None:
    """The course, the distribution and the failures are drawn."""
    assert report.report(facts).html().count("<figure>") == 3


def test_the_report_names_what_was_asked(facts: Facts) -> None:
    """Service, stage, memory, package and every model with its version: a report is read months later."""
    text = report.report(facts).markdown()

    assert text.startswith("# Load test of wines-dev: steps\n")
    assert "| wines-dev | dev | 512 | python3.13, x86_64 | here | 2026-11-22 |" in text
    assert "| winery/cultivar | ab12 |" in text


def test_a_run_without_failures_draws_none(facts: Facts) -> None:
    """No failure is said in a word."""
    calm = replace(facts, run=replace(facts.run, failures={}))

    assert "## Failures\n\nNone.\n" in report.report(calm).markdown()


def test_another_host_keeps_its_cold_starts_to_itself(facts: Facts) -> None:
    """Without the service's log they are unknown, not zero."""
    text = report.report(replace(facts, invocations=None)).markdown()

    assert "| in the function's log | 5 |" in text
    assert "Inside the function" not in text


@pytest.mark.parametrize(("held", "words"), [(0, "455/s"), (1, "above 910/s"), (None, "below 455/s")])
def test_the_breaking_point_says_what_is_known(facts: Facts, held: int | None, words: str) -> None:
    """A service that held all steps breaks somewhere above, one that held none below."""
    breaking = None if held is None else facts.steps[held]

    assert f"| {words} |" in report.report(replace(facts, breaking=breaking)).markdown()


def test_broken_thresholds_are_told(facts: Facts) -> None:
    """The report says why the command fails."""
    broken = replace(facts, breaches=["p95_ms: 301, the limit is 300."])

    assert "- Not kept: p95_ms: 301, the limit is 300." in report.report(broken).markdown()


@pytest.mark.parametrize(
    ("rate", "pace", "harder"), [(None, 1, False), (10, 1, False), (None, 10, True), (40, 1, True), (5, 2, True)]
)
def test_a_run_that_is_harder_than_its_shape_says_so(
    facts: Facts, rate: float | None, pace: float, harder: bool
) -> None:
    """Thresholds are written for the shape as it is."""
    run = replace(facts, shape=shape("smoke", rate=rate, pace=pace))

    assert ("was harder than the 30 s at up to 20 that" in report.report(run).markdown()) is harder


def test_a_count_that_answers_do_not_tell_has_two_ends(facts: Facts) -> None:
    """A REST API on AWS says the same of a throttled call and of a failed function."""
    run = replace(facts.run, failures={THROTTLED: 2, FAILED_OR_THROTTLED: 3})
    text = report.report(replace(facts, run=run, invocations=None)).markdown()

    assert "| in the function's log | 2 to 5 |" in text
    assert f"- {report.UNCLEAR}" in text


@pytest.mark.parametrize(
    ("throttled", "running", "reserves", "sentence"),
    [
        (7, 10, False, "7 requests were throttled here while 10 environments started or served, which is as many as may "
         "run at once (reports/load-smoke-api.log): take --concurrency 20, a lower --rate, or a machine that starts "
         "environments sooner."),
        (1, 1, True, "1 request was throttled here while 1 environment started or served, which is as many as may run at "
         "once (reports/load-smoke-api.log): take a higher ReservedConcurrency, a lower --rate, or a machine that "
         "starts environments sooner."),
        (0, 0, False, ""),
    ],
)  # fmt: skip
def test_requests_throttled_here_are_told_with_what_helps(
    facts: Facts, throttled: int, running: int, reserves: bool, sentence: str
) -> None:
    """In the verdict, beside the threshold that broke; the option changes nothing of what the template reserves."""
    inside = Invocations((1.0,), 300, (120.0,), 43, throttled, running)
    broken = replace(
        facts, invocations=inside, reserves=reserves, log="reports/load-smoke-api.log", breaches=["failed_percent: 1."]
    )

    assert report.crowding(broken) == sentence
    assert (f"- {sentence}\n" in report.report(broken).markdown()) is bool(sentence)
