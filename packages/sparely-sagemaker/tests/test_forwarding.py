"""A request's way through the custom attributes: what is written is read again, whatever stands in it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparely.handler.request import Request
from sparely_sagemaker import forwarding


def request(**changes: object) -> Request:
    """A request of the service with some members changed."""
    usual = {
        "route": "POST /predict/{area}/{model}",
        "method": "POST",
        "path": "/predict/clinic/high-risk",
        "parameters": {"area": "clinic", "model": "high-risk"},
        "headers": {"content-type": "application/json"},
        "body": '{"instances": []}',
        "is_base64": False,
        "id": "8f7c1a52-0000-4000-8000-000000000000",
    }
    return Request(**{**usual, **changes})  # type: ignore[arg-type]


def there_and_back(sent: Request) -> Request:
    """What the container sees of a request."""
    line = forwarding.write(sent)
    return forwarding.read(line, sent.headers.get("content-type", ""), forwarding.body_of(sent))


def test_a_request_arrives_as_it_was_sent() -> None:
    """Route, path, parameters, query, the headers that matter, the body, and the id that both logs name it by."""
    sent = request(
        headers={"content-type": "application/json", "content-encoding": "gzip"},
        query={"view": "names", "a&b=": "", "after": "clinic/high risk"},
    )

    assert there_and_back(sent) == sent


@pytest.mark.parametrize("value", ["a&route=GET /models", "100%41", "a=b;c", "é\u2028", "'\"\n", "+ +", "{area}"])
def test_a_parameter_cannot_become_anything_else(value: str) -> None:
    """What separates and escapes in the line is data in a value."""
    arrived = there_and_back(request(parameters={"area": value, "model": "m"}))

    assert arrived.parameters == {"area": value, "model": "m"}
    assert arrived.route == "POST /predict/{area}/{model}"


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
)
def test_the_line_is_what_sagemaker_takes(area: str, model: str) -> None:
    """At most 1024 characters of visible ASCII, for any parameters."""
    line = forwarding.write(request(parameters={"area": area, "model": model}))

    assert len(line) <= forwarding.LONGEST
    assert all("!" <= character <= "~" for character in line)


def test_a_body_that_is_not_utf8_stays_what_it_is() -> None:
    """It travels as bytes and reaches the handler as base64."""
    sent = request(body="/w==", is_base64=True)

    assert forwarding.body_of(sent) == b"\xff"
    assert there_and_back(sent) == sent


def test_no_body_arrives_as_none() -> None:
    """InvokeEndpoint wants one, so a stand-in is sent and the line says so."""
    sent = request(body="")

    assert forwarding.body_of(sent) == b"{}"
    assert there_and_back(sent).body == ""


def test_a_parameter_as_it_stood_in_the_path_is_decoded() -> None:
    """Mapping templates see `%2F`, not `/`."""
    arrived = forwarding.read("route=GET+%2Fv2%2Fmodels%2F%7Bmodel%7D&raw.model=a%252Fb", "", b"")

    assert arrived.parameters == {"model": "a/b"}


def test_a_plain_client_asks_for_all_models_of_the_archives_area() -> None:
    """Without attributes, `aws sagemaker-runtime invoke-endpoint` gets predictions."""
    arrived = forwarding.read("", "application/json", json.dumps({"instances": []}).encode(), area="clinic")

    assert (arrived.route, arrived.path) == ("POST /predict/{area}", "/predict/clinic")
