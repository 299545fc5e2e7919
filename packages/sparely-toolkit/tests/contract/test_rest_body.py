"""The REST API's body: API Gateway takes it, and refuses nothing that the function takes."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparely.bundle import Bundle, read_bundles
from sparely.handler.routes import ROUTES
from sparely_toolkit.contract.description import ServiceDescription
from sparely_toolkit.contract.gateway import rest_body
from sparely_toolkit.contract.gateway_faults import GATEWAY_FAULTS, MESSAGE
from sparely_toolkit.contract.gateway_schemas import loosened, references
from sparely_toolkit.contract.sample_events import event
from sparely_toolkit.contract.schemas import SHARED
from sparely_toolkit.contract.writing import BEGIN, END, to_block, with_block
from sparely_toolkit.local import intrinsics
from support.lambda_context import Context
from support.sample_service import SERVICE
from support.services import MODELS

BODY = rest_body(ServiceDescription(read_bundles(MODELS)))
SCHEMAS = BODY["components"]["schemas"]
PREDICT = "/predict/clinic/progression"
# Words of a model that API Gateway takes and obeys.
WORDS = {"type", "required", "properties", "items", "enum", "description", "$ref"}

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda each: (
        st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5) | st.just("instances"), each, max_size=3)
    ),
    max_leaves=8,
)


def words(schema: Any) -> Iterator[str]:
    """Every keyword of a schema, at any depth."""
    for word, value in schema.items():
        yield word
        below = value.values() if word == "properties" else [value] if word == "items" else []
        for each in below:
            yield from words(each)


def fits(document: Any) -> bool:
    """Whether API Gateway lets a body of records through."""
    return bool(jsonschema.Draft4Validator(SCHEMAS["PredictRequest"]).is_valid(document))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_model_is_one_that_the_gateway_takes(name: str) -> None:
    """Letters and digits in its name, and of JSON schema draft 4 the plainest part; every reference is there."""
    jsonschema.Draft4Validator.check_schema(SCHEMAS[name])
    assert re.fullmatch("[A-Za-z0-9]+", name)
    assert set(words(SCHEMAS[name])) <= WORDS
    assert set(references(SCHEMAS[name])) <= set(SCHEMAS)


def test_every_model_that_is_named_is_there_and_none_in_vain() -> None:
    """API Gateway warns of a missing one, and a warning fails the deployment."""
    assert set(references(BODY)) == set(SCHEMAS)


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_tells_its_answers(route: str) -> None:
    """By status, each with a model; what the gateway answers by itself is not the route's."""
    method, path = route.split(" ")
    responses = BODY["paths"][path][method.lower()]["responses"]

    assert {"200", "500"} <= set(responses) <= {"200", "400", "404", "413", "415", "422", "500"}
    assert all(each["description"] and each["content"] for each in responses.values())


@settings(max_examples=200, deadline=None)
@given(document=JSON_VALUES | st.fixed_dictionaries({"instances": JSON_VALUES}))
def test_what_the_gateway_refuses_the_function_refuses(document: Any) -> None:
    """It only says so earlier."""
    if not fits(document):
        answer = SERVICE(event("POST", PREDICT, json.dumps(document), payload="1.0"), Context())
        assert 400 <= answer["statusCode"] < 500


@pytest.mark.parametrize("model", read_bundles(MODELS), ids=lambda model: model.path)
def test_golden_rows_are_let_through(model: Bundle) -> None:
    """With null and categories that training did not see."""
    assert fits({"instances": list(model.instances)})


@pytest.mark.parametrize("model", read_bundles(MODELS), ids=lambda model: model.path)
def test_it_is_the_same_whatever_models_there_are(model: Bundle) -> None:
    """A model that comes or goes changes nothing in template.yaml, which is its owner's."""
    assert rest_body(ServiceDescription((model,))) == BODY


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "integer", "minimum": 1}, {"type": "number"}),
        ({"const": "onnx"}, {"type": "string", "enum": ["onnx"]}),
        ({"type": "object", "properties": {"a": {"type": ["string", "null"]}}}, {"type": "object", "properties": {}}),
        ({"type": "array", "items": {"$ref": "#/a"}, "maxItems": 3}, {"type": "array", "items": {"$ref": "#/a"}}),
        ({"oneOf": [{"type": "object"}], "description": "One."}, {"description": "One."}),
        ({"type": "object", "additionalProperties": False}, {"type": "object"}),
    ],
    ids=str,
)
def test_what_has_no_word_there_is_left_out(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    """A model then allows more than the contract, and never less."""
    assert loosened(schema) == expected


def test_the_written_block_is_the_body() -> None:
    """What it writes once and refers to is read as the same."""
    assert intrinsics.load(to_block(BODY, "    ")) == json.loads(json.dumps(BODY))


def test_nothing_in_the_block_is_read_by_the_template_engine() -> None:
    """template.yaml is rendered when a service is made."""
    assert re.findall(r"\{\{|\{%|\{#", to_block(BODY, "")) == []


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    """With the marks' own indent; a text without marks is left alone."""
    text = f"a: 1\nb:\n  {BEGIN}\n  old: 1\n  {END}\nc: 2\n"

    assert with_block(text, {"new": [2]}) == f"a: 1\nb:\n  {BEGIN}\n  new: [2]\n  {END}\nc: 2\n"
    assert with_block("a: 1\n", {"new": 2}) == "a: 1\n"


@pytest.mark.parametrize("name", GATEWAY_FAULTS)
def test_a_gateway_response_is_a_problem_document(name: str) -> None:
    """With the members that the contract asks for, and the status that the client sees."""
    response = BODY["x-amazon-apigateway-gateway-responses"][name]
    (template,) = response["responseTemplates"].values()

    document = json.loads(template.replace(MESSAGE, '"Message"'))

    jsonschema.Draft202012Validator(SHARED["GatewayProblem"] | {"additionalProperties": False}).validate(document)
    assert str(document.get("status", "")) == response.get("statusCode", "")
