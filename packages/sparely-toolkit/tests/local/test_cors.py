"""CORS, as each kind of API does it."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from tests.local.changes import JWT, secured, with_properties
from tests.local.conftest import Change, Serve
from tests.local.serving import Answer

ORIGIN = "https://app.example.com"
PREFLIGHT = {"origin": ORIGIN, "access-control-request-method": "POST"}
HTTP = {"AllowOrigins": [ORIGIN], "AllowMethods": ["GET", "POST"], "AllowHeaders": ["content-type"], "MaxAge": 600}
REST = {
    "AllowOrigin": f"'{ORIGIN}'",
    "AllowMethods": "'GET,POST,OPTIONS'",
    "AllowHeaders": "'content-type,x-api-key'",
    "MaxAge": "'600'",
}


def cors(answer: Answer) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers if name.lower().startswith("access-control-")}


def test_http_api_answers_preflight_by_itself(serve: Serve) -> None:
    """OPTIONS gets 204 and the configuration; the function is not called."""
    served = serve(change=with_properties(CorsConfiguration=HTTP))

    answer = served.ask("OPTIONS", "/predict/a", headers=PREFLIGHT)

    assert (answer.status, answer.body) == (204, b"")
    assert cors(answer) == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "content-type",
        "access-control-max-age": "600",
    }
    assert served.service.pool.figures.invocations == 0


def test_preflight_needs_no_token(serve: Serve, tmp_path: Any) -> None:
    """A browser sends none with a preflight request."""
    pytest.importorskip("jwt")
    from sparely_toolkit.local.issuer import LocalIssuer

    both: Change = lambda given: with_properties(CorsConfiguration=HTTP)(secured(JWT)(given))  # noqa: E731
    served = serve(change=both, issuer=LocalIssuer(tmp_path / "keys"))

    assert served.ask("OPTIONS", "/predict/a", headers=PREFLIGHT).status == 204


def test_a_route_for_any_method_takes_the_preflight(serve: Serve) -> None:
    """As on AWS, where it then asks for credentials that a browser does not send: the function gets it, not CORS."""

    def change(given: Any) -> Any:
        paths = given.api.body["paths"]
        body = {
            **given.api.body,
            "paths": {**paths, "/any": {"x-amazon-apigateway-any-method": paths["/models"]["get"]}},
        }
        return with_properties(CorsConfiguration=HTTP)(replace(given, api=replace(given.api, body=body)))

    answer = serve(change=change).ask("OPTIONS", "/any", headers=PREFLIGHT)

    assert answer.status == 200
    assert answer.json["routeKey"] == "ANY /any"


def test_other_origin_gets_no_headers(serve: Serve) -> None:
    """Neither preflight nor answer tells another origin anything; both are answered."""
    served = serve(change=with_properties(CorsConfiguration=HTTP))
    other = {"origin": "https://other.example.com"}

    preflight = served.ask("OPTIONS", "/predict/a", headers={**PREFLIGHT, **other})
    answer = served.ask("GET", "/models", headers=other)

    assert (preflight.status, cors(preflight)) == (204, {})
    assert (answer.status, cors(answer)) == (200, {})


def test_http_api_replaces_the_functions_headers(serve: Serve) -> None:
    """With CORS set on the API what the function says of CORS is dropped."""
    served = serve(change=with_properties(CorsConfiguration={**HTTP, "ExposeHeaders": ["x-a", "x-b"]}))
    value = {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "https://mine.example.com"}}

    answer = served.ask(
        body=yaml.safe_dump({"do": "answer", "value": value}, default_flow_style=True),
        headers={"origin": ORIGIN, "content-type": "application/json"},
    )

    assert cors(answer) == {"access-control-allow-origin": ORIGIN, "access-control-expose-headers": "x-a,x-b"}


def test_without_cors_the_functions_headers_stay(serve: Serve) -> None:
    """An API without CORS leaves it to the function, and refuses OPTIONS as any method without a route."""
    served = serve()
    value = {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}}

    assert cors(served.order("answer", value=value)) == {"access-control-allow-origin": "*"}
    assert served.ask("OPTIONS", "/predict/a", headers=PREFLIGHT).status == 404


def test_rest_api_has_a_preflight_route_on_every_path(serve: Serve) -> None:
    """OPTIONS of a known path is answered 200 with constants, of an unknown one 403."""
    served = serve(kind="rest", change=with_properties(Cors=REST))

    answer = served.ask("OPTIONS", "/v1/predict/a", headers=PREFLIGHT)

    assert (answer.status, answer.body) == (200, b"{}\n")
    assert cors(answer) == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-methods": "GET,POST,OPTIONS",
        "access-control-allow-headers": "content-type,x-api-key",
        "access-control-max-age": "600",
    }
    assert served.ask("OPTIONS", "/v1/nothing", headers=PREFLIGHT).status == 403


def test_rest_api_adds_nothing_to_the_functions_answer(serve: Serve) -> None:
    """On a REST API the function itself has to allow the origin."""
    served = serve(kind="rest", change=with_properties(Cors=REST))

    assert cors(served.ask("GET", "/v1/models", headers={"origin": ORIGIN})) == {}


def test_preflight_is_what_sams_translator_makes(serve: Serve) -> None:
    """The mock integration that SAM adds for `Cors` has the same status, headers and body."""
    editor = pytest.importorskip("samtranslator.swagger.swagger").SwaggerEditor
    served = serve(kind="rest", change=with_properties(Cors=REST))
    document = editor({"openapi": "3.0.1", "paths": {"/models": {"get": {}}}})
    document.add_cors("/models", *(REST[name] for name in ("AllowOrigin", "AllowHeaders", "AllowMethods", "MaxAge")))

    mock = document.swagger["paths"]["/models"]["options"]["x-amazon-apigateway-integration"]["responses"]["default"]
    answer = served.ask("OPTIONS", "/v1/models", headers=PREFLIGHT)

    named = {key.rpartition(".")[2].lower(): value.strip("'") for key, value in mock["responseParameters"].items()}
    assert cors(answer) == named
    assert (str(answer.status), answer.body.decode()) == (
        mock["statusCode"],
        mock["responseTemplates"]["application/json"],
    )
