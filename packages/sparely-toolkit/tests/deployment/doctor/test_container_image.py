"""What the doctor says of a service that is deployed as a container image."""

from pathlib import Path
from types import MappingProxyType

import pytest
from samcli.lib.bootstrap.companion_stack.data_types import CompanionStack, ECRRepo

from sparely_toolkit.deployment.doctor import machine
from sparely_toolkit.deployment.doctor.container_image import image_findings, repositories
from sparely_toolkit.deployment.doctor.finding import ok, problem
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import Stage
from tests.deployment.doctor.conftest import Program

STAGE = Stage(stack_name="prediction-service-dev")


@pytest.fixture
def service(tmp_path: Path) -> Project:
    (tmp_path / "template.yaml").write_text("Metadata: {Sparely: {Package: image}}\nResources: {}\n", "utf-8")
    return Project(tmp_path)


def test_repositories_are_named_as_sam_names_them() -> None:
    """By the rules of its own source."""
    made = ECRRepo(CompanionStack("My-Stack-1"), "PredictFunction").physical_id

    assert made is not None
    assert made.startswith(f"{repositories('My-Stack-1')}/")


def test_the_deploy_roles_parameter_is_told(service: Project) -> None:
    """Nobody computes it by hand."""
    prefix = repositories("prediction-service-dev")

    assert [*image_findings(service, STAGE, {"SnapStart": "None"})] == [
        ok("image", f"SAM makes repositories {prefix}/…; deployment/role.yaml takes ImageRepositories={prefix}")
    ]


def test_a_repository_of_ones_own_is_taken(service: Project) -> None:
    """As samconfig.toml names it."""
    stage = Stage(
        stack_name="s", settings=MappingProxyType({"image_repository": "1.dkr.ecr.us-east-1.amazonaws.com/a"})
    )

    (finding,) = image_findings(service, stage, {})

    assert finding == ok("image", "goes where image_repository of [default.deploy.parameters] of samconfig.toml says")


def test_no_snapshot_is_made_of_an_image(service: Project) -> None:
    """AWS would say so after the upload."""
    first, *_ = image_findings(service, STAGE, {"SnapStart": "PublishedVersions"})

    assert first == problem(
        "SnapStart",
        "SnapStart=PublishedVersions does not go with a container image (Metadata.Sparely.Package), of which Lambda "
        "makes no snapshot; set SnapStart=None, or Metadata.Sparely.Package to zip.",
    )


def test_of_zips_nothing_is_said(service: Project) -> None:
    """They may have snapshots, and lie in SAM's bucket."""
    service.template.write_text("Resources: {}\n", "utf-8")

    assert [*image_findings(service, STAGE, {"SnapStart": "PublishedVersions"})] == []


def test_an_image_needs_a_docker_engine(service: Project, program: Program) -> None:
    """Which is a problem, and no more than a warning for a zip."""
    missing = machine.docker(service)
    program("docker", "echo 27.0")

    assert missing.state == "problem"
    assert machine.docker(service) == ok("Docker", "its engine answers, which makes the container image")
