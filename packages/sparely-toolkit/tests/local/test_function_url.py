"""A function URL on this machine: one route for everything, its own faults, signatures for Lambda."""

from dataclasses import replace
from typing import Any

import pytest

from sparely.check.events import event as check_event
from sparely.handler.paths import routed_url
from sparely.handler.request import read_event
from sparely.handler.routes import ROUTES
from sparely_toolkit.contract.sample_events import event
from sparely_toolkit.local import cors, faults
from sparely_toolkit.local.cors import UrlCors
from sparely_toolkit.local.faults import Fault
from sparely_toolkit.local.routes import RouteTable, read
from sparely_toolkit.local.settings import SIGNED_FOR, ApiSettings
from sparely_toolkit.local.template import read as read_template
from sparely_toolkit.samconfig import Stage
from support.services import baked
from tests.local.test_events import REQUEST


@pytest.fixture(scope="module")
def api() -> ApiSettings:
    """The API of the template's service with a function URL."""
    project = baked("function-url")
    return read_template(project.template, Stage()).api


def test_every_path_and_method_is_taken(api: ApiSettings) -> None:
    """What is not there is told by the function."""
    table = RouteTable(read(api.body), trailing_slash_matters=True)

    found = [table.find(method, path) for method in ("GET", "DELETE", "HEAD") for path in ("/", "/models", "/a/b/c/d")]

    assert {match.route.key for match in found if match} == {"$default"}
    assert None not in found


def test_signatures_are_for_lambda(api: ApiSettings) -> None:
    """Not for an API Gateway."""
    assert api.body["components"]["securitySchemes"]["signature"][SIGNED_FOR] == "lambda"
    assert api.body["security"] == [{"signature": []}]


def test_an_open_url_asks_for_nothing() -> None:
    """As the template's parameters say."""
    stage = Stage(overrides={"UrlAuth": "NONE", "ConfirmPublicUrl": "everybody-may-call"})

    assert "security" not in read_template(baked("function-url").template, stage).api.body


def test_a_preflight_is_answered_though_a_route_takes_it(api: ApiSettings) -> None:
    """By Lambda itself."""
    table = RouteTable(read(api.body), trailing_slash_matters=True)
    asked = replace(
        REQUEST, method="OPTIONS", headers=(("Origin", "https://a.example"), ("Access-Control-Request-Method", "POST"))
    )
    setting = UrlCors({"AllowOrigins": ["https://a.example"], "AllowMethods": ["POST"]})

    answer = setting.preflight(asked, table.find("OPTIONS", "/models"))

    assert isinstance(cors.read(api, table), UrlCors)
    assert answer is not None
    assert (answer.status, dict(answer.headers)["access-control-allow-origin"]) == (204, "https://a.example")


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.FORBIDDEN, 403),
        (Fault.THROTTLED, 429),
        (Fault.EVENT_TOO_LARGE, 413),
        (Fault.FUNCTION_FAILED, 502),
        (Fault.MALFORMED_ANSWER, 502),
    ],
)
def test_its_faults_have_statuses_of_their_own(fault: Fault, status: int) -> None:
    """Other ones than a gateway's."""
    assert faults.answer(fault, "url").status == status


def test_an_event_has_no_route_and_its_path_as_it_was_sent() -> None:
    """The function decodes it once."""
    sent = event("POST", "/predict/north%20wing/a%2Fb", "{}", payload="url")

    found = routed_url(read_event(sent), sent, ROUTES)

    assert (sent["routeKey"], sent["rawPath"]) == ("$default", "/predict/north%20wing/a%2Fb")
    assert "pathParameters" not in sent
    assert found.parameters == {"area": "north wing", "model": "a/b"}


def test_the_check_of_a_new_version_asks_as_a_url_does() -> None:
    """So that it tries what callers will."""
    parameters = {"area": "clinic", "model": "high-risk"}
    asked: dict[str, Any] = check_event("/predict/{area}/{model}", parameters, {}, payload="url")

    found = routed_url(read_event(asked), asked, ROUTES)

    assert (found.route, found.parameters) == ("POST /predict/{area}/{model}", parameters)
