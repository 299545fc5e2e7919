"""Faults of a REST API in the service's own form, as template.yaml has them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sparely_toolkit.contract import gateway_faults
from sparely_toolkit.contract.gateway_faults import GATEWAY_FAULTS, MESSAGE, GatewayFault
from sparely_toolkit.local.faults import RESPONSE_TYPES, RESPONSES, Fault, answer, reworded
from sparely_toolkit.local.intrinsics import Resolver
from sparely_toolkit.local.settings import Deployment
from tests.local.changes import KEY, modelled, secured
from tests.local.conftest import Change, Serve
from tests.local.serving import Answer, Served

MODEL = {"type": "object", "required": ["instances"]}
ORIGIN = "https://app.example.com"


def responses(origin: str = ORIGIN) -> Any:
    """The body's member with parameters filled in."""
    conditions = {"AllowsOrigin": {"Fn::Not": [{"Fn::Equals": [{"Ref": "CorsOrigin"}, ""]}]}}
    return Resolver(parameters={"CorsOrigin": origin}, conditions=conditions).value(gateway_faults.responses())


def with_responses(change: Change = lambda deployment: deployment, origin: str = ORIGIN) -> Change:
    def changed(deployment: Deployment) -> Deployment:
        found = change(deployment)
        return replace(found, api=replace(found.api, body={**found.api.body, RESPONSES: responses(origin)}))

    return changed


def without_key(served: Served) -> Answer:
    return served.ask("GET", "/models")


def with_key(served: Served) -> Answer:
    return served.ask("GET", "/models", headers={"x-api-key": "local"})


def twice(served: Served) -> Answer:
    with_key(served)
    return with_key(served)


@pytest.mark.parametrize(
    ("change", "ask", "name"),
    [
        (secured(KEY), without_key, "INVALID_API_KEY"),
        (secured(KEY, Quota={"Limit": 1, "Period": "DAY"}), twice, "QUOTA_EXCEEDED"),
        (secured(KEY, Throttle={"RateLimit": 0.001, "BurstLimit": 1}), twice, "THROTTLED"),
        (modelled(MODEL), lambda served: served.ask("POST", "/predict/a", "{}"), "BAD_REQUEST_BODY"),
        (modelled(MODEL), lambda served: served.ask("POST", "/predict/a", '{"instances": NaN}'), "BAD_REQUEST_BODY"),
        (modelled({}), lambda served: served.order("crash", code=3), "DEFAULT_5XX"),
        (modelled({}), lambda served: served.order("answer", value=5), "DEFAULT_5XX"),
        (modelled({}), lambda served: served.ask("GET", "/nowhere"), "MISSING_AUTHENTICATION_TOKEN"),
        (modelled({}), lambda served: served.ask("POST", "/predict/a", bytes(10 * 2**20 + 1)), "REQUEST_TOO_LARGE"),
    ],
    # Names that are the same in each process: side by side, both must collect the same tests.
    ids=["no key", "quota", "throttled", "no JSON", "NaN", "crash", "no object", "no route", "too large"],
)
def test_a_fault_is_a_problem_document(
    serve: Serve, change: Change, ask: Callable[[Served], Answer], name: str
) -> None:
    """With the status, members and headers of the function's own."""
    fault = GATEWAY_FAULTS[name]

    found = ask(serve(kind="rest", change=with_responses(change)))

    assert (found.status, found.json) == (fault.status, fault.document())
    assert found.values("content-type") == ["application/problem+json"]
    assert found.values("cache-control") == ["no-store"]
    assert found.values("access-control-allow-origin") == [ORIGIN]


def test_the_title_of_a_refused_body_holds_of_what_is_no_json(serve: Serve) -> None:
    """The gateway has one answer for it and for a body without instances."""
    served = serve(kind="rest", change=with_responses(modelled(MODEL)))

    found = served.ask("POST", "/predict/a", '{"instances": [{"a": NaN}]}')

    assert found.json["title"] == "The body is not JSON, or has no instances"


def test_without_an_origin_no_page_may_read_them(serve: Serve) -> None:
    """As of the function's own answers."""
    served = serve(kind="rest", change=with_responses(secured(KEY), origin=""))

    assert without_key(served).values("access-control-allow-origin") == []


def test_what_has_no_words_of_its_own_keeps_the_gateways_message(serve: Serve) -> None:
    """And its status: such as a request above Lambda's 6 MB."""
    served = serve(kind="rest", change=with_responses())

    found = served.ask("POST", "/predict/a", b"x" * (7 * 2**20), {"content-type": "text/plain"})

    expected = replace(GATEWAY_FAULTS["DEFAULT_4XX"], detail="Request Too Long").document()
    assert (found.status, found.json) == (413, expected)


@pytest.mark.parametrize("fault", RESPONSE_TYPES)
def test_statuses_are_those_of_the_gateway(fault: Fault) -> None:
    """No word of the service's own changes one that API Gateway has a type for."""
    usual = answer(fault, "rest")

    assert reworded(usual, fault, {RESPONSES: responses()}).status == usual.status


@pytest.mark.parametrize("fault", Fault)
def test_without_gateway_responses_the_gateway_has_its_own_words(fault: Fault) -> None:
    """As an API that defines none."""
    usual = answer(fault, "rest")

    assert reworded(usual, fault, {}) == usual


def test_a_template_has_one_variable_without_quotes() -> None:
    """API Gateway fills it in with its quotes, escaped."""
    fault = GatewayFault(None, "kind", "Title", MESSAGE)

    assert fault.template() == (
        '{"type": "urn:problem-type:kind", "title": "Title", "detail": $context.error.messageString, '
        '"error": $context.error.messageString}'
    )
