"""
The role that deploys from GitHub: as much as deploying needs, and no more.

Two of cfn-lint's data files are the measure: the permissions that each resource type's handlers ask for (CloudFormation
registry), and the resources that each action can be limited to (AWS' service authorization reference).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from cfnlint.data import AdditionalSpecs
from cfnlint.helpers import load_resource
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from sparely_toolkit.local import intrinsics
from support.services import APIS
from tests.infrastructure.conftest import PARAMETER_SETS, REGION, Template, of_type, read
from tests.infrastructure.deploy_role import (
    BOUNDARY,
    COMPANION,
    FILE,
    KEY,
    LONGEST_STACK_NAME,
    OPTIONS,
    REPOSITORIES,
    role,
    statements,
)
from tests.infrastructure.spared_actions import OWN, SPARED, UNLISTED

REFERENCE: Mapping[str, Any] = load_resource(AdditionalSpecs, "Policies.json")


def resources(template: Template) -> list[dict[str, Any]]:
    """Every resource that any parameters make."""
    translated = [template.translate(parameters)["Resources"] for parameters in PARAMETER_SETS.values()]
    return [*(each for made in translated for each in made.values()), dict(COMPANION)]


def asked_for(made: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """
    By resource type, the actions that its handlers ask for, and those of its tags, which a stack may have.

    Listing is CloudFormation's own wish.
    """
    found = {}
    for kind in {each["Type"] for each in made}:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
        handlers = [handler for verb, handler in schema.get("handlers", {}).items() if verb != "list"]
        asked = {action for handler in handlers for action in handler["permissions"]}
        found[kind] = asked | set(schema.get("tagging", {}).get("permissions", []))
    return found


def needed(made: list[dict[str, Any]]) -> set[str]:
    """What is asked for, without what is spared while the template sets none of the properties that it serves."""
    spared = [each for each in SPARED if each.holds(made)]
    return {
        action
        for kind, actions in asked_for(made).items()
        for action in actions
        if not any(re.fullmatch(each.types, kind) and re.fullmatch(each.actions, action) for each in spared)
    }


def kind_of_api(template: Template) -> str:
    return {"rest-key": "rest", "function-url": "url"}.get(template.api, "http")


def lower(actions: Any) -> set[str]:
    """Action names are the same to IAM in any case, and handlers write some in another."""
    return {each.lower() for each in actions}


def test_every_resource_type_can_be_made_changed_and_deleted(template: Template) -> None:
    """What a handler asks for is granted, unless it serves a property that template.yaml does not set."""
    granted = {action for each in statements(kind_of_api(template)) for action in each["Action"]}

    assert lower(needed(resources(template)) | OWN.keys()) - lower(granted) == set()


def test_nothing_else_is_granted(template: Template) -> None:
    """An action that no resource type and no command needs any more goes."""
    granted = {action for each in statements(kind_of_api(template)) for action in each["Action"]}

    assert lower(granted) - lower(needed(resources(template)) | OWN.keys()) == set()


def test_what_is_spared_is_asked_for() -> None:
    """An exception whose action no handler asks for any more goes."""
    asked = asked_for([each for api in APIS for each in resources(read(api))])

    idle = [
        each.actions
        for each in SPARED
        if not any(
            re.fullmatch(each.actions, action)
            for kind, actions in asked.items()
            if re.fullmatch(each.types, kind)
            for action in actions
        )
    ]

    assert idle == []


def test_a_property_that_is_set_needs_its_actions() -> None:
    """The exceptions end where the template begins to use what they spare."""
    made = resources(read(APIS[0]))
    (function, *_) = [each for each in made if each["Type"] == "AWS::Lambda::Function"]
    assert "ec2:DescribeSubnets" not in needed(made)

    function["Properties"]["VpcConfig"] = {"SubnetIds": ["subnet-1"]}

    assert "ec2:DescribeSubnets" in needed(made)


@pytest.mark.parametrize("api", ["http", "rest", "url"])
def test_what_is_optional_is_granted_where_it_is_used_only(api: str) -> None:
    """A key and a domain name have rights of their own; without a boundary nobody may set one."""
    without = list(statements(api, {}))

    arns = {arn for each in without for arn in each["Resource"]}
    optional = (":kms:", "/domainnames", ":states:", "bucket-", ":ecr:", "-CompanionStack")
    assert not [arn for arn in arns if any(part in arn for part in optional)]
    assert not [each for each in without if "iam:PutRolePermissionsBoundary" in each["Action"]]
    assert "PermissionsBoundary" not in role(api)


def test_with_a_boundary_rights_are_given_to_bounded_roles_only() -> None:
    """And the role has the boundary itself."""
    giving = {"iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"}

    found = [each for each in statements("rest") if giving & set(each["Action"])]

    assert {action for each in found for action in each["Action"]} >= giving
    assert [each["Condition"]["ArnEquals"]["iam:PermissionsBoundary"] for each in found] == [BOUNDARY] * len(found)
    assert role("rest", OPTIONS)["PermissionsBoundary"] == BOUNDARY


def test_the_service_takes_the_same_options(template: Template) -> None:
    """What the role is told is what template.yaml is told, under the same names and patterns."""
    ours = template.document["Parameters"]
    names = (
        OPTIONS.keys() - {"Batch", "ImageRepositories"} - ({"DomainName"} if template.api == "function-url" else set())
    )

    roles = intrinsics.load(FILE.read_text("utf-8"))["Parameters"]

    assert ours["Batch"]["AllowedValues"] == roles["Batch"]["AllowedValues"]
    assert {name: ours[name]["AllowedPattern"] for name in names} == {
        name: roles[name]["AllowedPattern"] for name in names
    }


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
        for action in set(each["Action"]) - UNLISTED.keys():
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
        if LONGEST_STACK_NAME not in arn and ":apigateway:" not in arn and arn != KEY and REPOSITORIES not in arn
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


def resource_formats(action: str) -> Iterator[str]:
    """Regular expressions of the ARNs that an action can be limited to; none when it cannot."""
    service, name = action.lower().split(":")
    for resource in REFERENCE[service]["Actions"][name].get("Resources", []):
        for form in REFERENCE[service]["Resources"][resource.lower()]["ARNFormats"]:
            yield re.sub(r"\$\{\w+\}", "[^:]*", form)
