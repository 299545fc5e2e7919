"""Alarms, logs and the dashboard: what they look at."""

import json
from pathlib import Path
from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from sparely.handler import telemetry
from sparely_toolkit.local.intrinsics import Resolver
from tests.infrastructure.conftest import REGION, Template, of_type, version_of

BATCH = {"BatchDeadLettersFound", "BatchMapFailed"}
NEW_VERSION = ["FunctionName", "Resource", "ExecutedVersion"]


def test_missing_data_never_stops_a_deployment(template: Template) -> None:
    """A quiet night is no outage: an alarm that is up when a deployment starts would stop the fix."""
    for name, alarm in of_type(template.translate(), "AWS::CloudWatch::Alarm").items():
        assert alarm["Properties"]["TreatMissingData"] == "notBreaching", name


def test_alarms_of_the_new_version_have_all_dimensions(template: Template) -> None:
    """Lambda feeds the metric of a version behind an alias under these three and no fewer."""
    translated = template.translate()
    version = version_of(translated)
    for name in ("NewVersionErrors", "NewVersionLatency"):
        dimensions = translated["Resources"][name]["Properties"]["Dimensions"]
        assert [each["Name"] for each in dimensions] == NEW_VERSION
        assert dimensions[2]["Value"] == {"Fn::GetAtt": [version, "Version"]}


def test_the_functions_own_failures_are_looked_at_by_version(template: Template) -> None:
    """Under exactly the dimensions that the function prints with them: those of its service and its version."""
    translated = template.translate()
    version = version_of(translated)
    alarm = translated["Resources"]["NewVersionFaults"]["Properties"]

    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("Predictions", "ServerFaults", "Sum")
    assert alarm["Dimensions"] == [
        {"Name": "service", "Value": {"Ref": "AWS::StackName"}},
        {"Name": "version", "Value": {"Fn::GetAtt": [version, "Version"]}},
    ]


def test_a_deployment_has_no_more_alarms_than_code_deploy_takes(template: Template) -> None:
    """Ten. Source: AWS::CodeDeploy::DeploymentGroup, AlarmConfiguration."""
    group = template.translate()["Resources"]["PredictFunctionDeploymentGroup"]["Properties"]

    assert len(group["AlarmConfiguration"]["Alarms"]) <= 10


def test_people_are_told_of_alarms_that_outlast_a_deployment(template: Template) -> None:
    """CodeDeploy tells of the others."""
    alarms = of_type(template.translate(), "AWS::CloudWatch::Alarm")
    telling = {name for name, each in alarms.items() if each["Properties"].get("AlarmActions")}

    assert telling == {"AliasErrors", "AliasThrottles", "ApiErrors", "DeadLettersFound", "Drift"} | BATCH


def test_the_apis_errors_have_the_names_of_its_kind(template: Template) -> None:
    """HTTP and REST APIs name the same metric differently; the wrong name is an alarm that never rings."""
    alarm = template.translate()["Resources"]["ApiErrors"]["Properties"]
    if template.api == "function-url":
        metrics = [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]
        assert [each["MetricName"] for each in metrics] == ["Url5xxCount", "UrlRequestCount"]
        assert [[pair["Name"] for pair in each["Dimensions"]] for each in metrics] == [["FunctionName", "Resource"]] * 2
        return
    names = [each["Name"] for each in alarm["Dimensions"]]
    expected = {"rest-key": ("5XXError", ["ApiName", "Stage"])}.get(template.api, ("5xx", ["ApiId", "Stage"]))

    assert (alarm["MetricName"], names) == expected


@pytest.mark.parametrize(
    ("level", "kept"), [("DEBUG", "DEBUG"), ("INFO", "INFO"), ("WARNING", "INFO"), ("ERROR", "INFO")]
)
def test_no_log_level_loses_the_metrics(template: Template, level: str, kept: str) -> None:
    """
    Lambda drops JSON lines below ApplicationLogLevel and takes one without a level for INFO, as metrics lines are.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    """
    translated = template.translate({"LogLevel": level})
    chosen = translated["Resources"]["PredictFunction"]["Properties"]["LoggingConfig"]["ApplicationLogLevel"]

    condition, yes, no = chosen["Fn::If"]
    parameter, value = translated["Conditions"][condition]["Fn::Equals"]
    assert parameter in ({"Ref": "LogLevel"}, level)
    assert (yes if level == value else no) == kept


def test_what_lambda_logs_by_itself_is_a_parameters(template: Template) -> None:
    """Its two lines a request cost more than the function's own."""
    function = template.document["Resources"]["PredictFunction"]["Properties"]

    assert function["LoggingConfig"]["SystemLogLevel"] == {"Ref": "SystemLogLevel"}
    assert template.document["Parameters"]["SystemLogLevel"]["AllowedValues"] == ["DEBUG", "INFO", "WARN"]


def test_alarms_of_the_function_look_at_what_is_a_metric_at_any_setting(template: Template) -> None:
    """With Metrics=alarms these two are all that the function gives."""
    alarms = of_type(template.translate(), "AWS::CloudWatch::Alarm").values()
    names = [
        each["Properties"].get("MetricName") for each in alarms if each["Properties"].get("Namespace") == "Predictions"
    ]

    assert names == ["ServerFaults", "Outside"]


def test_every_log_group_ends(template: Template) -> None:
    """Logs are kept as long as the parameter says; a group that Lambda makes by itself is kept for ever."""
    translated = template.translate()
    groups = of_type(translated, "AWS::Logs::LogGroup")

    expected = {"PredictLogs", "AccessLogs", "CheckLogs", "BatchLogs"} - (
        {"AccessLogs"} if template.api == "function-url" else set()
    )
    assert set(groups) == expected
    assert all(each["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"} for each in groups.values())
    for function in of_type(translated, "AWS::Lambda::Function").values():
        assert function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"] in groups
        assert function["Properties"]["LoggingConfig"]["LogFormat"] == "JSON"


# Who called, by api choice: logged always, and where LogCallers is on.
CALLERS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "http-iam": ({"account": "$context.identity.accountId"}, {"caller": "$context.identity.userArn"}),
    "http-jwt": ({}, {"caller": "$context.authorizer.claims.sub"}),
    "rest-key": ({"apiKeyId": "$context.identity.apiKeyId"}, {}),
}


def access_log(template: Template, **parameters: str) -> dict[str, str]:
    """The line that the API's stage writes for a request."""
    properties = template.document["Resources"]["Api"]["Properties"]
    setting = properties.get("AccessLogSettings") or properties["AccessLogSetting"]
    defaults = {name: each.get("Default", "") for name, each in template.document["Parameters"].items()}
    resolver = Resolver({**defaults, **parameters}, conditions=template.document["Conditions"])
    line: dict[str, str] = json.loads(resolver.value(setting["Format"]))
    return line


@pytest.mark.parametrize("callers", ["on", "off"])
def test_access_logs_are_lines_of_json_that_say_who_called(template: Template, callers: str) -> None:
    """One object a request, which Logs Insights reads without a pattern; what is data on a person can be left out."""
    if template.api == "function-url":
        environment = template.document["Resources"]["PredictFunction"]["Properties"]["Environment"]["Variables"]
        assert environment["LOG_CALLERS"] == {"Ref": "LogCallers"}  # it has no access log: the function's line has it
        return
    always, named = CALLERS[template.api]
    personal = {**named, "ip": "$context.identity.sourceIp"}

    line = access_log(template, LogCallers=callers)

    assert line["status"] == "$context.status"
    assert line.items() >= always.items()
    assert {name: value for name, value in line.items() if name in ("caller", "ip")} == (
        personal if callers == "on" else {}
    )


def test_logs_can_be_kept_as_long_as_cloudwatch_keeps_them(template: Template) -> None:
    """Every number of days that it takes, up to ten years."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, "AWS::Logs::LogGroup").schema

    allowed = template.document["Parameters"]["LogRetentionDays"]["AllowedValues"]

    assert sorted(allowed) == sorted(schema["properties"]["RetentionInDays"]["enum"])
    assert max(allowed) == 3653


def test_a_key_of_ones_own_is_used_for_all_that_is_stored(template: Template) -> None:
    """Log groups, topic, queues, and the environment of every function; without one AWS' own are."""
    resources = template.document["Resources"].values()
    named = {
        "AWS::Logs::LogGroup": "KmsKeyId",
        "AWS::SNS::Topic": "KmsMasterKeyId",
        "AWS::SQS::Queue": "KmsMasterKeyId",
    }
    named["AWS::Serverless::Function"] = "KmsKeyArn"

    found = [each["Properties"].get(named[each["Type"]]) for each in resources if each["Type"] in named]

    assert len(found) >= 9
    assert found == [{"Fn::If": ["HasKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"}]}] * len(found)


def dashboard(template: Template) -> Any:
    """The dashboard's body with every reference replaced by its own name."""
    text, values = template.document["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value if isinstance(value, str) else value["Fn::Sub"])
    return json.loads(text.replace("${MemorySize}", "512"))


def test_the_dashboard_is_json_and_fills_its_grid(template: Template) -> None:
    """CloudWatch takes a broken body as an empty page; widgets that overlap push each other away."""
    widgets = dashboard(template)["widgets"]

    places = [(each["x"], each["y"]) for each in widgets]
    assert places == [(x, y) for y in (0, 6, 12) for x in (0, 12)]


def test_the_dashboard_shows_what_operators_ask_for(template: Template) -> None:
    """Requests, errors, percentiles, concurrency, throttles, cold starts, predictions by model, what is paid for."""
    text = json.dumps(dashboard(template))

    for shown in (
        '"UrlRequestCount"' if template.api == "function-url" else '"Count"',
        '"Errors"',
        "SEARCH('{Predictions,service,version} ServerFaults",
        "5",
        "p50",
        "p95",
        "p99",
        "ConcurrentExecutions",
        "Throttles",
        "ColdStart",
        "SEARCH('{Predictions,service}",
        "GB-seconds",
        "IncomingBytes",
    ):
        assert shown in text, shown


def test_metrics_of_the_function_are_those_that_are_shown(template: Template) -> None:
    """Namespace, dimension and names are what handler/telemetry.py writes."""
    variables = template.document["Resources"]["PredictFunction"]["Properties"]["Environment"]["Variables"]
    code = Path(telemetry.__file__).read_text("utf-8")

    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "Predictions"
    assert variables["POWERTOOLS_SERVICE_NAME"] == {"Ref": "AWS::StackName"}
    assert variables["METRICS"] == {"Ref": "Metrics"}
    assert '"ColdStart"' in code
    assert '"ServerFaults"' in code
    assert 'f"Predictions/{model}"' in code
