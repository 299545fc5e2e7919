"""`sparely invoke` and `sparely token`: one event, and what lets a caller in; `sparely run` is in tests/local."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.local.issuer import LocalIssuer
from sparely_toolkit.project import Project
from support.command_line import Sparely
from tests.local import function
from tests.local.conftest import ARCHITECTURE, RUNTIME

Write = Callable[..., Path]


@pytest.fixture
def project(service: Path) -> Project:
    """A service whose package is built."""
    made = Project(service)
    function.build(made.built, runtime=RUNTIME, architecture=ARCHITECTURE)
    return made


@pytest.fixture
def event(tmp_path: Path) -> Write:
    """Write an event that makes the function do something."""

    def write(do: str, **arguments: Any) -> Path:
        path = tmp_path / "event.json"
        order = json.dumps({"do": do, **arguments})
        path.write_text(json.dumps({"isBase64Encoded": False, "body": order}), encoding="utf-8")
        return path

    return write


def test_answer_is_on_stdout_and_the_log_beside_it(sparely: Sparely, project: Project, event: Write) -> None:
    """What the function gives is JSON on stdout, what it prints and Lambda's lines are on stderr."""
    done = sparely("invoke", "--no-build", event("say", text="here I am"), service=project.root)

    assert (done.exit_code, done.out) == (0, '{"statusCode": 200, "body": "null"}\n')
    lines = done.err.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["START", "here", "END", "REPORT"]
    assert lines[0].endswith("Version: $LATEST")


def test_function_that_raises_is_a_no(sparely: Sparely, project: Project, event: Write) -> None:
    """The answer is Lambda's error object, the traceback is in the log, and the command ends with 1."""
    done = sparely("invoke", "--no-build", event("fail"), service=project.root)

    error = json.loads(done.out)
    assert done.exit_code == 1
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no such thing")
    assert "[ERROR] ValueError: no such thing" in done.err


def test_function_that_does_not_start_is_a_no(sparely: Sparely, service: Path, event: Write) -> None:
    """An import that fails ends with 1, and the log says so."""
    function.build(
        Project(service).built, runtime=RUNTIME, architecture=ARCHITECTURE, handler="import no_such_package\n"
    )

    done = sparely("invoke", "--no-build", event("who"), service=service)

    assert done.exit_code == 1
    assert json.loads(done.out)["errorType"] == "Runtime.ImportModuleError"
    assert "Error Type: Runtime.ImportModuleError" in done.err


def test_another_function_of_the_template_is_named(sparely: Sparely, project: Project, event: Write) -> None:
    """A function that no API calls runs by its logical id, and sees boto3 as on Lambda."""
    text = project.built_template.read_text("utf-8")
    check = (
        "  Check:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: EchoFunction, Handler: app.handler}\n"
    )
    project.built_template.write_text(text.replace("Resources:\n", f"Resources:\n{check}"), "utf-8")

    order = event("can_import", name="boto3")
    named = sparely("invoke", "--no-build", "--function", "Check", order, service=project.root)
    usual = sparely("invoke", "--no-build", order, service=project.root)

    assert json.loads(named.out)["body"] == "true"
    assert json.loads(usual.out)["body"] == "false"


def test_unknown_function_is_a_wrong_call(sparely: Sparely, project: Project, event: Write) -> None:
    """The sentence names those that there are."""
    done = sparely("invoke", "--no-build", "--function", "Other", event("who"), service=project.root)

    assert (done.exit_code, done.out) == (2, "")
    assert done.err == f'{project.built_template}: no function "Other". Available: EchoFunction.\n'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file or directory"),
        ("{", "it is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("\ufeff{}", "it is not JSON: Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)"),
        ("[" * 100_000, "it is nested too deeply"),
    ],
)
def test_what_is_no_event_is_a_wrong_call(
    sparely: Sparely, project: Project, tmp_path: Path, content: str | None, reason: str
) -> None:
    """A file that is missing or not JSON is named before anything is built."""
    path = tmp_path / "order.json"
    if content is not None:
        path.write_text(content, "utf-8")

    done = sparely("invoke", path, service=project.root)

    assert (done.exit_code, done.out, done.err) == (2, "", f"{path} is not an event: {reason}.\n")


@pytest.mark.parametrize("arguments", [[], [""]])
def test_event_that_is_not_named_is_asked_for(sparely: Sparely, project: Project, arguments: list[str]) -> None:
    """As make and the command take it, before anything is built."""
    done = sparely("invoke", *arguments, service=project.root)

    assert (done.exit_code, done.out, done.err) == (
        2,
        "",
        "Name the event: make invoke EVENT=events/NAME.json, or sparely invoke events/NAME.json.\n",
    )


def test_token_is_the_local_issuers(sparely: Sparely, project: Project) -> None:
    """It is signed for the API's authorizer, by the key that `sparely run` checks with."""
    import jwt

    _ask_for_tokens(project)

    token = sparely("token", service=project.root).out.strip()

    (jwk,) = LocalIssuer.of_service(project).jwks(None)[0]["keys"]
    claims = jwt.decode(token, jwt.PyJWK(jwk), audience="tests", algorithms=["RS256"])
    assert claims["iss"] == "https://issuer.example.com/"


def test_token_is_for_the_parameters_that_it_is_given(sparely: Sparely, project: Project) -> None:
    """As those of `sparely run`: issuer and audience may be parameters."""
    import jwt

    _ask_for_tokens(project, issuer={"Ref": "Issuer"})
    text = project.built_template.read_text("utf-8")
    project.built_template.write_text(text.replace("Parameters:", "Parameters:\n  Issuer: {Type: String}", 1), "utf-8")

    token = sparely("token", "--parameter-overrides", "Issuer=https://other.example.com/", service=project.root).out

    assert jwt.decode(token.strip(), options={"verify_signature": False})["iss"] == "https://other.example.com/"


def test_api_without_tokens_says_so(sparely: Sparely, project: Project) -> None:
    """Where no authorizer asks for a token there is none to print."""
    done = sparely("token", service=project.root)

    assert (done.exit_code, done.out) == (3, "")
    assert done.err == "This API has no JWT authorizer; it needs no token.\n"


def _ask_for_tokens(project: Project, issuer: object = "https://issuer.example.com/") -> None:
    text = project.built_template.read_text("utf-8")
    scheme = json.dumps(
        {
            "type": "oauth2",
            "x-amazon-apigateway-authorizer": {
                "type": "jwt",
                "jwtConfiguration": {"issuer": issuer, "audience": ["tests"]},
            },
        }
    )
    components = f"        components: {{securitySchemes: {{auth: {scheme}}}}}\n        paths:\n"
    project.built_template.write_text(text.replace("        paths:\n", components), "utf-8")
