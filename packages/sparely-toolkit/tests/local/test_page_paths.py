"""Which paths are the pages': what is not theirs is not found, and what a service has itself stays the service's."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.local.settings import Deployment
from tests.local.conftest import Serve


def test_missing_contract_is_said(serve: Serve, tmp_path: Path) -> None:
    """Without openapi.yaml the page shows the template's routes and says so."""
    document = serve(contract=tmp_path / "openapi.yaml").ask("GET", "/-/openapi.json").json

    assert list(document["paths"]) == ["/models", "/predict/{area}", "/predict/{area}/{model}"]
    assert document["info"]["description"].startswith("openapi.yaml is not there")


@pytest.mark.parametrize("path", ["/-/pages/files.py", "/-/pages/..%2Fpool.py", "/-/nothing", "/docs/"])
def test_only_the_pages_own_files_are_served(serve: Serve, path: str) -> None:
    """Whatever else lies in the folder is not found."""
    assert serve().ask("GET", path).status == 404


@pytest.mark.parametrize(("route", "path"), [("/docs", "/docs"), ("/", "/")])
def test_route_of_the_api_goes_before_a_page(serve: Serve, route: str, path: str) -> None:
    """A service that has GET /docs or GET / itself keeps it; a route for any method does not take the page."""

    def with_route(method: str) -> Callable[[Deployment], Deployment]:
        def change(deployment: Deployment) -> Deployment:
            paths = deployment.api.body["paths"]
            body = {**deployment.api.body, "paths": {**paths, route: {method: paths["/models"]["get"]}}}
            return replace(deployment, api=replace(deployment.api, body=body))

        return change

    own = serve(change=with_route("get")).ask("GET", path)

    assert own.json["routeKey"] == f"GET {route}"


def test_route_for_any_method_leaves_the_pages(serve: Serve) -> None:
    """A catch-all of the API gets every path but the pages'."""

    def change(deployment: Any) -> Any:
        paths = deployment.api.body["paths"]
        catch_all = {"x-amazon-apigateway-any-method": paths["/models"]["get"]}
        body = {**deployment.api.body, "paths": {**paths, "/": catch_all, "/{proxy+}": catch_all}}
        return replace(deployment, api=replace(deployment.api, body=body))

    served = serve(change=change)

    assert served.ask("GET", "/").values("content-type") == ["text/html; charset=utf-8"]
    assert served.ask("GET", "/other").json["routeKey"] == "ANY /{proxy+}"
    assert served.ask("POST", "/").json["routeKey"] == "ANY /"
