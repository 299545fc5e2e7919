"""openapi.yaml is up to date, valid, and true: every route, every answer and every manifest fits it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from sparely_toolkit.contract.__main__ import PROJECT, texts
from sparely_toolkit.contract.faults import ALWAYS
from sparely.service import lambda_handler
from sparely.handler.routes import ROUTES
from sparely_toolkit.contract.sample_events import event

CONTRACT = yaml.safe_load((PROJECT / "openapi.yaml").read_text("utf-8"))
EVENTS = sorted((PROJECT / "events" / "2.0").glob("*.json"))


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


def test_it_is_what_the_manifests_and_routes_give() -> None:
    """`python -m sparely_toolkit.contract` would change nothing, neither here nor in template.yaml."""
    for file, text in texts().items():
        assert file.read_text("utf-8") == text, file.name


def test_it_is_valid_openapi() -> None:
    """As openapi-spec-validator sees it."""
    validator = pytest.importorskip("openapi_spec_validator")

    validator.validate(CONTRACT)


# Examples and descriptions are where they help, not on every property.
RULES = """
extends: [[spectral:oas, recommended]]
rules:
  oas3-missing-example: off
  component-description: off
  description-duplication: off
"""


def test_a_linter_finds_nothing() -> None:
    """vacuum, with its recommended rules."""
    vacuum = pytest.importorskip("vacuum")

    assert vacuum.lint((PROJECT / "openapi.yaml").read_bytes(), ruleset=RULES.encode()) == []


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

    answer = lambda_handler(event(method, path, json.dumps(body) if content else ""), context)

    assert answer["statusCode"] == 200
    check_answer(operation, answer)


@pytest.mark.parametrize("file", EVENTS, ids=lambda file: file.stem)
def test_every_events_answer_fits(file: Path, context: Any) -> None:
    """Good or bad, an answer is one that the contract has for the operation; strangers get a problem document."""
    sent = json.loads(file.read_text("utf-8"))

    answer = lambda_handler(sent, context)

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


@pytest.mark.parametrize(
    "golden", sorted((PROJECT / "src" / "models").glob("*/*/golden.json")), ids=lambda path: path.parent.name
)
def test_golden_rows_fit_the_models_schemas(golden: Path) -> None:
    """Rows and predictions as the estimator had and gave them."""
    area, name = golden.parts[-3:-1]
    rows = json.loads(golden.read_text("utf-8"))
    operation = CONTRACT["paths"][f"/predict/{area}/{name}"]["post"]

    fitting(operation["requestBody"]["content"]["application/json"]["schema"]).validate(
        {"instances": rows["instances"]}
    )
    answer = resolved(operation["responses"]["200"]["content"]["application/json"]["schema"])
    fitting(answer["properties"]["predictions"]["properties"][name]).validate(rows["predictions"])
