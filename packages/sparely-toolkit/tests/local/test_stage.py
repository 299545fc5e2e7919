"""A stage of samconfig.toml as it is served on this machine."""

from pathlib import Path

import pytest

from sparely_toolkit.local.stage import local_stage
from sparely_toolkit.project import Project

NAMED = '[default.deploy.parameters]\nregion = "ap-northeast-1"\n'
UNNAMED = '[default.deploy.parameters]\nstack_name = "a"\n'


@pytest.mark.parametrize(
    ("samconfig", "variables", "expected"),
    [
        (NAMED, {"AWS_REGION": "eu-west-1"}, "ap-northeast-1"),
        (UNNAMED, {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-west-2"}, "eu-west-1"),
        (UNNAMED, {"AWS_DEFAULT_REGION": "us-west-2"}, "us-west-2"),
        (UNNAMED, {"AWS_REGION": ""}, None),
    ],
)
def test_region_is_the_stages_or_the_shells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, samconfig: str, variables: dict[str, str], expected: str | None
) -> None:
    """In the order in which a deployment takes them."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "samconfig.toml").write_text(f"version = 0.1\n{samconfig}", "utf-8")

    assert local_stage(Project(tmp_path)).region == expected
