"""The same HTTP requests through `sam local start-api` and here hand the function the same event."""

from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.local import template
from tests.local import function
from tests.local.conftest import ARCHITECTURE, RUNTIME, stage_of
from tests.local.serving import Served
from tests.oracles.conftest import StartApi
from tests.oracles.differences import KNOWN, NAMES, PASSING
from tests.oracles.requests import REQUESTS, event_of, places

pytestmark = [pytest.mark.docker, pytest.mark.slow]
ECHO = """
import json
def handler(event, context):
    return {"statusCode": 200, "body": json.dumps(event)}
"""
ABSENT = "absent"


def different(ours: dict[str, Any] | None, theirs: dict[str, Any] | None) -> set[str]:
    """Give the places at which two events differ, but for ids and times."""
    assert ours is not None
    if theirs is None:
        return {"no answer"}
    left, right = places(ours), places(theirs)
    found = {place for place in left.keys() | right.keys() if left.get(place, ABSENT) != right.get(place, ABSENT)}
    if _in_both(left, right) == _in_both(right, left):
        found.discard(NAMES)
    return found - set(PASSING)


def _in_both(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Give the names of headers, as one event writes them, that the other has in some case."""
    known = {name.lower() for name in other[NAMES]}
    return sorted(name for name in one[NAMES] if name.lower() in known)


@pytest.mark.parametrize("kind", ["http", "rest"])
def test_events_differ_only_where_it_is_known(start_api: StartApi, tmp_path: Path, kind: str) -> None:
    """Every difference of every request is in the table, and every entry of the table is seen."""
    built = function.build(tmp_path / "built", runtime=RUNTIME, architecture=ARCHITECTURE, kind=kind, handler=ECHO)
    theirs = start_api(built)
    served = Served(template.read(built, stage_of()), quiet=True)

    try:
        found = {
            (sent.name, place)
            for sent in REQUESTS
            for place in different(event_of(served.service.url, sent), event_of(theirs, sent))
        }
    finally:
        served.stop()

    known = [difference for difference in KNOWN if difference.kind in (kind, "both")]
    unknown = sorted(item for item in found if not any(difference.covers(*item) for difference in known))
    unseen = [difference.place for difference in known if not any(difference.covers(*item) for item in found)]
    assert (unknown, unseen) == ([], [])
