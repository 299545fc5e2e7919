"""
The role that deploys from GitHub: as much as deploying needs, and no more.

Two of cfn-lint's data files are the measure: the permissions that each resource type's handlers ask for (CloudFormation
registry), and the resources that each action can be limited to (AWS' service authorization reference).
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from cfnlint import api as cfnlint
from cfnlint.config import ManualArgs
from cfnlint.data import AdditionalSpecs
from cfnlint.helpers import load_resource
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from sparely_toolkit.local import intrinsics
from support.services import baked
from tests.infrastructure.conftest import PARAMETER_SETS, REGION, Template, of_type

SERVICE = baked()
FILE = SERVICE.root / "deployment" / "role.yaml"
INLINE_POLICIES_AT_MOST = 10_240  # characters of a role without white space, IAM's quota
LONGEST_STACK_NAME = "s" * 31
REFERENCE: Mapping[str, Any] = load_resource(AdditionalSpecs, "Policies.json")

# What deploying needs besides CloudFormation's handlers.
OWN = {
    **dict.fromkeys(
        [
            "cloudformation:CreateChangeSet",
            "cloudformation:DescribeChangeSet",
            "cloudformation:DescribeStackEvents",
            "cloudformation:DescribeStacks",
            "cloudformation:ExecuteChangeSet",
            "cloudformation:GetTemplateSummary",
            "s3:PutObject",
        ],
        "sam deploy",
    ),
    "lambda:InvokeFunction": "make smoke, and the check after a first deployment",
    "cloudformation:DescribeStackResource": "make rollback",
    **dict.fromkeys(
        ["logs:DeleteLogDelivery", "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:UpdateLogDelivery"],
        "access logs of an HTTP API: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html",
    ),
    **dict.fromkeys(["iam:ListRoleTags", "lambda:ListTags"], "tags of the stack"),
}
# What handlers ask for and this template never uses.
UNUSED = {
    r"(ec2|elasticfilesystem|s3files):.*": "no VPC, no file system",
    r"kms:.*|logs:(Dis)?[Aa]ssociateKmsKey": "no key of one's own",
    r"lambda:(GetCodeSigningConfig|(Put|Delete)FunctionCodeSigningConfig)": "no code signing",
    r"lambda:(PassCapacityProvider|AssociateRuntimeAlias|GetLayerVersion)": "no managed instances, aliases, layers",
    r"logs:(Put|Delete)(DataProtection|Index)Policy|sns:PutDataProtectionPolicy": "no such policies",
    r"logs:(PutBearerTokenAuthentication|PutLogGroupDeletionProtection|DeleteResourcePolicy)": "not set",
    r"s3:REST\.PUT\.OBJECT|firehose:.*": "no logs to buckets or streams",
    r"codedeploy:RegisterOnPremisesInstance": "no instances",
    r"iam:(Get|Put|Delete)(User|Group)Policy": "policies of roles only",
    r"iam:(Put|Delete)RolePermissionsBoundary": "no boundary",
    r"apigateway:(Untag|Tag)Resource": "IAM has no such action: tags go by PUT and DELETE of /tags",
}


def role(api: str) -> dict[str, Any]:
    """The role's properties as CloudFormation makes them of the template."""
    document = intrinsics.load(FILE.read_text("utf-8"))
    given = {"Repository": "o/r", "Environment": "production", "StackName": LONGEST_STACK_NAME, "Api": api}
    pseudo = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": "123456789012"}
    resolver = intrinsics.Resolver({**given, "Provider": "exists", **pseudo}, conditions=document["Conditions"])
    resolved: dict[str, Any] = resolver.value(document["Resources"]["Deployer"]["Properties"])
    return resolved


def statements(api: str) -> Iterator[dict[str, Any]]:
    for policy in role(api)["Policies"]:
        for each in policy["PolicyDocument"]["Statement"]:
            assert each["Effect"] == "Allow"
            yield {key: as_list(value) if key in ("Action", "Resource") else value for key, value in each.items()}


def as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def asked_for(template: Template) -> set[str]:
    """Actions of the handlers of every resource type that any parameters make; listing is CloudFormation's own wish."""
    types = {
        each["Type"]
        for parameters in PARAMETER_SETS.values()
        for each in template.translate(parameters)["Resources"].values()
    }
    schemas = [PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, each).schema for each in types]
    handlers = [handler for schema in schemas for verb, handler in schema.get("handlers", {}).items() if verb != "list"]
    return {action for handler in handlers for action in handler["permissions"]}


def kind_of_api(template: Template) -> str:
    return {"rest-key": "rest", "function-url": "url"}.get(template.api, "http")


def lower(actions: Any) -> set[str]:
    """Action names are the same to IAM in any case, and handlers write some in another."""
    return {each.lower() for each in actions}


def test_every_resource_type_can_be_made_changed_and_deleted(template: Template) -> None:
    """What a handler asks for is granted, or it is known to be of no use here."""
    needed = {each for each in asked_for(template) if not any(re.fullmatch(unused, each) for unused in UNUSED)}

    granted = {action for each in statements(kind_of_api(template)) for action in each["Action"]}

    assert lower(needed | OWN.keys()) - lower(granted) == set()


def test_nothing_else_is_granted(template: Template) -> None:
    """An action that no resource type and no command needs any more goes."""
    granted = {action for each in statements(kind_of_api(template)) for action in each["Action"]}

    assert lower(granted) - lower(asked_for(template) | OWN.keys()) == set()


@pytest.mark.parametrize("api", ["http", "rest", "url"])
def test_actions_are_named_one_by_one(api: str) -> None:
    """A star would grow with AWS."""
    assert [action for each in statements(api) for action in each["Action"] if "*" in action or "?" in action] == []


@pytest.mark.parametrize("api", ["http", "rest", "url"])
def test_any_resource_only_where_there_is_no_narrower_one(api: str) -> None:
    """And elsewhere the resource is of a type that the action knows, or the statement would grant nothing."""
    for each in statements(api):
        if any(":aws:transform/" in arn for arn in each["Resource"]):
            continue  # SAM's transform, of which the reference does not know
        for action in each["Action"]:
            formats = list(resource_formats(action))
            if "*" in each["Resource"]:
                assert formats == [], f"{action} can be limited to {formats}"
            else:
                assert any(re.fullmatch(form, arn) for form in formats for arn in each["Resource"]), action


@pytest.mark.parametrize("api", ["http", "rest", "url"])
def test_what_has_a_name_is_the_stacks_own(api: str) -> None:
    """The exceptions are listed here, each with its reason in role.yaml."""
    foreign = {
        arn.removeprefix("arn:aws:").replace("123456789012", "ACCOUNT")
        for each in statements(api)
        for arn in each["Resource"]
        if LONGEST_STACK_NAME not in arn and ":apigateway:" not in arn
    }

    assert foreign == {
        "*",
        "billing::ACCOUNT:billingview/*",
        "budgets::ACCOUNT:budget/*",
        f"cloudformation:{REGION}:ACCOUNT:stack/aws-sam-cli-managed-default/*",
        f"cloudformation:{REGION}:aws:transform/Serverless-2016-10-31",
        f"cloudwatch:{REGION}:ACCOUNT:alarm:*",
        f"codedeploy:{REGION}:ACCOUNT:deploymentconfig:CodeDeployDefault.*",
        f"lambda:{REGION}:ACCOUNT:event-source-mapping:*",
        "s3:::aws-sam-cli-managed-default-*/*",
    }


def test_the_dashboard_is_the_templates(template: Template) -> None:
    """An account has a dashboard's name once, so the name bears the region."""
    (dashboard,) = of_type(template.document, "AWS::CloudWatch::Dashboard").values()
    name = dashboard["Properties"]["DashboardName"]["Fn::Sub"]
    resolved = name.replace("${AWS::StackName}", LONGEST_STACK_NAME).replace("${AWS::Region}", REGION)

    granted = {arn for each in statements(kind_of_api(template)) for arn in each["Resource"] if ":dashboard/" in arn}

    assert granted == {f"arn:aws:cloudwatch::123456789012:dashboard/{resolved}"}


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
    assert not any(re.fullmatch(pattern, each) for each in ("octo-org/*", "octo-org", "octo-org/a:b", "a/b/c"))


def test_the_workflow_fits_the_role() -> None:
    """Its environments can be chosen, and its session is no longer than the role allows."""
    workflow = (SERVICE.root / ".github" / "workflows" / "deploy.yml").read_text("utf-8")
    environments = intrinsics.load(FILE.read_text("utf-8"))["Parameters"]["Environment"]["AllowedValues"]

    assert re.findall(r"environment: (\w+)", workflow) == environments
    (session,) = re.findall(r"role-duration-seconds: (\d+)", workflow)
    assert int(session) <= role("http")["MaxSessionDuration"]


@pytest.mark.parametrize("api", ["http", "rest", "url"])
def test_the_policies_fit_into_a_role(api: str) -> None:
    """With the longest stack name."""
    text = "".join(json.dumps(each["PolicyDocument"], separators=(",", ":")) for each in role(api)["Policies"])

    assert len(text) <= INLINE_POLICIES_AT_MOST


def test_cloudformation_takes_it() -> None:
    """As cfn-lint sees it."""
    found = cfnlint.lint(FILE.read_text("utf-8"), config=ManualArgs(regions=[REGION]))

    assert [f"{each.rule.id} {each.path}: {each.message}" for each in found] == []


def resource_formats(action: str) -> Iterator[str]:
    """Regular expressions of the ARNs that an action can be limited to; none when it cannot."""
    service, name = action.lower().split(":")
    for resource in REFERENCE[service]["Actions"][name].get("Resources", []):
        for form in REFERENCE[service]["Resources"][resource.lower()]["ARNFormats"]:
            yield re.sub(r"\$\{\w+\}", "[^:]*", form)
