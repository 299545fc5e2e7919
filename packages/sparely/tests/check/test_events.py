"""The checks' requests against those of the one event builder."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from sparely.check.events import event
from sparely_toolkit.contract import sample_events

READ = ("version", "routeKey", "rawPath", "resource", "path", "httpMethod", "pathParameters", "body", "isBase64Encoded")


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
@pytest.mark.parametrize(
    ("route", "parameters"),
    [
        ("/predict/{area}/{model}", {"area": "winery", "model": "alcohol"}),
        ("/v2/models/{model}/infer", {"model": "alcohol"}),
    ],
)
def test_requests_are_what_the_gateway_sends(payload: str, route: str, parameters: Mapping[str, str]) -> None:
    """What the function reads of an event is the same as of a request over HTTP."""
    document = {"instances": [{"ash": 2.5}]}
    path = route.format(**parameters)

    made = event(route, parameters, document, payload=payload)

    sent = sample_events.event("POST", path, json.dumps(document), payload=payload)
    assert _read(made) == _read(sent)


def _read(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in READ if name in given}
