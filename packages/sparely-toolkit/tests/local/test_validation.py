"""Request validation of a REST API, before the function runs."""

import pytest

from tests.local.changes import modelled
from tests.local.conftest import Serve

MODEL = {
    "type": "object",
    "required": ["instances"],
    "properties": {"instances": {"type": "array", "items": {"type": "object"}}},
}
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("body", [None, "", "{", "[]", "{}", '{"instances": 1}', '{"instances": [1]}'])
def test_body_that_does_not_fit_its_model_is_refused(serve: Serve, body: str | None) -> None:
    """API Gateway says 400 and no more, and the function is not called."""
    served = serve(kind="rest", change=modelled(MODEL))

    answer = served.ask("POST", "/predict/a", body, JSON)

    assert (answer.status, answer.body) == (400, b'{"message": "Invalid request body"}')
    assert answer.values("x-amzn-errortype") == ["BadRequestException"]
    assert served.service.pool.figures.invocations == 0


@pytest.mark.parametrize("body", ["[" * 100_000, '{"instances": ' + "[" * 20_000 + "]" * 20_000 + "}"])
def test_body_that_is_nested_too_deeply_is_refused(serve: Serve, body: str) -> None:
    """It is a bad request, not a failure of this machine."""
    answer = serve(kind="rest", change=modelled(MODEL)).ask("POST", "/predict/a", body, JSON)

    assert (answer.status, answer.body) == (400, b'{"message": "Invalid request body"}')


@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8", None])
def test_body_that_fits_reaches_the_function(serve: Serve, media_type: str | None) -> None:
    """A missing media type counts as JSON."""
    served = serve(kind="rest", change=modelled(MODEL))

    answer = served.ask("POST", "/predict/a", '{"instances": [{}]}', {"content-type": media_type} if media_type else {})

    assert answer.json["body"] == '{"instances": [{}]}'


def test_media_type_without_a_model_is_let_through(serve: Serve) -> None:
    """API Gateway validates only what it has a model for; the function has to refuse the rest."""
    served = serve(kind="rest", change=modelled(MODEL))

    answer = served.ask("POST", "/predict/a", '{"any": "thing"}', {"content-type": "text/plain"})

    assert answer.json["body"] == '{"any": "thing"}'


def test_missing_parameters_are_named(serve: Serve) -> None:
    """Required headers and query parameters are listed by name."""
    parameters = [
        {"name": "unit", "in": "query", "required": True},
        {"name": "X-Client", "in": "header", "required": True},
        {"name": "area", "in": "path", "required": True},
        {"name": "more", "in": "query"},
    ]
    served = serve(kind="rest", change=modelled(MODEL, parameters=parameters))

    refused = served.ask("POST", "/predict/a", '{"instances": []}', JSON)
    admitted = served.ask("POST", "/predict/a?unit=mg", '{"instances": []}', {**JSON, "x-client": "me"})

    assert refused.json == {"message": "Missing required request parameters: [unit, X-Client]"}
    assert (refused.status, admitted.status) == (400, 200)
