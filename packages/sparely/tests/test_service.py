"""What an owner puts around the models in app.py: steps before and after, routes of one's own, and what they cost."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sparely import Answer, Refused, Request, Service
from sparely.check.events import event
from sparely.handler.routes import ROUTES
from tests.own_code import PREDICT, ROW, Ask, instances
from tests.own_code import ask as ask
from tests.own_code import service as service

NAN = float("nan")


def test_a_service_without_own_code_has_the_routes_of_all(service: Service) -> None:
    """The very table: nothing stands around it."""
    assert service._routes is ROUTES
    assert service.own_routes == {}


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
def test_an_own_route_answers_with_a_plain_object(service: Service, ask: Ask, payload: str) -> None:
    """A 200, in either payload format, with what the request holds."""

    @service.route("GET /segments/{name}")
    def segment(request: Request) -> dict[str, Any]:
        return {"name": request.parameters["name"], "of": dict(request.query), "at": [request.method, request.path]}

    status, document, headers = ask("GET", "/segments/gold?year=2026", payload=payload)

    assert status == 200
    assert document == {"name": "gold", "of": {"year": "2026"}, "at": ["GET", "/segments/gold"]}
    assert headers["content-type"] == "application/json"
    assert headers["x-request-id"] == "8f7c1a52-0000-4000-8000-000000000000"
    assert "route;dur=" in headers["server-timing"]


def test_an_own_route_answers_with_status_and_headers(service: Service, ask: Ask) -> None:
    """As its Answer says."""

    @service.route("POST /segments")
    def add(request: Request) -> Answer:
        return Answer({"name": request.document["name"]}, status=201, headers={"location": "/segments/gold"})

    status, document, headers = ask("POST", "/segments", {"name": "gold"})

    assert (status, document, headers["location"]) == (201, {"name": "gold"}, "/segments/gold")


def test_a_body_that_is_no_json_is_the_callers_to_mend(service: Service, ask: Ask) -> None:
    """Where the function asks for it."""

    @service.route("POST /segments")
    def add(request: Request) -> Any:
        return request.document

    status, document, _ = ask("POST", "/segments")

    assert (status, document["type"]) == (400, "urn:problem-type:not-json")


def test_another_method_and_another_path_are_refused_like_others(service: Service, ask: Ask) -> None:
    """405 with what the path takes, 404."""

    @service.route("GET /segments")
    def segments(request: Request) -> Any:
        return []

    wrong_method, wrong_path = ask("POST", "/segments", {}), ask("GET", "/segment")

    assert (wrong_method[0], wrong_method[2]["allow"]) == (405, "GET")
    assert (wrong_path[0], wrong_path[1]["type"]) == (404, "urn:problem-type:unknown-route")


def test_an_own_route_is_counted_by_its_key(service: Service, ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    """Not by the paths that callers ask for."""

    @service.route("GET /segments/{name}")
    def segment(request: Request) -> Any:
        return {}

    ask("GET", "/segments/gold")

    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert line["Requests/GET /segments/{name}"] == [1.0]
    assert line["request"]["route"] == "GET /segments/{name}"


@pytest.mark.parametrize("key", ["segments", "get /segments", "GET segments", "GET /a b", "TRACE /x", "GET /{a-b}"])
def test_what_is_no_route_is_refused(service: Service, key: str) -> None:
    """When app.py is imported, and so when the package is built."""
    with pytest.raises(ValueError, match="is no route; write it as"):
        service.route(key)(lambda request: {})


@pytest.mark.parametrize("key", ["GET /models", "GET /segments"])
def test_a_route_that_is_there_already_is_refused(service: Service, key: str) -> None:
    """One of the service's and one of the owner's."""
    service.route("GET /segments")(lambda request: {})

    with pytest.raises(ValueError, match=f'^There is a route "{key}" already; choose another path.$'):
        service.route(key)(lambda request: {})


def _raises(request: Request) -> Any:
    raise KeyError("segment")


def _no_json(request: Request) -> Any:
    return {1, 2}


@pytest.mark.parametrize("function", [_raises, _no_json])
def test_a_failing_route_is_a_500_with_file_and_line(
    service: Service, ask: Ask, caplog: pytest.LogCaptureFixture, function: Callable[[Request], Any]
) -> None:
    """The caller gets the fixed sentence."""
    service.route("GET /segments")(function)

    status, document, _ = ask("GET", "/segments")

    assert (status, document["type"]) == (500, "urn:problem-type:internal")
    (record,) = [record for record in caplog.records if record.message.startswith("The service's own code")]
    facts = vars(record)
    assert facts["file"] == __file__
    first = function.__code__.co_firstlineno
    assert facts["line"] == (first + 1 if function is _raises else first)


def test_a_route_refuses_a_request_with_a_sentence(service: Service, ask: Ask) -> None:
    """A 422, no failure, under a title that speaks of no model."""

    @service.route("GET /segments/{name}")
    def segment(request: Request) -> Any:
        raise Refused("there is no such segment")

    status, document, _ = ask("GET", "/segments/x")

    assert (status, document["detail"]) == (422, "there is no such segment.")
    assert document["title"] == "The request does not fit"


def test_before_changes_what_the_models_are_asked(service: Service, ask: Ask) -> None:
    """A feature that callers do not send is there when their rows are looked at."""
    sizes = {"c-1": 2.0}

    @service.before
    def with_size(request: Request) -> Request:
        if not request.route.startswith("POST /predict"):
            return request
        rows = [{"size": sizes[row["customer"]], "count": 0} for row in request.document["instances"]]
        return request.with_document({"instances": rows})

    status, document, headers = ask("POST", PREDICT, instances({"customer": "c-1"}))

    assert (status, document["predictions"]["stepped"][0]["value"]) == (200, 4.0)
    assert "before;dur=" in headers["server-timing"]
    assert ask("GET", "/models")[0] == 200


def test_before_ends_a_request_with_an_answer(service: Service, ask: Ask) -> None:
    """No model is asked."""
    service.before(lambda request: Answer({"detail": "closed"}, status=503))

    assert ask("POST", PREDICT, instances(ROW))[:2] == (503, {"detail": "closed"})


def test_before_refuses_with_a_sentence(service: Service, ask: Ask) -> None:
    """A 422 for the body as a whole."""

    @service.before
    def refuse(request: Request) -> Request:
        raise Refused("customer is unknown")

    status, document, _ = ask("POST", PREDICT, instances(ROW))

    assert status == 422
    assert document["errors"] == [{"pointer": "", "detail": "customer is unknown."}]


def test_after_changes_what_callers_get(service: Service, ask: Ask) -> None:
    """In the order of the file; version and counts stay the models'."""

    @service.after
    def with_currency(request: Request, answer: Answer) -> Answer:
        return answer._replace(document={**answer.document, "currency": "EUR"})

    @service.after
    def with_header(request: Request, answer: Answer) -> Answer:
        return answer._replace(headers={**answer.headers, "x-currency": answer.document["currency"]})

    status, document, headers = ask("POST", PREDICT, instances(ROW))

    assert (status, document["currency"], headers["x-currency"]) == (200, "EUR", "EUR")
    assert headers["x-model-version"] == "stepped=0123456789ab"


def test_after_sees_no_faults(service: Service, ask: Ask) -> None:
    """What expects predictions would make a 500 of a caller's mistake."""

    @service.after
    def fragile(request: Request, answer: Answer) -> Answer:
        return answer._replace(document=answer.document["predictions"])

    assert ask("POST", PREDICT, instances({"size": "high"}))[0] == 422


@pytest.mark.parametrize(
    ("kind", "function", "sentence"),
    [
        ("before", lambda request: None, "returned neither the request nor an Answer"),
        ("after", lambda request, answer: None, "returned no Answer"),
        ("before", lambda request: request.nothing, "no attribute 'nothing'"),
        ("before", lambda request: request.with_document({"instances": [{"size": NAN}] * 9}), "not JSON compliant"),
    ],
)
def test_a_failing_step_of_the_service_is_a_500(
    service: Service, ask: Ask, caplog: pytest.LogCaptureFixture, kind: str, function: Any, sentence: str
) -> None:
    """The log says what it did and where it is."""
    getattr(service, kind)(function)

    status, document, _ = ask("POST", PREDICT, instances(ROW))

    assert (status, document["type"]) == (500, "urn:problem-type:internal")
    assert sentence in caplog.text
    assert [vars(record)["file"] for record in caplog.records if hasattr(record, "file")] == [__file__]


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
def test_a_step_knows_a_golden_row(service: Service, context: Any, payload: str) -> None:
    """By the mark in the event of a check, which no caller can set."""
    seen: list[bool] = []

    @service.before
    def looking_up(request: Request) -> Request:
        seen.append(request.is_golden)
        return request.with_document(request.document)

    @service.after
    def looking_again(request: Request, answer: Answer) -> Answer:
        seen.append(request.is_golden)
        return answer

    names = {"area": "toys", "model": "stepped"}
    marked = event("/predict/{area}/{model}", names, instances(ROW), payload=payload)
    service(marked, context)
    service({name: each for name, each in marked.items() if name != "golden"}, context)

    assert seen == [True, True, False, False]
