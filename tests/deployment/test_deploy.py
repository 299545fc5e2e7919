"""`make deploy` of each api choice, and updates of it, against a mock of AWS."""

import pytest

from tests.deployment.conftest import STORED, Deployed
from tests.deployment.test_faults_between import SAMPLE, before, meet


def test_a_first_deployment_is_complete_and_checked(deployed: Deployed) -> None:
    """The stack is there, and the check that CodeDeploy does not run has asked it for every model's golden rows."""
    assert "Successfully created/updated stack" in deployed.printed["first"]
    assert f"{deployed.stack} gives 4 models' golden answers" in deployed.printed["first"]
    assert deployed.versions["first"] == "1"


def test_another_api_is_complete_and_checked_with_every_option(deployed_once: Deployed) -> None:
    """Its stack is there, and the deployed hook finds it right in both dialects, in the events that its API sends."""
    function = deployed_once.outputs()["FunctionAlias"]
    memory = deployed_once.aws.client("lambda").get_function_configuration(FunctionName=function)["MemorySize"]

    assert f"{deployed_once.stack} gives 4 models' golden answers" in deployed_once.printed["first"]
    assert (deployed_once.versions["first"], memory) == ("1", 1024)
    assert deployed_once.verdicts["first"]["findings"] == []
    assert deployed_once.statuses["first"] == "Succeeded"


def test_an_unchanged_rebuild_publishes_nothing(deployed: Deployed) -> None:
    """The same package built from nothing and the same parameters leave the alias where it was."""
    assert deployed.versions["unchanged"] == "1"
    assert "golden answers" not in deployed.printed["unchanged"]


def test_a_changed_parameter_is_a_new_version(deployed: Deployed) -> None:
    """A memory size that only samconfig.toml knows reaches callers, by a version that was checked."""
    function = deployed.outputs()["FunctionAlias"]
    memory = deployed.aws.client("lambda").get_function_configuration(FunctionName=function)["MemorySize"]

    assert deployed.versions["changed"] == "2"
    assert memory == 1024


def test_a_version_names_the_commit_that_it_is_built_from(deployed: Deployed) -> None:
    """In its description; a later commit that changes nothing of it is not named."""
    assert f"Commit {deployed.commits['first']}. " in deployed.version("1")["Description"]
    assert f"Commit {deployed.commits['changed']}. " in deployed.version("2")["Description"]


def test_every_log_group_keeps_what_it_is_told_to(deployed_once: Deployed) -> None:
    """Ten years; the mock makes log groups without their key."""
    groups = deployed_once.aws.client("logs").describe_log_groups()["logGroups"]
    own = [each for each in groups if deployed_once.stack in each["logGroupName"]]

    assert own
    assert {each["retentionInDays"] for each in own} == {int(STORED["LogRetentionDays"])}


def test_every_role_has_the_boundary(deployed_once: Deployed) -> None:
    """Also that which API Gateway logs with."""
    roles = deployed_once.aws.client("iam")
    own = [each["RoleName"] for each in roles.list_roles()["Roles"] if each["RoleName"].startswith(deployed_once.stack)]

    bounds = [roles.get_role(RoleName=name)["Role"].get("PermissionsBoundary", {}) for name in own]

    assert len(own) >= 3
    assert {each.get("PermissionsBoundaryArn") for each in bounds} == {STORED["PermissionsBoundary"]}


def test_a_right_version_passes_the_check_before_traffic(deployed: Deployed) -> None:
    """The deployed hook asks the deployed version in both dialects and tells CodeDeploy that it may serve."""
    assert deployed.verdicts["changed"]["findings"] == []
    assert deployed.statuses["changed"] == "Succeeded"


def test_the_golden_answers_can_be_asked_for_again(deployed: Deployed) -> None:
    """`make smoke` runs the deployed check, whenever one wants to know."""
    assert f"{deployed.stack} gives 4 models' golden answers" in deployed.run("make", "smoke")


@pytest.mark.parametrize("name", SAMPLE)
def test_a_fault_leaves_all_as_it_was(deployed: Deployed, name: str) -> None:
    """The sample of what every api goes through in test_faults_between.py."""
    with before(deployed) as endpoint:
        meet(deployed, endpoint, name)


def test_production_needs_no_further_flag(deployed: Deployed) -> None:
    """`sam build && sam deploy --config-env prod` deploys, without a release id."""
    deployed.run("sam", "build")

    printed = deployed.run("sam", "deploy", "--config-env", "prod")

    assert f"Successfully created/updated stack - {deployed.folder.name}-prod" in printed


def test_alarms_of_a_new_version_look_at_it(deployed: Deployed) -> None:
    """An alarm on the version before would never see the new one fail."""
    alarms = deployed.aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
    looked_at = {
        dimension["Value"]
        for alarm in alarms
        for dimension in alarm.get("Dimensions", [])
        if dimension["Name"] == "ExecutedVersion" and deployed.stack in str(alarm["Dimensions"])
    }

    assert looked_at == {deployed.versions["changed"]}
