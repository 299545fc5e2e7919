"""Where the way to AWS leads: the stage's region, else what AWS' other tools go by."""

from pathlib import Path

import pytest

from sparely_toolkit.deployment.aws import BadStackName, NoRegion, NotARegion, require_region, session, stage_of
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import Stage


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither variables nor files."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")


def test_region_of_the_environment_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """As by AWS' own command line."""
    monkeypatch.setenv("AWS_REGION", "eu-central-1")

    assert session(Stage()).region_name == "eu-central-1"
    assert session(Stage(region="eu-west-1")).region_name == "eu-west-1"


def test_without_a_region_it_is_said_where_to_set_one(tmp_path: Path) -> None:
    """Before anything is built."""
    with pytest.raises(NoRegion) as caught:
        require_region(Project(tmp_path), Stage("prod"))

    assert str(caught.value) == (
        "No region is named: set region under [prod.deploy.parameters] of samconfig.toml, or AWS_REGION."
    )


@pytest.mark.parametrize(
    "name", ["us-east-1 ", "US-EAST-1", "us-east-1a", " us-East-1\n", "us-east1", "us_east_1", "us-east-1-b"]
)
def test_a_region_that_is_written_otherwise_is_said_as_it_is_written(tmp_path: Path, name: str) -> None:
    """AWS would refuse the signature, or not be found, and say nothing of the region."""
    with pytest.raises(NotARegion) as caught:
        require_region(Project(tmp_path), Stage("prod", region=name))

    assert " is no region of AWS: write us-east-1 under [prod.deploy.parameters] of samconfig.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["us-east-1", "eu-next-1"])
def test_a_region_that_is_known_or_new_is_asked(tmp_path: Path, name: str) -> None:
    """AWS opens new ones."""
    require_region(Project(tmp_path), Stage(region=name))


@pytest.mark.parametrize(
    "name", ["5", '"my stack"', '"service "', '"my_service"', '"1service"', f'"{"s" * 129}"', '"é"']
)
def test_a_name_that_no_stack_has_is_refused(tmp_path: Path, name: str) -> None:
    """AWS would say it in a pattern."""
    (tmp_path / "samconfig.toml").write_text(
        f"version = 0.1\n[default.deploy.parameters]\nstack_name = {name}\n", "utf-8"
    )

    with pytest.raises(BadStackName, match="a letter first, 128 at most") as caught:
        stage_of(Project(tmp_path), "default")

    assert caught.value.exit_code == ExitCode.AWS
