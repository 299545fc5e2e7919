"""Who may do what: every action of every role, compared with this page."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.infrastructure.conftest import PARAMETER_SETS, Template, of_type

LOGS = {("logs:CreateLogStream", "own"), ("logs:PutLogEvents", "own")}
KEY = {("kms:Decrypt", "own"), ("kms:GenerateDataKey", "own")}  # that of KmsKeyArn, for the topic and the queues
# Role -> actions, each on resources of the stack ("own") or on all ("any").
ALLOWED = {
    "PredictRole": LOGS
    | KEY
    | {("xray:PutTraceSegments", "any"), ("xray:PutTelemetryRecords", "any")}
    | {(f"sqs:{each}", "own") for each in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "SendMessage")},
    "CheckRole": LOGS
    | KEY
    | {
        ("lambda:InvokeFunction", "own"),
        ("lambda:GetFunctionConfiguration", "own"),
        ("codedeploy:PutLifecycleEventHookExecutionStatus", "own"),
        ("codedeploy:StopDeployment", "any"),  # where AskWhileShifting is on; AWS knows no narrower resource
        ("sns:Publish", "own"),
    },
    "BatchRole": LOGS
    | KEY
    | {(f"sqs:{each}", "own") for each in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "SendMessage")}
    | {(f"s3:{each}", "own") for each in ("GetObject", "PutObject", "DeleteObject", "AbortMultipartUpload")}
    | {("s3:ListBucket", "own"), ("states:StartExecution", "own")},
    "BatchMapRole": {
        ("lambda:InvokeFunction", "own"),
        ("s3:GetObject", "own"),
        ("states:StartExecution", "own"),
        ("states:DescribeExecution", "own"),
        ("states:StopExecution", "own"),
        ("kms:Decrypt", "own"),
    },
    "DeploymentRole": KEY
    | {
        ("cloudwatch:DescribeAlarms", "any"),
        ("lambda:GetAlias", "own"),
        ("lambda:UpdateAlias", "own"),
        ("lambda:GetProvisionedConcurrencyConfig", "own"),
        ("lambda:InvokeFunction", "own"),
        ("sns:Publish", "own"),
    },
}
OTHER_SERVICES = {"DeploymentRole": "codedeploy", "ApiGatewayLogsRole": "apigateway", "BatchMapRole": "states"}
MANAGED = {"ApiGatewayLogsRole": ["AmazonAPIGatewayPushToCloudWatchLogs"]}
ALL_OPTIONS = PARAMETER_SETS["canary, snapshots, traces, e-mail, budget"]


def test_roles_may_do_what_is_listed_and_no_more(template: Template) -> None:
    """A right that is added has to be added here, by somebody who thought about it."""
    translated = template.translate(ALL_OPTIONS)
    roles = of_type(translated, "AWS::IAM::Role")
    given = {name: set(_rights(role["Properties"].get("Policies", []))) for name, role in roles.items()}

    expected = {**ALLOWED, **({"ApiGatewayLogsRole": set()} if template.api == "rest-key" else {})}
    assert given == expected


def test_every_role_has_the_boundary_that_is_given(template: Template) -> None:
    """One that has none could be given any right by whoever deploys."""
    bounded = {"Fn::If": ["IsBounded", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}

    roles = of_type(template.translate(ALL_OPTIONS), "AWS::IAM::Role")

    assert {name: each["Properties"].get("PermissionsBoundary") for name, each in roles.items()} == dict.fromkeys(
        roles, bounded
    )


def test_rights_are_there_with_their_role(template: Template) -> None:
    """A policy of its own can come after the function that needs it: Lambda refuses tracing without the right to it."""
    assert of_type(template.translate(ALL_OPTIONS), "AWS::IAM::Policy") == {}


def test_managed_policies_are_listed(template: Template) -> None:
    """AWS can widen what it manages; only the role that API Gateway documents has such a policy."""
    roles = of_type(template.translate(ALL_OPTIONS), "AWS::IAM::Role")
    managed = {name: role["Properties"].get("ManagedPolicyArns", []) for name, role in roles.items()}

    named = {name: [str(arn).rpartition("/")[2].rstrip("'}") for arn in arns] for name, arns in managed.items() if arns}
    assert named == (MANAGED if template.api == "rest-key" else {})


def test_every_function_has_a_role_of_this_page(template: Template) -> None:
    """SAM would give a function without one a role that writes to every log group."""
    functions = of_type(template.translate(), "AWS::Lambda::Function")

    used = {name: each["Properties"]["Role"]["Fn::GetAtt"][0] for name, each in functions.items()}
    checks = {"CheckNewVersion": "CheckRole", "CheckAlias": "CheckRole"}
    assert used == {"PredictFunction": "PredictRole", "BatchFunction": "BatchRole", **checks}


def test_roles_are_taken_by_one_service_each(template: Template) -> None:
    """Nobody else can assume them."""
    for name, role in of_type(template.translate(ALL_OPTIONS), "AWS::IAM::Role").items():
        (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        service = OTHER_SERVICES.get(name, "lambda")
        assert statement["Principal"] == {"Service": f"{service}.amazonaws.com"}


def test_only_the_api_may_call_the_function(template: Template) -> None:
    """The permission is on the alias: versions cannot be called past the canary."""
    permissions = of_type(template.translate(), "AWS::Lambda::Permission").values()

    for permission in permissions:
        assert permission["Properties"]["FunctionName"] == {"Ref": "PredictFunctionAliaslive"}
    if template.api == "function-url":  # callers that sign have the rights themselves
        assert [each["Condition"] for each in permissions] == ["IsPublic", "IsPublic"]
        assert {each["Properties"]["Action"] for each in permissions} == {
            "lambda:InvokeFunctionUrl",
            "lambda:InvokeFunction",
        }
    else:
        assert ["${Api}/*" in each["Properties"]["SourceArn"]["Fn::Sub"] for each in permissions] == [True]


def _when_on(part: Mapping[str, Any]) -> Any:
    """What stands there where the option that it hangs on is on."""
    return part["Fn::If"][1] if "Fn::If" in part else part


def _rights(policies: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for policy in map(_when_on, policies):
        for statement in map(_when_on, policy["PolicyDocument"]["Statement"]):
            assert statement["Effect"] == "Allow"
            actions = statement["Action"]
            scope = "any" if statement["Resource"] == "*" else "own"
            yield from ((action, scope) for action in ([actions] if isinstance(actions, str) else actions))
