"""samconfig.toml and the template's parameters."""

import tomllib
from pathlib import Path

import pytest

from sparely_toolkit.deployment.configuration import DeploymentProblem, parameter_values, read_environment, read_template

PROJECT = Path(__file__).resolve().parents[2]
SAMCONFIG = """
version = 0.1
[default.global.parameters]
stack_name = "service-dev"
[default.deploy.parameters]
parameter_overrides = ["MemorySize=1024", "ReleaseId=''"]
[prod.deploy.parameters]
stack_name = "service"
region = "eu-central-1"
parameter_overrides = "MemorySize=2048 LogLevel=ERROR"
[empty.deploy.parameters]
"""


@pytest.fixture
def samconfig(tmp_path: Path) -> Path:
    file = tmp_path / "samconfig.toml"
    file.write_text(SAMCONFIG)
    return file


def test_an_environment_is_read_as_sam_reads_it(samconfig: Path) -> None:
    """The stack's name may be global; without a region AWS' own configuration decides."""
    environment = read_environment(samconfig, "default")

    assert (environment.stack_name, environment.region) == ("service-dev", None)
    assert environment.overrides == {"MemorySize": "1024", "ReleaseId": ""}


def test_another_environment_stands_alone(samconfig: Path) -> None:
    """Nothing of `default` is inherited, as in SAM."""
    environment = read_environment(samconfig, "prod")

    assert (environment.stack_name, environment.region) == ("service", "eu-central-1")
    assert environment.overrides == {"MemorySize": "2048", "LogLevel": "ERROR"}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("live", 'samconfig.toml: no environment "live". Available: default, prod, empty.'),
        ("empty", "samconfig.toml: [empty.deploy.parameters] has no stack_name."),
    ],
)
def test_an_unusable_environment_is_told(samconfig: Path, name: str, sentence: str) -> None:
    """The sentence names the file and the choices."""
    with pytest.raises(DeploymentProblem) as caught:
        read_environment(samconfig, name)

    assert str(caught.value) == sentence


def test_every_parameter_has_a_value(built: Path) -> None:
    """What is not given has the template's default, so that a stack's earlier value does not live on."""
    values = parameter_values(read_template(built), {"MemorySize": "1024"})

    assert values == {"MemorySize": "1024", "LogLevel": "INFO", "Reserved": "-1", "ReleaseId": ""}


def test_a_misspelt_parameter_is_told(built: Path) -> None:
    """CloudFormation would say so after the upload."""
    with pytest.raises(DeploymentProblem) as caught:
        parameter_values(read_template(built), {"Memory": "1024"})

    known = "MemorySize, LogLevel, Reserved, ReleaseId"
    assert str(caught.value) == f"template.yaml has no parameter Memory; it has {known}."


def test_a_missing_build_is_told(tmp_path: Path) -> None:
    """The sentence says what to do."""
    with pytest.raises(DeploymentProblem, match=r"^template\.yaml is not built; `make build` does it\.$"):
        read_template(tmp_path / "template.yaml")


@pytest.mark.parametrize("name", ["default", "prod"])
def test_an_environment_keeps_no_release_id(name: str) -> None:
    """CloudFormation would keep the last one for a plain `sam deploy`, and a new package would publish nothing."""
    document = tomllib.loads((PROJECT / "samconfig.toml").read_text("utf-8"))
    settings = document[name]["deploy"]["parameters"]

    assert "ReleaseId=''" in settings["parameter_overrides"]
    assert settings["confirm_changeset"] is False
    assert settings["capabilities"] == "CAPABILITY_IAM"


def test_production_shifts_traffic_and_development_does_not() -> None:
    """Development is at once and forgets soon."""
    samconfig = PROJECT / "samconfig.toml"
    development, production = (read_environment(samconfig, each).overrides for each in ("default", "prod"))

    assert (development["Rollout"], production["Rollout"]) == ("AllAtOnce", "Canary10Percent5Minutes")
    assert int(development["LogRetentionDays"]) < int(production["LogRetentionDays"])
