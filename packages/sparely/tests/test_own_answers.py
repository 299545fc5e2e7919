"""Routes and answers of an owner's that no gateway could take: refused at init, or a 500 that the log explains."""

import re
import sys
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest

from sparely import Answer, Service
from tests.own_code import PREDICT, ROW, Ask, instances
from tests.own_code import ask as ask
from tests.own_code import service as service


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (
            "POST /predict/clinic",
            '"POST /predict/clinic" lies below /predict, which is the models\'; choose another path.',
        ),
        ("GET /v2/{x}", '"GET /v2/{x}" lies below /v2, which is the models\'; choose another path.'),
        ("GET /a/{x}/{x}", '"GET /a/{x}/{x}" has a name twice; write each once.'),
        (
            "PUT /segments/{id}/rows",
            '"PUT /segments/{id}/rows" has {id} where "GET /segments/{name}" has {name}; write the same name in both.',
        ),
    ],
)
def test_a_route_that_no_gateway_takes_or_that_hides_a_models_is_refused(
    service: Service, key: str, sentence: str
) -> None:
    """With what to do."""
    service.route("GET /segments/{name}")(lambda request: {})
    service.route("PUT /segments/{name}/lines")(lambda request: {})
    service.route("GET /segments/gold")(lambda request: {})

    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        service.route(key)(lambda request: {})


UNANSWERABLE: dict[str, tuple[Any, str]] = {
    "nothing": (None, "returned nothing; where there is no body, return Answer(None)"),
    "a tuple": (({}, 404), "returned a tuple; for a status or headers, return Answer(document, status)"),
    "a word for a status": (Answer({}, status="404"), "of status '404'; expected a number from 200 to 599"),  # type: ignore[arg-type]
    "a flag for a status": (Answer({}, status=True), "of status True; expected a number from 200 to 599"),
    "no status of HTTP": (Answer({}, status=1000), "of status 1000; expected a number from 200 to 599"),
    "a number in a header": (Answer({}, headers={"x-a": 1}), "with header x-a: 1; expected text of one line"),  # type: ignore[dict-item]
    "two lines in a header": (
        Answer({}, headers={"x-a": "a\r\nb"}),
        "with header x-a: 'a\\r\\nb'; expected text of one",
    ),
    "no headers": (Answer({}, headers=None), "with headers None; expected a dictionary"),  # type: ignore[arg-type]
    "bytes": (b"x", "Object of type bytes is not JSON serializable"),
    "a decimal": ({"price": Decimal("1.5")}, "Object of type Decimal is not JSON serializable"),
    "a time": ({"at": datetime(2026, 1, 5, tzinfo=UTC)}, "Object of type datetime is not JSON serializable"),
    "half a character": ({"say": "\ud83d"}, "surrogates not allowed"),
}


@pytest.mark.parametrize(("result", "sentence"), UNANSWERABLE.values(), ids=UNANSWERABLE.keys())
def test_what_no_gateway_can_send_is_a_500(
    service: Service, ask: Ask, caplog: pytest.LogCaptureFixture, result: Any, sentence: str
) -> None:
    """The log says what the function gave, and where it is."""
    service.route("GET /segments")(lambda request: result)

    status, document, _ = ask("GET", "/segments")

    assert (status, document["type"]) == (500, "urn:problem-type:internal")
    assert sentence in caplog.text
    assert [vars(record)["file"] for record in caplog.records if hasattr(record, "file")] == [__file__]


@pytest.mark.parametrize("place", ["before", "route", "after"])
def test_an_exit_of_own_code_is_a_500(service: Service, ask: Ask, caplog: pytest.LogCaptureFixture, place: str) -> None:
    """The environment lives on, and the log has file and line."""

    def leave(*arguments: Any) -> Any:
        sys.exit(1)

    decorate = service.route("GET /segments") if place == "route" else getattr(service, place)
    decorate(leave)

    status, document, _ = ask("GET", "/segments" if place == "route" else "/models")

    assert (status, document["type"]) == (500, "urn:problem-type:internal")
    (record,) = [record for record in caplog.records if hasattr(record, "file")]
    assert (vars(record)["file"], vars(record)["line"]) == (__file__, leave.__code__.co_firstlineno + 1)
    assert "SystemExit: 1" in caplog.text


@pytest.mark.parametrize("place", ["before", "route", "after"])
def test_an_interrupt_in_own_code_goes_through(service: Service, ask: Ask, place: str) -> None:
    """Whoever stops a process means the process."""

    def interrupted(*arguments: Any) -> Any:
        raise KeyboardInterrupt

    decorate = service.route("GET /segments") if place == "route" else getattr(service, place)
    decorate(interrupted)

    with pytest.raises(KeyboardInterrupt):
        ask("GET", "/segments" if place == "route" else "/models")


@pytest.mark.parametrize("document", ["closed", None, ["closed"], {"detail": "closed"}])
def test_a_fault_of_an_own_answer_is_passed_on(service: Service, ask: Ask, document: Any) -> None:
    """Whatever its body, and no further step sees it."""
    service.after(lambda request, answer: Answer(document, status=HTTPStatus.GONE, headers={"X-Why": "größer"}))
    service.after(lambda request, answer: answer._replace(document=answer.document["predictions"]))

    status, body, headers = ask("POST", PREDICT, instances(ROW))

    assert (status, body, headers["x-why"]) == (410, document, "größer")
