"""
The role that deploys from GitHub: as much as deploying needs, and no more.

Two of cfn-lint's data files are the measure: the permissions that each resource type's handlers ask for (CloudFormation
registry), and the resources that each action can be limited to (AWS' service authorization reference).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from cfnlint import api as cfnlint
from cfnlint.config import ManualArgs
from cfnlint.data import AdditionalSpecs
from cfnlint.helpers import load_resource
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from sparely_toolkit.local import intrinsics
from support.services import APIS, baked
from tests.infrastructure.conftest import PARAMETER_SETS, REGION, Template, of_type, read

SERVICE = baked()
FILE = SERVICE.root / "deployment" / "role.yaml"
INLINE_POLICIES_AT_MOST = 10_240  # characters of a role without white space, IAM's quota
LONGEST_STACK_NAME = "s" * 31
REFERENCE: Mapping[str, Any] = load_resource(AdditionalSpecs, "Policies.json")

BOUNDARY = "arn:aws:iam::123456789012:policy/bounds"
KEY = f"arn:aws:kms:{REGION}:123456789012:key/12345678-1234-1234-1234-123456789012"
DOMAIN = "api.example.com"
OPTIONS = {"PermissionsBoundary": BOUNDARY, "KmsKeyArn": KEY, "DomainName": DOMAIN, "Batch": "S3"}
"""Every parameter that is optional, as a service that uses all of them gives it."""

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
}


@dataclass(frozen=True)
class Spared:
    """
    Actions that a resource type's handlers ask for and the role has not.

    Attributes:
        types: the resource types whose handlers ask.
        unless: the properties that they are asked for; where template.yaml sets one of them the actions are needed.
        source: where it says that the actions serve these properties.
    """

    actions: str
    types: str
    unless: tuple[str, ...]
    source: str

    def holds(self, resources: Iterable[Mapping[str, Any]]) -> bool:
        """Whether no resource of these types sets one of the properties, under any parameters."""
        concerned = [each for each in resources if re.fullmatch(self.types, each["Type"])]
        return not any(name in each.get("Properties", {}) for each in concerned for name in self.unless)


LAMBDA_PAGES = "docs.aws.amazon.com/lambda/latest/dg"
S3_PAGES = "docs.aws.amazon.com/AmazonS3/latest/userguide"
LOGS_PAGES = "docs.aws.amazon.com/AmazonCloudWatch/latest/logs"
# Read 2026-11-29.
SPARED = (
    Spared("ec2:.*", "AWS::Lambda::Function", ("VpcConfig",), f"{LAMBDA_PAGES}/configuration-vpc.html"),
    Spared(
        "(elasticfilesystem:Describe|s3files:List)MountTargets",
        "AWS::Lambda::Function",
        ("FileSystemConfigs",),
        f"{LAMBDA_PAGES}/configuration-filesystem.html",
    ),
    Spared(
        "lambda:(GetCodeSigningConfig|(Put|Delete)FunctionCodeSigningConfig)",
        "AWS::Lambda::Function",
        ("CodeSigningConfigArn",),
        f"{LAMBDA_PAGES}/configuration-codesigning.html",
    ),
    Spared(
        "lambda:PassCapacityProvider",
        "AWS::Lambda::Function",
        ("CapacityProviderConfig",),
        f"{LAMBDA_PAGES}/lambda-managed-instances.html",
    ),
    Spared(
        "lambda:AssociateRuntimeAlias",
        "AWS::Lambda::Function",
        ("RuntimeManagementConfig",),
        f"{LAMBDA_PAGES}/runtimes-update.html",
    ),
    Spared(
        "lambda:GetLayerVersion",
        "AWS::Lambda::Function",
        ("Layers",),
        f"{LAMBDA_PAGES}/permissions-layer-cross-account.html",
    ),
    Spared(
        "kms:.*",
        "AWS::Lambda::EventSourceMapping",
        ("KmsKeyArn", "FilterCriteria"),
        f"{LAMBDA_PAGES}/invocation-eventfiltering.html",
    ),
    Spared(
        "logs:Put(DataProtectionPolicy|IndexPolicy)|logs:DeleteIndexPolicy",
        "AWS::Logs::LogGroup",
        ("DataProtectionPolicy", "FieldIndexPolicies"),
        f"{LOGS_PAGES}/mask-sensitive-log-data.html and {LOGS_PAGES}/CloudWatchLogs-Field-Indexing.html",
    ),
    Spared(
        "logs:DeleteResourcePolicy",
        "AWS::Logs::LogGroup",
        ("ResourcePolicyDocument",),
        f"{LOGS_PAGES}/iam-access-control-overview-cwl.html",
    ),
    Spared(
        "logs:PutBearerTokenAuthentication",
        "AWS::Logs::LogGroup",
        ("BearerTokenAuthenticationEnabled",),
        f"{LOGS_PAGES}/CWL_HTTP_Endpoints_BearerTokenAuth.html",
    ),
    Spared(
        "logs:PutLogGroupDeletionProtection",
        "AWS::Logs::LogGroup",
        ("DeletionProtectionEnabled",),
        f"{LOGS_PAGES}/protecting-log-groups-from-deletion.html",
    ),
    Spared(
        r"s3:REST\.PUT\.OBJECT|firehose:.*",
        "AWS::Logs::LogGroup",
        ("LogGroupClass",),
        f"{LOGS_PAGES}/CloudWatch_Logs_Log_Classes.html (the class DELIVERY)",
    ),
    Spared(
        "apigateway:(AddCertificateTo|RemoveCertificateFrom)Domain",
        "AWS::ApiGatewayV2::DomainName",
        ("MutualTlsAuthentication",),
        "docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html",
    ),
    Spared(
        "sns:PutDataProtectionPolicy",
        "AWS::SNS::Topic",
        ("DataProtectionPolicy",),
        "docs.aws.amazon.com/sns/latest/dg/message-data-protection.html",
    ),
    Spared(
        "codedeploy:RegisterOnPremisesInstance",
        "AWS::CodeDeploy::DeploymentGroup",
        ("OnPremisesInstanceTagFilters", "OnPremisesTagSet"),
        "docs.aws.amazon.com/codedeploy/latest/userguide/instances-on-premises.html",
    ),
    *(
        Spared(actions, "AWS::S3::Bucket", unless, f"{S3_PAGES}/security_iam_service-with-iam.html")
        for actions, unless in {
            "s3tables:.*|s3:(Create|Delete|Update)Bucket\\w*Metadata\\w+": (
                "MetadataTableConfiguration",
                "MetadataConfiguration",
            ),
            "s3:PutAccelerateConfiguration": ("AccelerateConfiguration",),
            "s3:(Put|Delete)(Bucket)?AnalyticsConfiguration": ("AnalyticsConfigurations",),
            "s3:PutBucketAbac": ("AbacStatus",),
            "s3:PutBucketAcl|s3:PutObjectAcl": ("AccessControl",),
            "s3:(Put|Delete)BucketC(ors|ORS)": ("CorsConfiguration",),
            "s3:DeleteBucket(Encryption|Lifecycle|Tagging)": (),  # no such actions: what is put away is put by Put…Configuration
            "s3:PutIntelligentTieringConfiguration": ("IntelligentTieringConfigurations",),
            "s3:PutInventoryConfiguration": ("InventoryConfigurations",),
            "s3:PutBucketLogging": ("LoggingConfiguration",),
            "s3:(Put|DeleteBucket)MetricsConfiguration": ("MetricsConfigurations",),
            "s3:Put(Bucket)?ObjectLockConfiguration": ("ObjectLockConfiguration", "ObjectLockEnabled"),
            "s3:PutReplicationConfiguration|s3:(Put|Delete)BucketReplication": ("ReplicationConfiguration",),
            "s3:PutBucketVersioning": ("VersioningConfiguration",),
            "s3:(Put|Delete)BucketWebsite": ("WebsiteConfiguration",),
            "s3:DeleteObject": (),  # a bucket that has objects is not deleted
        }.items()
    ),
    Spared(
        "s3:GetObject(Version)?",
        "AWS::StepFunctions::StateMachine",
        ("DefinitionS3Location",),
        "docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html",
    ),
    Spared(
        "kms:.*",
        "AWS::StepFunctions::StateMachine",
        ("EncryptionConfiguration",),
        "docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html",
    ),
    # Not because it is unused: whoever may take a boundary off is not bound by it.
    Spared(
        "iam:DeleteRolePermissionsBoundary",
        "AWS::IAM::Role",
        (),
        "docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    ),
)
# Actions that IAM's reference does not list, so that nothing says which resources they can be limited to.
UNLISTED = {
    **dict.fromkeys(
        ["apigateway:TagResource", "apigateway:UntagResource"],
        "github.com/aws-amplify/amplify-cli/issues/12316: denied on arn:aws:apigateway:REGION::/apis/ID/stages",
    ),
}


def role(api: str, options: Mapping[str, str] = {}) -> dict[str, Any]:
    """The role's properties as CloudFormation makes them of the template."""
    document = intrinsics.load(FILE.read_text("utf-8"))
    defaults = {name: each.get("Default", "") for name, each in document["Parameters"].items()}
    given = {"Repository": "o/r", "Environment": "production", "StackName": LONGEST_STACK_NAME, "Api": api}
    pseudo = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": "123456789012"}
    values = {**defaults, **given, **options, "Provider": "exists", **pseudo}
    resolver = intrinsics.Resolver(values, conditions=document["Conditions"])
    resolved: dict[str, Any] = resolver.value(document["Resources"]["Deployer"]["Properties"])
    if values["Batch"] == "S3":
        beside = document["Resources"]["DeployBatch"]["Properties"]["PolicyDocument"]
        resolved["Beside"] = [{"PolicyDocument": resolver.value(beside)}]
    return resolved


def statements(api: str, options: Mapping[str, str] = OPTIONS) -> Iterator[dict[str, Any]]:
    properties = role(api, options)
    for policy in [*properties["Policies"], *properties.get("Beside", ())]:
        for each in policy["PolicyDocument"]["Statement"]:
            assert each["Effect"] == "Allow"
            yield {key: as_list(value) if key in ("Action", "Resource") else value for key, value in each.items()}


def as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def resources(template: Template) -> list[dict[str, Any]]:
    """Every resource that any parameters make."""
    translated = [template.translate(parameters)["Resources"] for parameters in PARAMETER_SETS.values()]
    return [each for made in translated for each in made.values()]


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
    assert not [arn for arn in arns if ":kms:" in arn or "/domainnames" in arn or ":states:" in arn or "bucket-" in arn]
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
    names = OPTIONS.keys() - {"Batch"} - ({"DomainName"} if template.api == "function-url" else set())

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
        if LONGEST_STACK_NAME not in arn and ":apigateway:" not in arn and arn != KEY
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


def resource_formats(action: str) -> Iterator[str]:
    """Regular expressions of the ARNs that an action can be limited to; none when it cannot."""
    service, name = action.lower().split(":")
    for resource in REFERENCE[service]["Actions"][name].get("Resources", []):
        for form in REFERENCE[service]["Resources"][resource.lower()]["ARNFormats"]:
            yield re.sub(r"\$\{\w+\}", "[^:]*", form)
