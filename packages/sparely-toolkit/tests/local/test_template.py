"""What is read from a built template and samconfig.toml."""

from pathlib import Path

import pytest

from sparely_toolkit.local import template
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import Stage
from tests.local import function
from tests.local.conftest import ARCHITECTURE, RUNTIME, Build

SAMCONFIG = """
version = 0.1
[default.global.parameters]
stack_name = "predictions"
[default.deploy.parameters]
region = "eu-central-1"
parameter_overrides = 'Memory=512 Reserved="-1"'
[prod.deploy.parameters]
stack_name = "predictions-prod"
parameter_overrides = ["Memory=1024", "ParameterKey=Reserved,ParameterValue=5"]
"""


@pytest.fixture
def service(tmp_path: Path) -> Project:
    """A service that is built, with two stages."""
    project = Project(tmp_path)
    function.build(project.built, runtime=RUNTIME, architecture=ARCHITECTURE)
    project.samconfig.write_text(SAMCONFIG, encoding="utf-8")
    return project


def test_function_settings_come_from_the_template(build: Build) -> None:
    """Globals, parameters and conditions are applied, Lambda's defaults fill the rest."""
    function = build().function

    assert (function.memory_mb, function.timeout_s, function.handler) == (256, 30.0, "app.handler")
    assert function.variables == {"STACK": "tests", "LIMIT": "256"}
    assert function.reserved_concurrency is None
    assert function.artifact.name == "EchoFunction"


def test_parameter_values_go_before_defaults(build: Build) -> None:
    """What samconfig.toml says of parameters changes the function."""
    function = build({"Memory": "512", "Reserved": "3"}).function

    assert (function.memory_mb, function.reserved_concurrency) == (512, 3)


@pytest.mark.parametrize(("kind", "stage"), [("http", "$default"), ("rest", "v1")])
def test_api_is_found(build: Build, kind: str, stage: str) -> None:
    """The kind of API is its resource's type."""
    api = build(kind=kind).api

    assert (api.kind, api.stage) == (kind, stage)


def test_service_is_served_as_a_stage_would_deploy_it(service: Project) -> None:
    """Stack, region and parameters are those of samconfig.toml, and given parameters go before them."""
    deployment = template.read_built(service, overrides={"Reserved": "4"})

    assert (deployment.stack_name, deployment.function.region) == ("predictions", "eu-central-1")
    assert (deployment.function.memory_mb, deployment.function.reserved_concurrency) == (512, 4)


def test_stage_may_be_another(service: Project) -> None:
    """A named stage has its own stack and parameters."""
    deployment = template.read_built(service, "prod")

    assert (deployment.stack_name, deployment.function.memory_mb) == ("predictions-prod", 1024)


def test_stack_without_a_name_bears_the_folders(service: Project) -> None:
    """Without samconfig.toml there is a stack and a region all the same."""
    service.samconfig.unlink()

    deployment = template.read_built(service)

    assert (deployment.stack_name, deployment.function.region) == (service.name, "us-east-1")


def test_missing_template_says_what_to_do(tmp_path: Path) -> None:
    """Without a build there is nothing to serve."""
    path = tmp_path / "template.yaml"

    with pytest.raises(Problem) as problem:
        template.read(path, Stage())

    assert str(problem.value) == f"{path}: no built template; `sparely build` makes it."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Resources: {}", "expected one API with a DefinitionBody, found none."),
        (
            "Resources: {Api: {Type: 'AWS::Serverless::HttpApi', Properties: {StageName: a}}}",
            "Api has no DefinitionBody with paths; its routes are unknown.",
        ),
        (
            "Resources: {Api: {Type: 'AWS::Serverless::Api', Properties: {DefinitionBody: {paths: {/a: {}}}}}}",
            "expected Api to call one function, found none.",
        ),
    ],
)
def test_template_that_cannot_be_served_is_explained(tmp_path: Path, text: str, sentence: str) -> None:
    """The sentence names the file and what is missing."""
    path = tmp_path / "template.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(Problem) as problem:
        template.read(path, Stage())

    assert str(problem.value) == f"{path}: {sentence}"
