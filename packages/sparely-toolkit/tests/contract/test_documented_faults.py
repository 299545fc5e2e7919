"""What docs/api.md says of faults outside the contract's operations, to the letter."""

import json
import re
from importlib import resources

import pytest

from sparely_toolkit.contract.gateway_faults import GATEWAY_FAULTS, MESSAGE
from sparely_toolkit.contract.sample_events import event
from sparely_toolkit.local.faults import Fault, answer
from support.lambda_context import Context
from support.sample_service import SERVICE

PAGE = resources.files("sparely_toolkit").joinpath("docs", "api.md").read_text("utf-8")
STRANGERS = re.findall(r"^```json (\w+) (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
REST_ROW = re.compile(r"^\| [^|]+ \| ([^|]+) \| `([a-z-]+)` \| ([^|]+) \|$", re.MULTILINE)
HTTP_ROW = re.compile(r"^\| [^|]+ \| (\d{3}) \| `(\{.*\})` \|$", re.MULTILINE)
# These no HTTP API meets: it has no keys and validates nothing, and its last route takes any path.
NEVER_OF_HTTP_APIS = {Fault.QUOTA_USED, Fault.INVALID_BODY, Fault.INVALID_PARAMETERS, Fault.NO_ROUTE}


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
@pytest.mark.parametrize(("method", "path", "body"), STRANGERS, ids=[method for method, *_ in STRANGERS])
def test_what_has_no_operation_is_answered_as_documented(method: str, path: str, body: str, payload: str) -> None:
    """Another method of a path, another path: by both kinds of API."""
    found = SERVICE(event(method, path, payload=payload), Context())

    assert json.loads(found["body"]) == json.loads(body)
    assert found["statusCode"] == json.loads(body)["status"]
    assert found["headers"].get("allow") == ("GET" if found["statusCode"] == 405 else None)


def test_versions_in_the_page_are_served() -> None:
    """An example of another version would be 404 for whoever copies it."""
    told = dict(re.findall(r'"versions": {"([a-z-]+)": "([0-9a-f]+)"}', PAGE))

    served = {
        model: group.model.manifest.version
        for each in SERVICE.registry.models.values()
        for model, group in each.items()
    }
    assert told
    assert {name: served.get(name, version) for name, version in told.items()} == told


def test_both_kinds_of_stranger_are_documented() -> None:
    """405 and 404."""
    assert [json.loads(body)["status"] for *_, body in STRANGERS] == [405, 404]


def test_every_fault_of_a_rest_api_is_documented() -> None:
    """Status, type and sentence are those that template.yaml has."""
    said = {(status.strip(), kind, detail.strip()) for status, kind, detail in REST_ROW.findall(PAGE)}

    assert said == {
        ("as it is", fault.kind, "API Gateway's own message")
        if fault.detail == MESSAGE
        else (str(fault.status), fault.kind, fault.detail)
        for fault in GATEWAY_FAULTS.values()
    }


def test_every_fault_of_an_http_api_is_documented() -> None:
    """Status and body are those that the local API answers with."""
    said = {(int(status), body) for status, body in HTTP_ROW.findall(PAGE)}

    answers = [answer(fault, "http") for fault in Fault if fault not in NEVER_OF_HTTP_APIS]
    assert said == {(each.status, each.body.decode()) for each in answers}
