"""`make deploy` of each api choice, and updates of it, against a mock of AWS."""

from tests.deployment.conftest import Deployed


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


def test_a_right_version_passes_the_check_before_traffic(deployed: Deployed) -> None:
    """The deployed hook asks the deployed version in both dialects and tells CodeDeploy that it may serve."""
    assert deployed.verdicts["changed"]["findings"] == []
    assert deployed.statuses["changed"] == "Succeeded"


def test_the_golden_answers_can_be_asked_for_again(deployed: Deployed) -> None:
    """`make smoke` runs the deployed check, whenever one wants to know."""
    assert f"{deployed.stack} gives 4 models' golden answers" in deployed.run("make", "smoke")


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
