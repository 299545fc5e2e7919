"""How a rehearsal is told."""

import json
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from sparely.check.dialects import MEANT
from sparely.check.verdict import Verdict
from sparely_toolkit.deployment.rehearsal.alarms import METRICS, OF_VERSION, Alarm
from sparely_toolkit.deployment.rehearsal.check import why
from sparely_toolkit.deployment.rehearsal.metrics import Minute
from sparely_toolkit.deployment.rehearsal.outcome import Event, Outcome, table
from sparely_toolkit.deployment.rehearsal.picture import draw, page
from sparely_toolkit.deployment.rehearsal.rehearse import NotCaught, tell_bad
from sparely_toolkit.problems import ExitCode

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def outcome() -> Outcome:
    minutes = [Minute(share, 1000, 0, 1000, 3, 0, 100, 3, 0, 5.0) for share in (0.0, 0.1, 0.1, 0.0)]
    return Outcome(
        rollout="Canary10Percent5Minutes",
        ending="rolled back",
        reason="alarm NewVersionErrors",
        events=[Event(1.0, "check <before> traffic"), Event(3.2, "rolled back: alarm NewVersionErrors")],
        minutes=minutes,
        statuses=Counter({200: 19_996, 502: 3, 0: 1}),
        failed_by_new=3,
    )


def test_the_last_line_tells_what_callers_saw(outcome: Outcome) -> None:
    """An answer that never came is a failed request too."""
    assert outcome.summary() == (
        "rolled back (alarm NewVersionErrors): 20,000 requests, 4 failed, 3 of them by the new version, 1 elsewhere."
    )


def test_where_none_failed_nobody_is_named(outcome: Outcome) -> None:
    """There is nothing to divide."""
    unharmed = replace(outcome, statuses=Counter({200: 2928}), failed_by_new=0)

    assert unharmed.summary() == "rolled back (alarm NewVersionErrors): 2,928 requests, none failed."


def test_a_bad_version_that_was_caught_is_as_it_should_be(outcome: Outcome, capsys: pytest.CaptureFixture[str]) -> None:
    """The rehearsal ends well: what it was called for has happened."""
    tell_bad(outcome)

    assert capsys.readouterr().out == f"The bad version was caught, as it should be: {outcome.summary()}\n"


def test_a_bad_version_that_was_promoted_was_not_caught() -> None:
    """The checks and alarms have missed it, and the answer is no."""
    with pytest.raises(NotCaught) as missed:
        tell_bad(Outcome("AllAtOnce", statuses=Counter({200: 5})))

    assert (str(missed.value), missed.value.exit_code) == (
        "The bad version was not caught: promoted: 5 requests, none failed.",
        ExitCode.NO,
    )


@pytest.mark.parametrize(
    ("is_injected", "reason"),
    [(True, "POST /predict/a/b: wrong"), (False, f"POST /predict/a/b: wrong; {MEANT}")],
)
def test_an_injected_fault_is_no_reason_to_record_answers(*, is_injected: bool, reason: str) -> None:
    """Nobody means an answer that the rehearsal itself has made wrong."""
    assert why(Verdict((f"POST /predict/a/b: wrong; {MEANT}",)), is_injected=is_injected) == reason


def test_the_table_has_a_line_for_each(outcome: Outcome) -> None:
    """As the page on operations shows it."""
    rows = table([("good", Outcome("AllAtOnce", statuses=Counter({200: 5}))), ("bad", outcome)]).splitlines()

    assert rows[2:] == [
        "| good | promoted | nothing to find | 5 | 0 | 0 |",
        "| bad | rolled back | alarm NewVersionErrors | 20,000 | 3 | 1 |",
    ]


def test_its_document_is_json(outcome: Outcome) -> None:
    """Programs read the same."""
    document: dict[str, Any] = json.loads(json.dumps(outcome.document()))

    assert document["statuses"] == {"0": 1, "200": 19_996, "502": 3}
    assert document["failed_elsewhere"] == 1
    assert len(document["minutes"]) == 4


def test_its_picture_is_an_image_of_every_minute(outcome: Outcome) -> None:
    """Well-formed, with a bar a minute in each panel, the minutes below, and what happened in words."""
    picture = ElementTree.fromstring(draw(outcome, "a <bad> version"))

    bars = [each for each in picture.iter(f"{SVG}path") if each.get("aria-roledescription") == "rect mark"]
    words = [each.text for each in picture.iter(f"{SVG}text")]
    assert len(bars) == 4 * len(outcome.minutes)
    assert {"0", "1", "2", "3", "4", "a <bad> version"} <= {*words}
    assert "1: minute 1.0, check <before> traffic" in words
    assert "2: minute 3.2, rolled back: alarm NewVersionErrors" in words


def test_its_picture_names_the_thresholds(outcome: Outcome) -> None:
    """Each alarm has a panel, with what it looks at and when it rings."""
    metric = METRICS["AWS/Lambda", "Errors", OF_VERSION]
    drawn = draw(outcome, "bad", [Alarm("NewVersionErrors", metric, threshold=2, periods=3, datapoints=2)])

    assert ">NewVersionErrors</text>" in drawn
    assert ">- - rings above 2 in 2 of 3 minutes</text>" in drawn


def test_its_page_tells_the_same(outcome: Outcome) -> None:
    """With a chart that has tooltips, and what happened in words."""
    report = page(outcome, "a <bad> version")

    assert "- 2: minute 3.2, rolled back: alarm NewVersionErrors" in report.markdown()
    assert outcome.summary() in report.markdown()
    assert '"tooltip"' in report.html()
    assert "<h1>Rehearsal: a &lt;bad&gt; version</h1>" in report.html()


def test_a_rehearsal_without_minutes_has_a_picture() -> None:
    """One that is refused at once; its page has words alone."""
    outcome = Outcome("AllAtOnce")

    ElementTree.fromstring(draw(outcome, "empty"))
    assert "<figure>" not in page(outcome, "empty").html()
