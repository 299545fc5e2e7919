"""How a rehearsal is told."""

import json
import xml.etree.ElementTree as ElementTree
from collections import Counter
from typing import Any

import pytest

from sparely_toolkit.deployment.rehearsal.metrics import Minute
from sparely_toolkit.deployment.rehearsal.outcome import Event, Outcome, table
from sparely_toolkit.deployment.rehearsal.picture import draw


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
        "rolled back (alarm NewVersionErrors): 20,000 requests, 4 failed, 1 of them not the new version's."
    )


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
    """Well-formed, with a bar for each figure that is not 0."""
    picture = ElementTree.fromstring(draw(outcome, "a <bad> version"))

    bars = [each for each in picture.iter("{http://www.w3.org/2000/svg}rect") if each.get("fill") != "white"]
    titles = [each.text for each in picture.iter("{http://www.w3.org/2000/svg}title")]
    assert len(bars) == 2 + 4 + 4 + 4
    assert titles == ["check <before> traffic", "rolled back: alarm NewVersionErrors"]


def test_a_rehearsal_without_minutes_has_a_picture() -> None:
    """One that is refused at once."""
    ElementTree.fromstring(draw(Outcome("AllAtOnce"), "empty"))
