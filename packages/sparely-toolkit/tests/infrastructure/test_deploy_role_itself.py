"""What the role that deploys says of itself: who may take it, what it may not change, whether it fits."""

import json
import re

import pytest
from cfnlint import api as cfnlint
from cfnlint.config import ManualArgs

from sparely_toolkit.local import intrinsics
from tests.infrastructure.conftest import REGION
from tests.infrastructure.deploy_role import (
    FILE,
    LONGEST_STACK_NAME,
    OPTIONS,
    SERVICE,
    role,
    statements,
)

INLINE_POLICIES_AT_MOST = 10_240  # characters of a role without white space, IAM's quota


def test_the_provider_stays_with_the_account_and_goes_with_a_creation_that_failed() -> None:
    """Otherwise the next try would find it there; an update has no such policy."""
    provider = intrinsics.load(FILE.read_text("utf-8"))["Resources"]["GitHub"]

    assert (provider["DeletionPolicy"], provider["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


@pytest.mark.parametrize("api", ["http", "rest", "url"])
def test_it_cannot_change_or_pass_itself(api: str) -> None:
    """Its path keeps it out of the names that it may change."""
    own_arn = f"arn:aws:iam::123456789012:role{role(api)['Path']}{LONGEST_STACK_NAME}-Deployer-1"
    patterns = [arn for each in statements(api) for arn in each["Resource"] if ":iam:" in arn]

    assert patterns
    assert not any(re.fullmatch(re.escape(each).replace(r"\*", ".*"), own_arn) for each in patterns)


def test_only_the_repositorys_environment_may_take_it() -> None:
    """Both are compared whole; the parameter's pattern lets no wildcard in."""
    (trust,) = role("http")["AssumeRolePolicyDocument"]["Statement"]
    pattern = intrinsics.load(FILE.read_text("utf-8"))["Parameters"]["Repository"]["AllowedPattern"]

    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert trust["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": "repo:o/r:environment:production",
        }
    }
    assert re.fullmatch(pattern, "octo-org/service.api")
    assert re.fullmatch(pattern, "octo-org@123/service.api@456")
    assert re.fullmatch(pattern, "jdoe_acme/service")  # an owner that an enterprise manages
    assert re.fullmatch(pattern, "jdoe_acme@123/service@456")
    refused = ("octo-org/*", "octo-org", "octo-org/a:b", "a/b/c", "_acme/a", "acme-/a", "*/a")
    assert not any(re.fullmatch(pattern, each) for each in refused)


def test_the_workflow_fits_the_role() -> None:
    """Its environments can be chosen, and its session is no longer than the role allows."""
    workflow = (SERVICE.root / ".github" / "workflows" / "deploy.yml").read_text("utf-8")
    environments = intrinsics.load(FILE.read_text("utf-8"))["Parameters"]["Environment"]["AllowedValues"]

    assert re.findall(r"environment: (\w+)", workflow) == environments
    (session,) = re.findall(r"role-duration-seconds: (\d+)", workflow)
    assert int(session) <= role("http")["MaxSessionDuration"]


@pytest.mark.parametrize("api", ["http", "rest", "url"])
def test_the_policies_fit_into_a_role(api: str) -> None:
    """With the longest stack name and every option."""
    policies = role(api, OPTIONS)["Policies"]
    text = "".join(json.dumps(each["PolicyDocument"], separators=(",", ":")) for each in policies)

    assert len(text) <= INLINE_POLICIES_AT_MOST


def test_cloudformation_takes_it() -> None:
    """As cfn-lint sees it."""
    found = cfnlint.lint(FILE.read_text("utf-8"), config=ManualArgs(regions=[REGION]))

    assert [f"{each.rule.id} {each.path}: {each.message}" for each in found] == []
