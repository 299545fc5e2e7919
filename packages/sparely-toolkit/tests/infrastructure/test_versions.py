"""When CloudFormation is told to publish a version, and how traffic gets to it."""

from collections.abc import Mapping

import pytest

from tests.infrastructure.conftest import Template, of_type, version_of

RELEASE, OTHER = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"


def version(template: Template, parameters: Mapping[str, str] = {}, code: str = "s3://bucket/package") -> str:
    return version_of(template.translate(parameters, code))


def test_another_release_is_another_version(template: Template) -> None:
    """What the release id is made from, goes through the canary."""
    assert version(template, {"ReleaseId": RELEASE}) != version(template, {"ReleaseId": OTHER})


def test_the_same_release_is_the_same_version(template: Template) -> None:
    """An unchanged rebuild publishes nothing, wherever its zip was put."""
    first = version(template, {"ReleaseId": RELEASE}, "s3://bucket/one")

    assert version(template, {"ReleaseId": RELEASE}, "s3://bucket/two") == first


def test_without_release_id_another_package_is_another_version(template: Template) -> None:
    """Plain `sam deploy` falls back to SAM's own hash of the package."""
    assert version(template, {}, "s3://bucket/one") != version(template, {}, "s3://bucket/two")


def test_without_release_id_a_parameter_is_not_seen(template: Template) -> None:
    """Why there is a release id; should this fail one day, SAM has learnt it (its issue 3820)."""
    assert version(template, {"MemorySize": "512"}) == version(template, {"MemorySize": "1024"})


def test_versions_carry_their_release(template: Template) -> None:
    """The description differs, or Lambda would refuse to publish what differs in nothing that it freezes."""
    function = template.translate({"ReleaseId": RELEASE})["Resources"]["PredictFunction"]

    assert function["Properties"]["Description"] == f"Answers predictions. {RELEASE}"


def test_a_version_says_which_commit_and_release_it_is(template: Template) -> None:
    """The release comes last, where `make deploy` looks for it; the function's tag has the commit too."""
    resources = template.translate({"ReleaseId": RELEASE, "Commit": "abcdef0"})["Resources"]
    versions = of_type({"Resources": resources}, "AWS::Lambda::Version")
    (made,) = (each for name, each in versions.items() if name.startswith("PredictFunctionVersion"))
    tags = {each["Key"]: each["Value"] for each in resources["PredictFunction"]["Properties"]["Tags"]}

    described = made["Properties"]["Description"]["Fn::If"]

    assert described[0] == "HasCommit"
    assert described[1]["Fn::Sub"].endswith("Commit ${Commit}. ${ReleaseId}")
    assert tags["commit"] == {"Fn::If": ["HasCommit", {"Ref": "Commit"}, "unknown"]}


@pytest.mark.parametrize("rollout", ["AllAtOnce", "Canary10Percent5Minutes", "Linear10PercentEvery1Minute"])
def test_the_rollout_is_a_parameter(template: Template, rollout: str) -> None:
    """Both checks and all alarms take part in every kind of rollout."""
    translated = template.translate({"Rollout": rollout})
    group = translated["Resources"]["PredictFunctionDeploymentGroup"]["Properties"]
    update = translated["Resources"]["PredictFunctionAliaslive"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]

    assert group["DeploymentConfigName"] == {
        "Fn::Sub": ["CodeDeployDefault.Lambda${ConfigName}", {"ConfigName": rollout}]
    }
    assert update["BeforeAllowTrafficHook"] == {"Ref": "CheckNewVersion"}
    assert update["AfterAllowTrafficHook"] == {"Ref": "CheckAlias"}
    assert {each["Name"]["Ref"] for each in group["AlarmConfiguration"]["Alarms"]} == {
        "NewVersionErrors",
        "NewVersionFaults",
        "NewVersionLatency",
        "AliasErrors",
        "AliasThrottles",
        "ApiErrors",
    }
    assert group["AutoRollbackConfiguration"]["Enabled"] is True


def test_every_rollout_exists_in_code_deploy(template: Template) -> None:
    """The allowed values are CodeDeploy's own configurations for Lambda."""
    allowed = template.document["Parameters"]["Rollout"]["AllowedValues"]
    canary = [f"Canary10Percent{minutes}Minutes" for minutes in (5, 10, 15, 30)]
    linear = [f"Linear10PercentEvery{interval}" for interval in ("1Minute", "2Minutes", "3Minutes", "10Minutes")]

    assert allowed == ["AllAtOnce", *canary, *linear]


def test_one_function_alone_goes_through_a_canary(template: Template) -> None:
    """The preference sits on it; in Globals it would take the checks through a canary of their own."""
    aliases = of_type(template.translate(), "AWS::Lambda::Alias")

    assert {*aliases} == {"PredictFunctionAliaslive", "BatchFunctionAliaslive"}
    assert [name for name, each in aliases.items() if "UpdatePolicy" in each] == ["PredictFunctionAliaslive"]


def test_tables_are_scored_by_what_has_passed_its_checks(template: Template) -> None:
    """The second function is updated when the alias of the first has moved, and is there where Batch is S3."""
    function = template.translate()["Resources"]["BatchFunction"]

    assert function["DependsOn"] == "PredictFunctionAliaslive"
    assert function["Condition"] == "HasBatch"
    assert "Globals" not in template.document


def test_hooks_are_named_as_code_deploy_wants(template: Template) -> None:
    """CodeDeploy's own role may invoke no other names; 64 characters are all there are, for a stack name of 40."""
    resources = template.document["Resources"]
    names = [resources[each]["Properties"]["FunctionName"]["Fn::Sub"] for each in ("CheckNewVersion", "CheckAlias")]

    assert all(name.startswith("CodeDeployHook_") for name in names)
    assert max(len(name.replace("${AWS::StackName}", "x" * 40)) for name in names) <= 64
