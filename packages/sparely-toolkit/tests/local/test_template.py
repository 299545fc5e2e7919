"""What is read from a built template and samconfig.toml."""

from pathlib import Path

import pytest

from sparely_toolkit.local import samconfig, template
from sparely_toolkit.problems import Problem
from sparely_toolkit.local.samconfig import DeployConfiguration
from tests.local.conftest import Build

SAMCONFIG = """
version = 0.1
[default.global.parameters]
stack_name = "predictions"
[default.deploy.parameters]
region = "eu-central-1"
parameter_overrides = 'Memory=512 Note="two words"'
[prod.deploy.parameters]
stack_name = "predictions-prod"
parameter_overrides = ["Memory=1024", "ParameterKey=Reserved,ParameterValue=5"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "samconfig.toml"
    path.write_text(SAMCONFIG, encoding="utf-8")
    return path


def test_function_settings_come_from_the_template(build: Build) -> None:
    """Globals, parameters and conditions are applied, Lambda's defaults fill the rest."""
    function = build().function

    assert (function.memory_mb, function.timeout_s, function.handler) == (256, 30.0, "app.handler")
    assert function.environment == {"STACK": "tests", "LIMIT": "256"}
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


def test_samconfig_gives_stack_region_and_parameters(config: Path) -> None:
    """The deploy table goes over the global one."""
    assert samconfig.read(config, "default") == DeployConfiguration(
        "predictions", "eu-central-1", {"Memory": "512", "Note": "two words"}
    )


def test_samconfig_takes_lists_and_long_forms(config: Path) -> None:
    """Parameter overrides may be a list, and each may be written as ParameterKey and ParameterValue."""
    assert samconfig.read(config, "prod").parameters == {"Memory": "1024", "Reserved": "5"}


def test_unknown_environment_is_named(config: Path) -> None:
    """An environment that samconfig.toml does not have stops the start."""
    with pytest.raises(Problem) as problem:
        samconfig.read(config, "stage")

    assert str(problem.value) == f'{config}: no environment "stage". Available: default, prod.'


def test_missing_samconfig_means_defaults(tmp_path: Path) -> None:
    """Without the file the stack bears the folder's name."""
    assert samconfig.read(tmp_path / "samconfig.toml", "default") == DeployConfiguration(tmp_path.name, "us-east-1", {})


def test_missing_template_says_what_to_do(tmp_path: Path) -> None:
    """Without a build there is nothing to serve."""
    path = tmp_path / "template.yaml"

    with pytest.raises(Problem) as problem:
        template.read(path, DeployConfiguration("x", "us-east-1", {}))

    assert str(problem.value) == f"{path}: no built template. Run `sam build` (or `make build`) first."


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
        template.read(path, DeployConfiguration("x", "us-east-1", {}))

    assert str(problem.value) == f"{path}: {sentence}"
