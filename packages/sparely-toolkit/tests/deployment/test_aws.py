"""Where the way to AWS leads: the stage's region, else what AWS' other tools go by."""

from pathlib import Path

import pytest

from sparely_toolkit.deployment.aws import NoRegion, require_region, session
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
