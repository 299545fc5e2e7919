"""Routes that an owner adds in app.py: in the contract, before the gateway of every kind, with an event."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from sparely_toolkit.contract.own_routes import Undescribed, Unreadable, read_own_routes
from sparely_toolkit.contract.regenerate import check, regenerate
from sparely_toolkit.contract.writing import BEGIN, END, Unmarked
from sparely_toolkit.local import intrinsics, routes
from sparely_toolkit.project import Project

APP = '''
from sparely import Request, Service

service = Service(__file__)
lambda_handler = service


@service.route("GET /segments", response={"type": "object", "properties": {"names": {"type": "array"}}})
def segments(request: Request) -> dict[str, list[str]]:
    """
    List the segments.

    Of all customers.
    """
    return {"names": ["gold"]}


@service.route("GET /segments/{name}", example={"name": "gold & silver"})
def segment(request: Request) -> dict[str, str]:
    """One segment."""
    return {"name": request.parameters["name"]}


@service.route("PUT /segments/{name}", body={"type": "object"})
def put(request: Request) -> dict[str, str]:
    """Change a segment."""
    return {}


@service.route("POST /segments/{name}/lines", body={"type": "object", "example": {"a": 1}}, example={"name": "gold"})
def lines(request: Request) -> dict[str, str]:
    """Price lines."""
    return {}


@service.route("GET /customers/{id}")
def customer(request: Request) -> dict[str, str]:
    """One customer, of which nobody knows an example."""
    return {}
'''


@pytest.fixture
def copied(each_project: Project, tmp_path: Path) -> Project:
    """A service of each choice of API that a test may change."""
    shutil.copytree(each_project.root, tmp_path / "service", ignore=shutil.ignore_patterns(".*", "vendor"))
    return Project(tmp_path / "service")


@pytest.fixture
def routed(copied: Project) -> Project:
    """The same with routes of its owner's, and what follows from them."""
    app(copied, APP)
    regenerate(copied)
    return copied


def is_url(project: Project) -> bool:
    return "AWS::Lambda::Url" in project.template.read_text("utf-8")


def without_url(project: Project) -> None:
    """Skip where there is no gateway: a function URL has no routes that a template could name."""
    if is_url(project):
        pytest.skip("a function URL has no routes")


def app(project: Project, code: str) -> None:
    (project.source / "handler" / "app.py").write_text(code, "utf-8")


def contract(project: Project) -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(project.openapi.read_text("utf-8"), yaml.CSafeLoader)
    return document


def test_the_contract_has_them_with_their_docstrings(routed: Project) -> None:
    """The first paragraph is the summary."""
    operation = contract(routed)["paths"]["/segments"]["get"]

    assert operation["summary"] == "List the segments"
    assert operation["description"] == "List the segments.\n\nOf all customers."
    assert operation["x-route"] == "GET /segments"
    assert operation["tags"] == ["own"]
    assert operation["responses"]["200"]["content"]["application/json"]["schema"] == {
        "type": "object",
        "properties": {"names": {"type": "array"}},
    }
    assert contract(routed)["tags"][-1]["name"] == "own"


def test_a_path_has_its_parameters_and_a_body_its_schema(routed: Project) -> None:
    """And the faults that come with a body."""
    operation = contract(routed)["paths"]["/segments/{name}"]["put"]

    assert [each["name"] for each in operation["parameters"]] == ["name"]
    assert operation["requestBody"]["content"]["application/json"]["schema"] == {"type": "object"}
    assert {"400", "413", "415", "422", "500"} <= set(operation["responses"])


def test_the_gateway_hands_them_on_and_other_methods_too(routed: Project) -> None:
    """With the authorization of all others; another method is the function's to refuse."""
    without_url(routed)
    body = intrinsics.load(routed.template.read_text("utf-8"))["Resources"]["Api"]["Properties"]["DefinitionBody"]
    table = routes.RouteTable(routes.read(body), trailing_slash_matters=True)

    found = {}
    for method, path in (("GET", "/segments"), ("PUT", "/segments/gold"), ("POST", "/segments")):
        match = table.find(method, path)
        assert match
        found[method] = (match.route.path, match.route.refuses)
        assert match.route.operation["security"] == [{"auth": []}]

    assert found == {
        "GET": ("/segments", False),
        "PUT": ("/segments/{name}", False),
        "POST": ("/segments", True),
    }


def test_each_has_an_event_where_a_good_one_is_known(routed: Project) -> None:
    """Of other methods than GET where the body's schema has an example; two hyphens part the method."""
    names = sorted(file.stem for file in routed.events.glob("own-*.json"))

    assert names == ["own-segments", "own-segments-name", "own-segments-name-lines--post"]
    assert json.loads((routed.events / f"{names[2]}.json").read_text("utf-8"))["body"] == '{"a": 1}'
    event = json.loads((routed.events / "own-segments-name.json").read_text("utf-8"))
    if event.get("routeKey") == "$default":
        assert event["rawPath"] == "/segments/gold%20%26%20silver"
        return
    assert event["pathParameters"] == {"name": "gold & silver" if "rawPath" in event else "gold%20%26%20silver"}


def test_what_a_removed_route_left_goes_with_it(routed: Project, copied: Project) -> None:
    """Contract, gateway and event are as before it came."""
    app(copied, "from sparely import Service\n\nlambda_handler = Service(__file__)\n")

    assert ("template.yaml" in regenerate(copied)) is not is_url(copied)

    assert not [*copied.events.glob("own-*.json")]
    assert "/segments" not in contract(copied)["paths"]
    check(copied)


def test_a_route_without_description_is_refused(copied: Project) -> None:
    """The sentence says where to write one."""
    app(copied, APP.replace('"""One segment."""', ""))

    with pytest.raises(Undescribed) as caught:
        read_own_routes(copied)

    assert str(caught.value) == "The route GET /segments/{name} has no description; write a docstring for segment()."


def test_an_app_that_cannot_be_imported_is_told(copied: Project) -> None:
    """With the interpreter's reason."""
    app(copied, f"import dateful\n{APP}")

    with pytest.raises(Unreadable) as caught:
        read_own_routes(copied)

    assert str(caught.value) == (
        "src/handler/app.py cannot be imported, so its routes are not known: "
        "ModuleNotFoundError: No module named 'dateful'"
    )


def test_web_pages_may_use_every_method_of_a_route(copied: Project) -> None:
    """A browser asks first, and the gateway answers from the template."""
    api = intrinsics.load(copied.template.read_text("utf-8"))["Resources"]["Api"]["Properties"]

    if "CorsConfiguration" in api:
        methods = api["CorsConfiguration"]["AllowMethods"]
    elif is_url(copied):
        methods = api["Cors"]["AllowMethods"]
    else:
        methods = api["Cors"]["AllowMethods"].strip("'").split(",")
    assert {"GET", "POST", "PUT", "PATCH", "DELETE"} <= {*methods}


def test_a_template_without_marks_is_told(copied: Project) -> None:
    """Routes that it has by hand are no reason; one that it lacks is, and nothing is written."""
    without_url(copied)
    text = copied.template.read_text("utf-8")
    copied.template.write_text(text.replace(BEGIN, "# By hand.").replace(END, "# Up to here."), "utf-8")
    assert regenerate(copied) == []
    app(copied, APP)

    with pytest.raises(Unmarked) as caught:
        regenerate(copied)

    lacking = (
        "GET /segments, GET /segments/{name}, PUT /segments/{name}, POST /segments/{name}/lines, GET /customers/{id}"
    )
    assert str(caught.value) == (
        f"template.yaml does not route {lacking}, and has no marks to write between: put `{BEGIN}` above and `{END}` "
        "below `paths` in the DefinitionBody of Api, or add the routes by hand."
    )


def test_code_that_ends_the_process_is_told(copied: Project) -> None:
    """It looks like an import that went well."""
    app(copied, "import sys\n\nsys.exit()\nservice.route()\n")

    with pytest.raises(Unreadable) as caught:
        read_own_routes(copied)

    assert str(caught.value) == (
        "src/handler/app.py cannot be imported, so its routes are not known: its code ends the process."
    )
