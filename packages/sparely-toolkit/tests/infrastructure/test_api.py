"""The API's body by API Gateway's rules, which no linter looks at."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.infrastructure.conftest import PARAMETER_SETS, Template

# One path segment. Sources: the error text of CreateResource (REST), aws-lambda-dotnet's test tool (HTTP).
SEGMENTS = {
    "rest": re.compile(r"\{[A-Za-z0-9._\-:]+\+?\}|[A-Za-z0-9._\-:]+"),
    "http": re.compile(r"\{[\w.:-]+\+?\}|[A-Za-z0-9.:_-]+"),
}
RESERVED = {"/ping", "/sping"}
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html (read 2026-11-22)
NOT_IN_MODELS = {"oneOf", "anyOf", "exclusiveMinimum", "exclusiveMaximum", "nullable", "discriminator", "example"}
METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "x-amazon-apigateway-any-method")


def body(template: Template) -> dict[str, Any]:
    if template.api == "function-url":
        pytest.skip("a function URL has no routes")
    found: dict[str, Any] = template.translate()["Resources"]["Api"]["Properties"]["Body"]
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def test_every_path_is_one_that_the_gateway_takes(template: Template) -> None:
    """A variable is a whole segment; some paths are the gateway's own."""
    pattern = SEGMENTS["rest" if template.api == "rest-key" else "http"]
    for path in body(template)["paths"]:
        assert path not in RESERVED
        assert all(pattern.fullmatch(segment) for segment in path.strip("/").split("/") if segment), path


def test_every_variable_is_declared(template: Template) -> None:
    """A REST API refuses a body that names an undeclared one; the preflight's methods are SAM's."""
    for path, method, operation in operations(body(template)):
        if method != "options":
            named = {name.rstrip("+") for name in re.findall(r"\{([^}]+)\}", path)}
            declared = {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}
            assert declared == named, (path, method)


def test_every_route_reaches_the_alias_and_wants_authorization(template: Template) -> None:
    """No route is open, and none goes past the alias, where a canary would not see it."""
    document = body(template)
    for path, method, operation in operations(document):
        if method == "options":
            continue
        assert operation["security"] == [{"auth": []}], path
        uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
        assert uri.endswith("functions/${PredictFunction.Arn}:live/invocations"), path
    assert set(document["components"]["securitySchemes"]) == {"auth"}


def test_only_preflights_are_open(template: Template) -> None:
    """A browser's preflight carries no key; it is answered by the gateway itself."""
    opened = [operation for _, method, operation in operations(body(template)) if not operation.get("security")]

    assert all(each["x-amazon-apigateway-integration"]["type"] == "mock" for each in opened)


def test_models_use_no_word_that_the_gateway_ignores(template: Template) -> None:
    """A constraint that is not enforced misleads whoever reads it."""
    schemas = body(template).get("components", {}).get("schemas", {})

    assert NOT_IN_MODELS & set(_words(schemas)) == set()


def test_cors_keeps_all_its_parts(template: Template) -> None:
    """SAM replaces an HTTP API's whole CORS configuration by its origins when those are an intrinsic function."""
    if template.api in ("rest-key", "function-url"):
        return
    cors = template.translate(PARAMETER_SETS["defaults"])["Resources"]["Api"]["Properties"]["Body"]

    assert set(cors["x-amazon-apigateway-cors"]) == {
        "allowOrigins",
        "allowMethods",
        "allowHeaders",
        "exposeHeaders",
        "maxAge",
    }


def _words(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from _words(value)
    elif isinstance(node, list):
        for each in node:
            yield from _words(each)
