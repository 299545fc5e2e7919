"""One way from a request to its answer, for whatever models a table of routes is about."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from sparely.handler.dispatch import answer, of_no_model, respond
from sparely.handler.errors import UnknownModel
from sparely.handler.request import Request
from sparely.handler.response import Answer
from sparely.handler.telemetry import Timing, log_exception


class OneModel(NamedTuple):
    """A model of which no more is known than its version."""

    versions: str


class Models(dict[str, OneModel]):
    """Models that are all open."""

    opened: list[str] = []  # noqa: RUF012 stays empty


def find(models: Models, parameters: Mapping[str, str]) -> OneModel:
    """The named model."""
    if parameters["model"] not in models:
        raise UnknownModel(parameters["model"], models)
    return models[parameters["model"]]


def tell(request: Request, model: OneModel | None, models: Models, timing: Timing) -> Answer:
    """Who was asked; a body that is no number is what nobody foresaw."""
    return Answer(200, {"asked": model, "number": int(request.body)})


ROUTES = {"POST /ask/{model}": (find, tell), "GET /": (of_no_model, tell)}
MODELS = Models(one=OneModel("one=1"))


def request(route: str, body: str = "1", **parameters: str) -> Request:
    """As the gateway has routed it."""
    method, _, path = route.partition(" ")
    return Request(route, method, path, parameters, {}, body, False, id="17")


def test_who_was_asked_is_told_beside_the_answer() -> None:
    """The versions go into a header, whose name is the caller's."""
    assert answer(request("POST /ask/{model}", model="one"), ROUTES, MODELS, Timing()) == (
        Answer(200, {"asked": MODELS["one"], "number": 1}),
        "one=1",
    )
    assert answer(request("GET /"), ROUTES, MODELS, Timing())[1] == ""


@pytest.mark.parametrize(
    ("route", "name", "status"),
    [("GET /nothing", "one", 404), ("DELETE /ask/{model}", "one", 405), ("POST /ask/{model}", "two", 404)],
)
def test_a_fault_is_an_answer(route: str, name: str, status: int) -> None:
    """Nothing is raised, and nobody is named who was not asked."""
    found, asked = answer(request(route, model=name), ROUTES, MODELS, Timing())

    assert (found.status, asked) == (status, "")


def test_what_nobody_foresaw_is_logged_under_the_request_id(caplog: pytest.LogCaptureFixture) -> None:
    """The caller gets a fixed sentence, and the model that was asked is named all the same."""
    found, asked = answer(request("POST /ask/{model}", body="x", model="one"), ROUTES, MODELS, Timing())

    assert (found.status, asked) == (500, "one=1")
    assert "ValueError" in caplog.text
    assert vars(caplog.records[0])["request_id"] == "17"


def test_what_is_logged_between_requests_names_none(caplog: pytest.LogCaptureFixture) -> None:
    """A failure at an init or in the background is no request's."""
    event = {"version": "2.0", "routeKey": "GET /", "rawPath": "/", "requestContext": {"http": {"method": "GET"}}}
    respond({**event, "body": "x"}, SimpleNamespace(aws_request_id="18"), ROUTES, MODELS)

    log_exception("Something of the background failed")

    assert [vars(each)["request_id"] for each in caplog.records] == ["18", ""]
