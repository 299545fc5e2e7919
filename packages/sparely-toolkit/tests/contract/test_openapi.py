"""openapi.yaml is up to date, valid, and true: every route, every answer and every manifest fits it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from sparely.bundle import Bundle, read_bundles
from sparely.handler.routes import ROUTES
from sparely.manifest import parse_manifest
from sparely_toolkit.contract.description import ServiceDescription
from sparely_toolkit.contract.document import document
from sparely_toolkit.contract.faults import ALWAYS
from sparely_toolkit.contract.regenerate import Outdated, check
from sparely_toolkit.contract.sample_events import event, samples
from sparely_toolkit.contract.schemas import instance
from sparely_toolkit.project import Project
from support.sample_service import SERVICE
from support.services import MODELS

CONTRACT = json.loads(json.dumps(document(ServiceDescription(read_bundles(MODELS)))))
SAMPLES = dict(samples(MODELS))


def resolved(node: Any) -> Any:
    """The node, or what it refers to."""
    while isinstance(node, dict) and "$ref" in node:
        found: Any = CONTRACT
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation."""
    for path, item in CONTRACT["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def fitting(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    """A validator of a schema that may refer to components."""
    return jsonschema.Draft202012Validator({**schema, "components": CONTRACT["components"]})


def operation_of(method: str, path: str) -> dict[str, Any]:
    """The operation that a request reaches: a path as it stands before one with a parameter."""
    if path in CONTRACT["paths"]:
        return dict(CONTRACT["paths"][path][method.lower()])
    for pattern, item in CONTRACT["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), path):
            return dict(item[method.lower()])
    raise KeyError(path)


def check_answer(operation: dict[str, Any], answer: dict[str, Any]) -> None:
    """Status, media type, headers and body are those of the contract."""
    response = resolved(operation["responses"][str(answer["statusCode"])])
    headers = answer["headers"]
    documented = set(response["headers"])
    assert {name for name in headers if name != "content-type"} <= documented
    assert {*ALWAYS} <= set(headers)
    if "content" in response:
        fitting(response["content"][headers["content-type"]]["schema"]).validate(json.loads(answer["body"]))


def test_it_is_what_the_manifests_and_routes_give(each_project: Project) -> None:
    """`sparely contract` would change nothing of a new service, neither here nor in template.yaml, events/ and README."""
    try:
        check(each_project)
    except Outdated as outdated:
        pytest.fail(f"{outdated}; the template's: python tools/contract.py")


def test_it_is_the_contract_that_is_tested_here(contract: dict[str, Any]) -> None:
    """But for what the service is called and what it says of itself."""
    named = {name: CONTRACT["info"][name] for name in ("title", "summary")}

    assert {**contract, "info": {**contract["info"], **named}} == CONTRACT


def test_it_says_what_the_service_is_called(contract: dict[str, Any]) -> None:
    """By the answers that it was made with, which stand in template.yaml."""
    assert contract["info"]["title"] == "Prediction Service"
    assert contract["info"]["summary"] == "Machine-learning models as a REST service on AWS Lambda."


def test_it_is_valid_openapi(contract: dict[str, Any]) -> None:
    """As openapi-spec-validator sees it."""
    validator = pytest.importorskip("openapi_spec_validator")

    validator.validate(contract)


# Examples and descriptions are where they help, not on every property.
RULES = """
extends: [[spectral:oas, recommended]]
rules:
  oas3-missing-example: off
  component-description: off
  description-duplication: off
"""


def test_a_linter_finds_nothing(project: Project) -> None:
    """vacuum, with its recommended rules."""
    vacuum = pytest.importorskip("vacuum")

    assert vacuum.lint(project.openapi.read_bytes(), ruleset=RULES.encode()) == []


def test_every_route_is_described() -> None:
    """The function's route table and the contract name the same routes."""
    assert {operation["x-route"] for _, _, operation in operations()} == set(ROUTES)


def test_every_operation_has_its_own_id() -> None:
    """Clients' methods are named after it."""
    ids = [operation["operationId"] for _, _, operation in operations()]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("method", "path", "operation"), [*operations()], ids=lambda value: value if isinstance(value, str) else ""
)
def test_an_operations_examples_are_answered_as_documented(
    method: str, path: str, operation: dict[str, Any], context: Any
) -> None:
    """The example request fits its schema, is answered with 200, and the answer fits too."""
    for parameter in operation.get("parameters", []):
        path = path.replace(f"{{{parameter['name']}}}", parameter.get("example", ""))
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = content.get("examples", {}).get("golden", {}).get("value")
    if content:
        fitting(content["schema"]).validate(body)

    answer = SERVICE(event(method, path, json.dumps(body) if content else ""), context)

    assert answer["statusCode"] == 200
    check_answer(operation, answer)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_events_answer_fits(name: str, context: Any) -> None:
    """Good or bad, an answer is one that the contract has for the operation; strangers get a problem document."""
    sent = event(**SAMPLES[name])

    answer = SERVICE(sent, context)

    method, path = sent["requestContext"]["http"]["method"], sent["rawPath"]
    try:
        operation = operation_of(method, path)
    except KeyError:
        assert answer["statusCode"] in (404, 405)
        fitting({"$ref": "#/components/schemas/Problem"}).validate(json.loads(answer["body"]))
    else:
        check_answer(operation, answer)


def test_every_example_of_a_fault_fits_its_schema() -> None:
    """Examples of shared answers are problem documents of their status."""
    for name, component in CONTRACT["components"]["responses"].items():
        for media_type, content in component["content"].items():
            for example in content.get("examples", {}).values():
                fitting(content["schema"]).validate(example["value"])
                assert media_type == "application/problem+json", name


@pytest.mark.parametrize("model", read_bundles(MODELS), ids=lambda model: model.path)
def test_golden_rows_fit_the_models_schemas(model: Bundle) -> None:
    """Rows and predictions as the estimator had and gave them."""
    operation = CONTRACT["paths"][f"/predict/{model.path}"]["post"]

    fitting(operation["requestBody"]["content"]["application/json"]["schema"]).validate(
        {"instances": list(model.instances)}
    )
    answer = resolved(operation["responses"]["200"]["content"]["application/json"]["schema"])
    fitting(answer["properties"]["predictions"]["properties"][model.name]).validate(list(model.predictions))


@pytest.mark.parametrize(
    ("accepts", "told"),
    [
        ({"values": ["phone", "web"]}, {"enum": ["phone", "web"]}),
        ({"above": 0, "maximum": 9}, {"exclusiveMinimum": 0, "maximum": 9}),
        ({"maximum": 9, "without": [0]}, {"maximum": 9, "not": {"enum": [0]}}),
    ],
    ids=["values", "bounds", "single numbers"],
)
def test_what_an_estimator_refuses_is_in_the_schema(accepts: dict[str, Any], told: dict[str, Any]) -> None:
    """A client is told before it sends what would be a 422."""
    (bundle, *_) = read_bundles(MODELS)
    described = dict(bundle.manifest.document)
    described["features"] = [
        {**described["features"][0], "null": "refused", "accepts": accepts},
        *described["features"][1:],
    ]
    manifest = parse_manifest(json.dumps(described))

    schema = instance([bundle._replace(manifest=manifest)], "one")

    found = schema["properties"][described["features"][0]["name"]]
    assert {name: found[name] for name in told} == told


@pytest.mark.parametrize(("null", "told"), [("refused", {"not": {}}), ({"token": "a"}, {"enum": [None]})])
def test_models_without_a_value_in_common_are_told_as_such(null: Any, told: dict[str, Any]) -> None:
    """A schema that everything fits would promise an answer."""
    (bundle, *_) = read_bundles(MODELS)
    models = []
    for value in ("a", "b"):
        described = dict(bundle.manifest.document)
        first = {**described["features"][0], "type": "string", "null": null, "accepts": {"values": [value]}}
        described["features"], described["inputs"] = [first, *described["features"][1:]], []
        models.append(bundle._replace(manifest=parse_manifest(json.dumps(described))))

    found = instance(models, "both")["properties"][models[0].manifest.features[0].name]

    assert {name: found[name] for name in told} == told


def test_null_is_among_the_values_where_it_is_allowed() -> None:
    """An enumeration without it would refuse it."""
    (bundle, *_) = read_bundles(MODELS)
    described = dict(bundle.manifest.document)
    first = {**described["features"][0], "type": "string", "null": {"token": "a"}, "accepts": {"values": ["a"]}}
    described["features"] = [first, *described["features"][1:]]
    described["inputs"] = []

    schema = instance([bundle._replace(manifest=parse_manifest(json.dumps(described)))], "one")

    assert schema["properties"][first["name"]]["enum"] == ["a", None]
