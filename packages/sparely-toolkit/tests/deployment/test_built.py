"""The built template's parameters, and the stages of a service as it is baked."""

import tomllib
from pathlib import Path

import pytest

from sparely_toolkit.deployment.built import read_template
from sparely_toolkit.parameters import parameter_values
from sparely_toolkit.problems import Problem
from sparely_toolkit.samconfig import read_stage
from support.services import baked


def test_every_parameter_has_a_value(built: Path) -> None:
    """What is not given has the template's default, so that a stack's earlier value does not live on."""
    values = parameter_values(read_template(built), {"MemorySize": "1024"})

    assert values == {"MemorySize": "1024", "LogLevel": "INFO", "Reserved": "-1", "ReleaseId": ""}


def test_a_misspelt_parameter_is_told(built: Path) -> None:
    """CloudFormation would say so after the upload."""
    with pytest.raises(Problem) as caught:
        parameter_values(read_template(built), {"Memory": "1024"})

    known = "MemorySize, LogLevel, Reserved, ReleaseId"
    assert str(caught.value) == f"template.yaml has no parameter Memory; it has {known}."


def test_a_parameter_without_a_value_is_told(built: Path) -> None:
    """The sentence says where to give one."""
    template = read_template(built)
    del template["Parameters"]["LogLevel"]["Default"]

    with pytest.raises(Problem, match=r"^No value for LogLevel; set it in samconfig\.toml\.$"):
        parameter_values(template, {})


def test_a_missing_build_is_told(tmp_path: Path) -> None:
    """The sentence says what to do."""
    with pytest.raises(Problem, match=r"^template\.yaml is not built; `make build` does it\.$"):
        read_template(tmp_path / "template.yaml")


@pytest.mark.parametrize("name", ["default", "prod"])
def test_a_stage_keeps_no_release_id(name: str) -> None:
    """CloudFormation would keep the last one for a plain `sam deploy`, and a new package would publish nothing."""
    document = tomllib.loads(baked().samconfig.read_text("utf-8"))
    settings = document[name]["deploy"]["parameters"]

    assert "ReleaseId=''" in settings["parameter_overrides"]
    assert settings["confirm_changeset"] is False
    assert settings["capabilities"] == "CAPABILITY_IAM"


def test_production_shifts_traffic_and_development_does_not() -> None:
    """Development is at once and forgets soon."""
    samconfig = baked().samconfig
    development, production = (read_stage(samconfig, each).overrides for each in ("default", "prod"))

    assert (development["Rollout"], production["Rollout"]) == ("AllAtOnce", "Canary10Percent5Minutes")
    assert int(development["LogRetentionDays"]) < int(production["LogRetentionDays"])
