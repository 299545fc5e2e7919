"""template.yaml's API has the function's routes, whatever the choice, and lets nobody in without authorization."""

import json
from typing import Any

import pytest

from sparely.handler.routes import ROUTES
from sparely_toolkit import names
from sparely_toolkit.local import intrinsics
from sparely_toolkit.project import Project

ANY = "x-amazon-apigateway-any-method"
METHODS = {"get", "post", "put", "patch", "delete", "head"}


@pytest.fixture
def api(each_project: Project) -> dict[str, Any]:
    """The API's DefinitionBody, of each choice."""
    resources = intrinsics.load(each_project.template.read_text("utf-8"))["Resources"]
    if resources[names.API]["Type"] == "AWS::Lambda::Url":
        pytest.skip("a function URL has no routes")
    return dict(resources[names.API]["Properties"]["DefinitionBody"])


def operations(body: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Every operation by method and path."""
    return {(method, path): each for path, item in body["paths"].items() for method, each in item.items()}


def test_the_gateway_has_the_functions_routes(api: dict[str, Any]) -> None:
    """No route is missing on either side."""
    routes = {f"{method.upper()} {path}" for (method, path), each in operations(api).items() if answers(each)}

    assert routes == set(ROUTES)


def answers(operation: dict[str, Any]) -> bool:
    """Whether an operation promises a success; the others are there to be refused by the function."""
    return any(status.startswith("2") for status in operation["responses"])


def test_what_has_no_route_reaches_the_function_too(api: dict[str, Any]) -> None:
    """Each path takes its other methods, and the last route any other path: 405 and 404 are the function's own."""
    taken: dict[str, set[str]] = {}
    for method, path in operations(api):
        taken.setdefault(path, set()).update(METHODS if method == ANY else {method})

    assert set(taken) == {*(route.partition(" ")[2] for route in ROUTES), "/", "/{proxy+}"}
    assert all(methods == METHODS for methods in taken.values())


def test_no_route_of_an_http_api_takes_options(api: dict[str, Any]) -> None:
    """A route for ANY method would ask a browser's preflight for credentials; SAM gives a REST API routes of its own."""
    scheme = api["components"]["securitySchemes"]["auth"]
    kinds = {method for method, _ in operations(api)}

    assert "options" not in kinds
    assert (ANY in kinds) is (scheme.get("name") == "x-api-key")


def test_no_operation_is_open(api: dict[str, Any]) -> None:
    """Also what catches all wants authorization, of the one scheme that the API has."""
    (scheme,) = api["components"]["securitySchemes"]

    assert all(each["security"] == [{scheme: []}] for each in operations(api).values())


def test_every_operation_calls_the_alias(api: dict[str, Any]) -> None:
    """What a deployment shifts traffic between."""
    uris = {json.dumps(each["x-amazon-apigateway-integration"]["uri"]) for each in operations(api).values()}

    assert len(uris) == 1
    assert ":live/invocations" in uris.pop()


def test_path_parameters_are_declared(api: dict[str, Any]) -> None:
    """API Gateway warns of an undeclared one, and a warning fails the deployment."""
    for (_, path), each in operations(api).items():
        named = [parameter["name"] for parameter in each.get("parameters", [])]
        assert named == [part.strip("{}+") for part in path.split("/") if part.startswith("{")]


def test_only_records_are_refused_by_the_gateway(api: dict[str, Any]) -> None:
    """Of tensors an outline would catch little, and the function says better what is wrong with them."""
    validated = {
        path
        for (_, path), each in operations(api).items()
        if each.get("x-amazon-apigateway-request-validator") == "all"
    }

    assert validated in (set(), {"/predict/{area}", "/predict/{area}/{model}"})
