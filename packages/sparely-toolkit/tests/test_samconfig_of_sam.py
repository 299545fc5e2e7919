"""What SAM's own commands take from a samconfig.toml, and what is read of it here: the same."""

import itertools
from pathlib import Path
from typing import Any

import pytest
from samcli.cli.context import Context
from samcli.commands.deploy.command import cli as sam_deploy

from sparely_toolkit.samconfig import read_stage

GLOBAL = (
    'stack_name = "of-all"\n',
    'stack_name = "of-all"\nregion = "eu-west-1"\nprofile = "all"\n',
    'stack_name = "of-all"\ntags = "team=shop"\nrole_arn = "arn:aws:iam::123456789012:role/of-all"\ns3_prefix = "all"\n',
)
DEPLOY = (
    "",
    'stack_name = "service"\nprofile = "own"\ns3_bucket = "packages"\ns3_prefix = "own"\n',
    'stack_name = "service"\nregion = "us-west-2"\nparameter_overrides = "A=1 B=\'two words\'"\n'
    'role_arn = "arn:aws:iam::123456789012:role/cloudformation"\ntags = ["cost=1", "team=other"]\n',
    'stack_name = "service"\nparameter_overrides = ["A=1", "ParameterKey=B,ParameterValue=2"]\nresolve_s3 = true\n',
)
FILES = [*itertools.product(GLOBAL, DEPLOY)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what SAM asks for, and AWS' files of nobody else."""
    (tmp_path / "template.yaml").write_text("Resources: {}\n")
    profiles = "".join(f"[profile {name}]\nregion = ap-south-1\n" for name in ("all", "own", "elsewhere"))
    (tmp_path / "config").write_text(profiles)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def of_sam(stage: str) -> tuple[Context, dict[str, Any]]:
    """Have SAM read its command line as `sam deploy --config-env` does, without running it."""
    with sam_deploy.make_context("deploy", ["--config-env", stage]) as context:
        return context.ensure_object(Context), context.params


@pytest.mark.parametrize(("of_all", "of_deploy"), FILES)
@pytest.mark.parametrize("name", ["default", "prod"])
def test_stages_are_read_as_sam_reads_them(folder: Path, of_all: str, of_deploy: str, name: str) -> None:
    """Profile, region, stack and parameters, of the command's table over the one of all commands; another stage counts for nothing."""
    other = (
        f'[{"prod" if name == "default" else "default"}.deploy.parameters]\nstack_name = "x"\nprofile = "elsewhere"\n'
    )
    own = f"[{name}.global.parameters]\n{of_all}[{name}.deploy.parameters]\n{of_deploy}"
    (folder / "samconfig.toml").write_text(f"version = 0.1\n{other}{own}")

    stage = read_stage(folder / "samconfig.toml", name)
    context, taken = of_sam(name)

    assert (stage.profile, stage.region, stage.stack_name) == (context.profile, context.region, taken["stack_name"])
    assert stage.overrides == taken["parameter_overrides"]
    for setting in ("s3_bucket", "s3_prefix", "role_arn"):
        assert stage.settings.get(setting) == taken[setting]
    assert bool(stage.settings.get("resolve_s3")) == taken["resolve_s3"]
