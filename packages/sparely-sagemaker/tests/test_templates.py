"""The templates as CloudFormation will see them: translated, linted, and least privilege."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from sparely.handler.routes import ROUTES
from sparely_sagemaker.image import tag
from sparely_toolkit.local import intrinsics
from support.sagemaker import added

TEMPLATES = ["multi-model.yaml", "direct.yaml"]
ANY_METHOD = "x-amazon-apigateway-any-method"
METHODS = frozenset({"get", "post", "put", "patch", "delete", "head"})


def translated(path: Path, parameters: dict[str, str]) -> dict[str, Any]:
    """The plain CloudFormation of a template, by the library that AWS' own transform is made of, without AWS."""
    boto3 = pytest.importorskip("boto3")
    from samcli.yamlhelper import yaml_parse
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    document = yaml_parse(path.read_text("utf-8"))
    for resource in document["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    defaults = {name: each["Default"] for name, each in document["Parameters"].items() if "Default" in each}
    values = {"AWS::Region": "us-east-1", "AWS::Partition": "aws", **defaults, **parameters}
    session = boto3.Session(region_name="us-east-1")
    made = Translator({}, Parser(), None, boto_session=session).translate(document, values)
    return dict(json.loads(json.dumps(made, default=str)))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {
            "Authorization": "key",
            "Rollout": "AllAtOnce",
            "CorsOrigin": "https://a.example.com",
            "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012",
            "PermissionsBoundary": "arn:aws:iam::123456789012:policy/bounds",
            "Commit": "0123456789abcdef",
            "LogCallers": "off",
            "Metrics": "alarms",
        },
    ],
    ids=["defaults", "changed"],
)
def test_the_translated_template_has_no_fault(name: str, parameters: dict[str, str], tmp_path: Path) -> None:
    """cfn-lint looks at what SAM makes; only there a circle of references shows."""
    from cfnlint.api import lint_file

    target = tmp_path / "template.json"
    target.write_text(json.dumps(translated(added().root / name, parameters)))

    # W2001: SAM folds parameters that decide what it generates, and leaves them unused. W3005: an alias' own DependsOn.
    found = [match for match in lint_file(target) if match.rule.id not in ("W2001", "W3005")]
    assert [f"{match.rule.id} {match.message}" for match in found] == []


def resources(name: str) -> dict[str, Any]:
    return dict(intrinsics.load((added().root / name).read_text("utf-8"))["Resources"])


def statements(name: str) -> list[dict[str, Any]]:
    roles = [each for each in resources(name).values() if each["Type"] == "AWS::IAM::Role"]
    written = [policy for role in roles for policy in role["Properties"].get("Policies", [])]
    policies = [policy["Fn::If"][1] if "Fn::If" in policy else policy for policy in written]
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


# What concerns the function alone is the other architecture's too where that has one.
SHARED = {"LogRetentionDays", "LogSampleRate", "Metrics", "LogCallers", "KmsKeyArn", "PermissionsBoundary", "Commit"}


@pytest.mark.parametrize(
    ("name", "shared"), [("multi-model.yaml", SHARED | {"SystemLogLevel"}), ("direct.yaml", SHARED)]
)
def test_parameters_are_those_of_the_service(name: str, shared: set[str]) -> None:
    """Under the same names, with the same default and the same values."""
    service = intrinsics.read(added().project.template)["Parameters"]
    parameters = intrinsics.read(added().root / name)["Parameters"]
    limits = ("Type", "Default", "AllowedValues", "AllowedPattern", "MinValue", "MaxValue")

    for each in shared:
        assert [parameters[each].get(limit) for limit in limits] == [service[each].get(limit) for limit in limits], each


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("callers", ["on", "off"])
def test_the_access_log_says_who_called(name: str, callers: str) -> None:
    """What is data on a person can be left out."""
    document = intrinsics.read(added().root / name)
    properties = document["Resources"]["Api"]["Properties"]
    setting = properties.get("AccessLogSettings") or properties["AccessLogSetting"]
    defaults = {name: each.get("Default", "") for name, each in document["Parameters"].items()}
    resolver = intrinsics.Resolver({**defaults, "LogCallers": callers}, conditions=document["Conditions"])

    line = json.loads(resolver.value(setting["Format"]))

    assert line["account"] == "$context.identity.accountId"
    assert line.get("apiKeyId") == (None if name == "multi-model.yaml" else "$context.identity.apiKeyId")
    assert {line.get("caller"), line.get("ip")} == (
        {"$context.identity.userArn", "$context.identity.sourceIp"} if callers == "on" else {None}
    )


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_is_stored_has_the_key_and_every_role_the_boundary(name: str) -> None:
    """Log groups, the topic and the functions' environment; without the parameters AWS' own keys and no boundary."""
    key = {"Fn::If": ["HasKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"}]}
    bounds = {"Fn::If": ["IsBounded", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}
    named = {"AWS::Logs::LogGroup": ("KmsKeyId", key), "AWS::SNS::Topic": ("KmsMasterKeyId", key)}
    named |= {"AWS::Serverless::Function": ("KmsKeyArn", key), "AWS::IAM::Role": ("PermissionsBoundary", bounds)}

    concerned = {name: each for name, each in resources(name).items() if each["Type"] in named}

    assert len(concerned) >= 5
    for resource, each in concerned.items():
        property_name, expected = named[each["Type"]]
        assert each["Properties"].get(property_name) == expected, resource


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_role_may_more_than_it_needs(name: str) -> None:
    """No wildcard action, and every resource but three that take none is named."""
    everywhere = set()
    for statement in statements(name):
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert not any("*" in action for action in actions)
        if statement["Resource"] == "*":
            everywhere |= set(actions)
    assert everywhere == {"ecr:GetAuthorizationToken", "cloudwatch:PutMetricData", "cloudwatch:DescribeAlarms"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_only_this_stacks_endpoint_may_be_invoked(name: str) -> None:
    """By its name, and in front of a multi-model endpoint only for archives."""
    (statement,) = (each for each in statements(name) if each["Action"] == "sagemaker:InvokeEndpoint")

    assert statement["Resource"]["Fn::Sub"].endswith(":endpoint/${AWS::StackName}")
    assert ("Condition" in statement) == (name == "multi-model.yaml")


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_bad_fleet_is_taken_back(name: str) -> None:
    """A canary, then alarms that treat silence as health and exist in the template."""
    found = resources(name)
    deployment = found["Endpoint"]["Properties"]["DeploymentConfig"]

    assert deployment["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"]["Type"] == "CANARY"
    alarms = [each["AlarmName"]["Ref"] for each in deployment["AutoRollbackConfiguration"]["Alarms"]]
    assert alarms
    assert {found[alarm]["Properties"]["TreatMissingData"] for alarm in alarms} == {"notBreaching"}


def test_a_new_version_of_the_thin_function_is_checked_by_the_services_own_checks() -> None:
    """CodeDeploy's role may invoke the checks, by their names, and the endpoint is up to date when they ask."""
    found = resources("multi-model.yaml")
    function = found["ProxyFunction"]
    hooks = [found[each["Ref"]] for each in function["Properties"]["DeploymentPreference"]["Hooks"].values()]

    handlers = [each["Properties"]["Handler"] for each in hooks]
    assert handlers == ["sparely.check.app.before_traffic", "sparely.check.app.after_traffic"]
    assert all((added().root / each["Properties"]["CodeUri"]).samefile(added().project.source) for each in hooks)
    names = [each["Properties"]["FunctionName"]["Fn::Sub"] for each in hooks]
    assert all(name.startswith("CodeDeployHook_${AWS::StackName}_") for name in names)
    assert any("CodeDeployHook_${AWS::StackName}_*" in str(each["Resource"]) for each in statements("multi-model.yaml"))
    assert function["DependsOn"] == "Endpoint"


def test_the_checks_have_the_environment_that_they_read() -> None:
    """A variable that is missing would stop every deployment."""
    from sparely.check.settings import read_settings

    variables = resources("multi-model.yaml")["CheckNewVersion"]["Properties"]["Environment"]["Variables"]
    plain = {name: value if isinstance(value, str) else "1" for name, value in variables.items()}

    assert read_settings(plain).payload == "2.0"


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_dashboard_is_json(name: str) -> None:
    """A missing comma would only show in the console."""
    body = resources(name)["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]

    assert len(json.loads(body)["widgets"]) == 4


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_same_stack_in_two_regions_has_two_dashboards(name: str) -> None:
    """Dashboards are global to an account: one name would be one dashboard."""
    dashboard = resources(name)["Dashboard"]["Properties"]["DashboardName"]

    assert dashboard == {"Fn::Sub": "${AWS::StackName}-${AWS::Region}"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_an_image_is_deployed_by_a_digest_alone(name: str) -> None:
    """A tag that may be given to another image, such as latest, would leave the old one running."""
    document = intrinsics.load((added().root / name).read_text("utf-8"))
    parameter = document["Parameters"]["ImageTag"]

    assert "Default" not in parameter
    assert re.match(parameter["AllowedPattern"], tag(added().root, added().dockerfile))
    assert not re.match(parameter["AllowedPattern"], "latest")
    image = document["Resources"]["Model"]["Properties"]["PrimaryContainer"]["Image"]["Fn::Sub"]
    assert image.endswith("/${ImageRepository}:${ImageTag}")


def api_paths(name: str) -> dict[str, Any]:
    return dict(resources(name)["Api"]["Properties"]["DefinitionBody"]["paths"])


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_api_wants_authorization_everywhere(name: str) -> None:
    """Also of what it refuses."""
    assert all(operation["security"] for item in api_paths(name).values() for operation in item.values())


def test_the_http_api_has_the_services_routes_and_refuses_the_rest() -> None:
    """The function answers a wrong method by 405 and a wrong path by 404."""
    paths = api_paths("multi-model.yaml")
    answers = {
        f"{method.upper()} {path}": set(operation["responses"])
        for path, item in paths.items()
        for method, operation in item.items()
    }
    others = {route for route in answers if route not in ROUTES}

    assert {route for route, statuses in answers.items() if statuses == {"200"}} == set(ROUTES)
    assert all(answers[route] == {"404" if route.endswith("/{proxy+}") else "405"} for route in others)
    assert {"/", "/{proxy+}"} <= paths.keys()


def test_the_http_api_leaves_every_preflight_request_to_the_gateway() -> None:
    """It brings no credentials, and every route wants some: no path may take OPTIONS, also not by ANY."""
    assert {frozenset(item) for item in api_paths("multi-model.yaml").values()} == {METHODS}


def test_the_rest_api_has_the_services_routes_and_catches_the_rest() -> None:
    """The container answers what no route of the service takes."""
    paths = api_paths("direct.yaml")
    routes = {f"{method.upper()} {path}" for path, item in paths.items() for method in item if method != ANY_METHOD}

    assert routes == set(ROUTES)
    assert {path for path, item in paths.items() if ANY_METHOD in item} == set(paths)


@pytest.mark.filterwarnings("ignore")
def test_the_rest_api_answers_every_preflight_request_without_credentials() -> None:
    """SAM gives each path an OPTIONS of its own, a mock, which goes before ANY."""
    made = translated(added().root / "direct.yaml", {"CorsOrigin": "https://a.example.com"})

    for item in made["Resources"]["Api"]["Properties"]["Body"]["paths"].values():
        assert item["options"]["x-amazon-apigateway-integration"]["type"] == "mock"
        assert "security" not in item["options"]
