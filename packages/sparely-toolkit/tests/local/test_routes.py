"""API Gateway's choice of a route."""

import pytest

from sparely_toolkit.local.routes import Route, RouteTable, read

PATHS: dict[str, dict[str, dict[str, str]]] = {
    "/": {"get": {}},
    "/{proxy+}": {"x-amazon-apigateway-any-method": {}},
    "/predict/{area}": {"post": {}},
    "/predict/{area}/{model}": {"post": {}},
    "/predict/{area}/best": {"post": {}},
    "/v2/{rest+}": {"get": {}},
    "/v2/health/live": {"get": {}},
}
HTTP = RouteTable(read({"paths": PATHS}), trailing_slash_matters=True)
REST = RouteTable(read({"paths": PATHS}), trailing_slash_matters=False)


@pytest.mark.parametrize(
    ("method", "path", "key", "parameters"),
    [
        ("GET", "/", "GET /", {}),
        ("POST", "/predict/clinic", "POST /predict/{area}", {"area": "clinic"}),
        ("POST", "/predict/clinic/best", "POST /predict/{area}/best", {"area": "clinic"}),
        ("POST", "/predict/a/b", "POST /predict/{area}/{model}", {"area": "a", "model": "b"}),
        ("GET", "/v2/health/live", "GET /v2/health/live", {}),
        ("GET", "/v2/health/ready", "GET /v2/{rest+}", {"rest": "health/ready"}),
        ("DELETE", "/v2/health/live", "ANY /{proxy+}", {"proxy": "v2/health/live"}),
        ("POST", "/predict/a%2Fb", "POST /predict/{area}", {"area": "a%2Fb"}),
        ("GET", "/v2/health/l%69ve", "GET /v2/health/live", {}),
    ],
)
def test_most_specific_route_wins(method: str, path: str, key: str, parameters: dict[str, str]) -> None:
    """Literal before variable before greedy, whatever the order in the document."""
    match = HTTP.find(method, path)

    assert match is not None
    assert (match.route.key, match.path_parameters) == (key, parameters)


@pytest.mark.parametrize(("table", "key"), [(HTTP, None), (REST, "GET /models")])
def test_trailing_slash_is_dropped_by_rest_apis_only(table: RouteTable, key: str | None) -> None:
    """A REST API takes /models/ for /models; an HTTP API does not know it."""
    only = RouteTable((Route("GET", "/models", {}, {}),), trailing_slash_matters=table is HTTP)

    match = only.find("GET", "/models/")

    assert (match.route.key if match else None) == key


def test_default_route_takes_the_rest() -> None:
    """$default matches what no other route does, with its own key and no parameters."""
    table = RouteTable(read({"paths": {"$default": {ANY: {}}, "/a": {"get": {}}}}), trailing_slash_matters=True)

    match = table.find("POST", "/a/b")

    assert match is not None
    assert (match.route.key, match.path_parameters) == ("$default", {})


ANY = "x-amazon-apigateway-any-method"


def test_method_goes_before_any() -> None:
    """Of two routes on one path the one that names the method wins."""
    table = RouteTable(read({"paths": {"/a": {ANY: {}, "get": {}}}}), trailing_slash_matters=True)

    match = table.find("GET", "/a")

    assert match is not None
    assert match.route.method == "GET"


def test_empty_variable_matches_nothing() -> None:
    """A path variable has at least one character."""
    assert (
        RouteTable((Route("POST", "/predict/{area}", {}, {}),), trailing_slash_matters=True).find("POST", "/predict/")
        is None
    )
