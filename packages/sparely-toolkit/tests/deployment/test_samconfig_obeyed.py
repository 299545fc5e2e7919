"""What samconfig.toml says is where everything goes: each look-up, the upload and the change, of every command."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sparely_toolkit.problems import ExitCode
from support.command_line import Sparely
from support.command_line import sparely as sparely
from support.scripted_aws import Refusal
from tests.deployment.faults.bench import Bench, bench

SETTINGS = """\
profile = "shop"
region = "eu-west-1"
role_arn = "arn:aws:iam::123456789012:role/cloudformation"
s3_prefix = "predictions"
tags = "team=shop cost=1"
"""


def other_account(made: Bench, **profile: str) -> None:
    """A profile beside what the shell has, which samconfig.toml names for development."""
    made.keys("shop", aws_access_key_id="PROFILE", aws_secret_access_key="s")
    made.config("profile shop", **profile)
    made.set(SETTINGS)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A service whose stage names an account and region of its own."""
    with bench(tmp_path, monkeypatch) as each:
        other_account(each)
        yield each


@pytest.mark.parametrize("command", ["smoke", "rollback", "doctor"])
def test_each_command_asks_as_the_stage_says(made: Bench, sparely: Sparely, command: str) -> None:
    """Neither the shell's keys nor its region are used."""
    sparely(command, *(["--to", "1"] if command == "rollback" else []), service=made.project.root)

    assert {(each.key, each.region) for each in made.aws.asked if each.service not in ("iam", "s3")} == {
        ("PROFILE", "eu-west-1")
    }


def test_another_stage_is_another_account(made: Bench, sparely: Sparely) -> None:
    """What development has counts for nothing in production."""
    sparely("smoke", "--stage", "prod", service=made.project.root)

    assert {(each.key, each.region) for each in made.aws.asked} == {("SHELL", "us-east-1")}


def test_a_profile_that_takes_a_role_is_asked_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sparely: Sparely
) -> None:
    """As AWS' own command line does it."""
    with bench(tmp_path, monkeypatch) as each:
        each.keys("base", aws_access_key_id="BASE", aws_secret_access_key="s")
        each.config("profile shop", role_arn="arn:aws:iam::123456789012:role/deployer", source_profile="base")
        each.set('profile = "shop"')
        sparely("smoke", service=each.project.root)

    assert [(asked.key, asked.operation) for asked in each.aws.asked] == [
        ("BASE", "AssumeRole"),
        ("ASSUMED", "DescribeStacks"),
        ("ASSUMED", "Invoke"),
    ]


@pytest.mark.soak
def test_a_change_that_is_only_to_be_looked_at_is_not_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sparely: Sparely
) -> None:
    """With `no_execute_changeset`, or a no to `confirm_changeset`, there is no service yet that could be asked."""
    with bench(tmp_path, monkeypatch, is_built=True) as each:
        each.status = None
        each.set("no_execute_changeset = true")
        outcome = sparely("deploy", service=each.project.root)

    assert outcome.exit_code == ExitCode.NO
    assert outcome.err.endswith(
        "prediction-service-dev was not deployed: it was stopped here, and what AWS has begun goes on there.\n"
    )
    assert "ExecuteChangeSet" not in {asked.operation for asked in each.aws.asked}


@pytest.mark.slow
def test_a_deployment_looks_up_uploads_and_changes_in_one_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sparely: Sparely
) -> None:
    """It used to look up as the shell, and deploy as the profile; role, prefix and tags are SAM's to hand on."""
    with bench(tmp_path, monkeypatch, is_built=True) as each:
        other_account(each)
        each.aws.script["CreateChangeSet"] = Refusal("Throttling", "Rate exceeded")
        outcome = sparely("deploy", service=each.project.root)
    asked = each.aws.asked
    (change,) = [every for every in asked if every.operation == "CreateChangeSet"]

    assert outcome.exit_code == ExitCode.AWS
    assert {every.key for every in asked} == {"PROFILE"}
    assert {every.region for every in asked if every.service != "iam"} == {"eu-west-1"}
    assert change.parameters["RoleARN"] == "arn:aws:iam::123456789012:role/cloudformation"
    assert (change.parameters["Tags.member.1.Key"], change.parameters["Tags.member.1.Value"]) == ("team", "shop")
    uploaded = [every.path for every in asked if every.operation == "HeadObject"]
    assert uploaded
    assert all("/predictions/" in path for path in uploaded)
